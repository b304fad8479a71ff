"""Speech and other sounds at 16 kHz as a server may receive them: voices, speeds, levels, noise, lines."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.espeak import ENGLISH, MANDARIN, USUAL, Prosody, library
from training.text import PAUSE, Piece

Floats = NDArray[np.float32]

SAMPLE_RATE = 16000
VOICES = {"zh": MANDARIN, "en": ENGLISH}

COMMON_VARIANTS, OTHER_VARIANTS = (
    line.split() for line in (Path(__file__).parent / "voices.txt").read_text(encoding="utf-8").splitlines()
)
"""All variants of espeak-ng 1.51 but the whispers (no pitch, so no tone) and one whose name has a blank."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What a line does to a voice: band in Hz, factor on frequency, tilt in dB per octave, mu-law."""

    low_hz: float = 0.0
    high_hz: float = 8000.0
    warp: float = 1.0
    tilt: float = 0.0
    mu_law: bool = False

    @property
    def narrow(self) -> bool:
        """Whether the line carries no more than telephone speech."""
        return self.high_hz <= 4000


def runs(pieces: list[Piece]) -> list[tuple[str, str]]:
    """Join neighbours of one language, so that espeak speaks them as one clause."""
    joined: list[tuple[str, list[str]]] = []
    for piece in pieces:
        if piece.language == PAUSE:
            if joined:
                joined[-1][1].append(",")
            continue
        spoken = piece.text if piece.language == "en" else " ".join(piece.units)
        if joined and joined[-1][0] == piece.language:
            joined[-1][1].append(spoken)
        else:
            joined.append((piece.language, [spoken]))
    return [(language, " ".join(spoken)) for language, spoken in joined]


def speak(pieces: list[Piece], variant: str = "", prosody: Prosody = USUAL) -> Floats:
    """Return the pieces spoken at espeak's own sample rate."""
    suffix = "+" + variant if variant else ""
    spoken = [
        library().say(text, VOICES[language] + suffix, prosody).samples for language, text in runs(pieces)
    ]
    return np.asarray(np.concatenate([np.zeros(0, np.int16), *spoken]) / 32768, np.float32)


def through(channel: Channel, samples: Floats, sample_rate: int) -> Floats:
    """Return the samples at 16 kHz after the channel, without its coding, by one Fourier transform."""
    block = 441 * 8
    length = -(-len(samples) // block) * block
    out_length = round(length * SAMPLE_RATE / sample_rate / channel.warp / 64) * 64
    spectrum = np.fft.rfft(samples, length)
    hz = np.arange(out_length // 2 + 1) * SAMPLE_RATE / out_length
    kept = min(len(spectrum), len(hz))
    resampled = np.zeros(len(hz), np.complex64)
    resampled[:kept] = spectrum[:kept]
    gain = np.ones(len(hz), np.float32)
    if channel.high_hz < 8000:
        gain *= np.clip((channel.high_hz + 150 - hz) / 300, 0, 1)
    if channel.low_hz > 0:
        gain *= np.clip((hz - channel.low_hz + 60) / 120, 0, 1)
    if channel.tilt:
        gain *= 10 ** (channel.tilt * np.log2(np.maximum(hz, 60) / 1000) / 20)
    return np.asarray(np.fft.irfft(resampled * gain, out_length) * (out_length / length), np.float32)


def mu_law(samples: Floats) -> Floats:
    """Return the samples coded to 8 bits and back as G.711 does it."""
    coded = np.sign(samples) * np.log1p(255 * np.abs(np.clip(samples, -1, 1))) / np.log(256)
    coded = np.round(coded * 127) / 127
    return np.asarray(np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255, np.float32)


def sixteen_bit(samples: Floats) -> Floats:
    """Return the samples clipped and rounded as 16-bit PCM carries them."""
    return np.asarray(np.clip(np.round(samples * 32768), -32768, 32767) / 32768, np.float32)


def noise(length: int, colour: int, random_numbers: np.random.Generator, high_hz: float = 8000.0) -> Floats:
    """Return noise of power one; colour 0 is white, 1 pink, 2 brown, 3 mains hum with white."""
    size = 1 << (max(length, 64) - 1).bit_length()
    bins = size // 2 + 1
    spectrum = random_numbers.standard_normal(bins, np.float32) + 1j * random_numbers.standard_normal(
        bins, np.float32
    )
    hz = np.arange(bins) * SAMPLE_RATE / size
    spectrum = spectrum / np.maximum(hz, 30) ** (0, 0.5, 1, 0)[colour]
    spectrum[hz > high_hz] = 0
    made = np.fft.irfft(spectrum, size)[:length]
    made /= np.sqrt(np.mean(made**2)) + 1e-9
    if colour == 3:
        seconds = np.arange(length) / SAMPLE_RATE
        made = 0.5 * made + sum(np.sin(2 * np.pi * 50 * k * seconds + k) / k for k in (1, 2, 3, 5))
        made /= np.sqrt(np.mean(made**2))
    return np.asarray(made, np.float32)


def with_noise(
    samples: Floats, snr_db: float, colour: int, random_numbers: np.random.Generator, high_hz: float = 8000.0
) -> Floats:
    """Add noise at so many dB below the speech, whose power is taken where it is not silent."""
    active = samples[np.abs(samples) > 0.02 * np.max(np.abs(samples))]
    amplitude = np.sqrt(np.mean(active**2) / 10 ** (snr_db / 10))
    return np.asarray(samples + noise(len(samples), colour, random_numbers, high_hz) * amplitude, np.float32)


def _tones(seconds: NDArray[np.float64], draw: random.Random) -> NDArray[np.float64]:
    made = np.zeros(len(seconds))
    for _ in range(draw.choice((1, 1, 2, 3))):
        hz = np.exp(draw.uniform(np.log(60), np.log(6000)))
        made += draw.uniform(0.2, 1) * np.sin(2 * np.pi * hz * seconds + draw.uniform(0, 6))
    if draw.random() < 0.4:  # beeps: on and off
        made *= np.sin(2 * np.pi * draw.uniform(0.3, 4) * seconds) > draw.uniform(-0.5, 0.5)
    return made


def _sweep(seconds: NDArray[np.float64], draw: random.Random) -> NDArray[np.float64]:
    first, last = draw.uniform(50, 4000), draw.uniform(50, 7000)
    period = draw.uniform(0.3, 1) * seconds[-1]
    hz = first + (last - first) * (seconds % period) / period
    return np.asarray(np.sin(2 * np.pi * np.cumsum(hz) / SAMPLE_RATE))


def _clicks(
    seconds: NDArray[np.float64], draw: random.Random, numbers: np.random.Generator
) -> NDArray[np.float64]:
    made = np.where(
        numbers.random(len(seconds)) < 10 ** draw.uniform(-4.5, -2.5), numbers.uniform(-1, 1, len(seconds)), 0
    )
    if draw.random() < 0.6:  # a click that rings
        ring = np.arange(int(draw.uniform(10, 400)))
        decay = np.exp(-ring / len(ring) * 4) * np.cos(
            2 * np.pi * draw.uniform(100, 4000) * ring / SAMPLE_RATE
        )
        made = np.convolve(made, decay)[: len(seconds)]
    return np.asarray(made)


def _music(seconds: NDArray[np.float64], draw: random.Random) -> NDArray[np.float64]:
    """Notes with harmonics, one or several voices, each note dying away."""
    made = np.zeros(len(seconds))
    for _ in range(draw.randint(1, 3)):
        start, base = 0, draw.uniform(80, 440)
        harmonics = [draw.uniform(0.1, 1) / k for k in range(1, draw.randint(2, 8))]
        while start < len(seconds):
            length = min(int(SAMPLE_RATE * draw.choice((0.15, 0.25, 0.5, 1.0))), len(seconds) - start)
            hz = base * 2 ** (draw.choice((-5, 0, 2, 4, 5, 7, 9, 12)) / 12)
            time = np.arange(length) / SAMPLE_RATE
            note = sum(gain * np.sin(2 * np.pi * hz * (k + 1) * time) for k, gain in enumerate(harmonics))
            made[start : start + length] += (
                note * np.exp(-time * draw.uniform(0.5, 8)) * (draw.random() < 0.9)
            )
            start += length
    return made


def _bursts(length: int, draw: random.Random, numbers: np.random.Generator) -> NDArray[np.float64]:
    """Noise whose loudness wanders, as rustle, breath and traffic do."""
    knots = numbers.uniform(-40, 0, max(2, length // 3000))
    envelope = 10 ** (np.interp(np.arange(length), np.linspace(0, length, len(knots)), knots) / 20)
    return np.asarray(noise(length, draw.randrange(3), numbers, draw.uniform(800, 8000)) * envelope)


def sound(length: int, draw: random.Random, numbers: np.random.Generator) -> Floats:
    """Return something that is not speech, with a peak of one (or silence)."""
    seconds = np.arange(max(length, 2)) / SAMPLE_RATE
    match draw.randrange(8):
        case 0:
            return np.zeros(length, np.float32)
        case 1:
            made: NDArray[np.float64] | Floats = noise(
                length, draw.randrange(4), numbers, draw.uniform(1000, 8000)
            )
        case 2:
            made = _tones(seconds, draw)
        case 3:
            made = _sweep(seconds, draw)
        case 4:
            made = _clicks(seconds, draw, numbers)
        case 5:
            made = sum(
                (np.sin(2 * np.pi * 50 * k * seconds + k) / k for k in range(1, 9)), np.zeros(len(seconds))
            )
        case 6:
            made = _music(seconds, draw)
        case _:
            made = _bursts(length, draw, numbers)
    made = made[:length]
    return np.asarray(made / (np.max(np.abs(made)) + 1e-6), np.float32)


def non_speech(draw: random.Random, numbers: np.random.Generator) -> Floats:
    """Return up to eight seconds without a word, at any level, sometimes two sounds mixed."""
    length = int(SAMPLE_RATE * draw.uniform(1, 8))
    made = sound(length, draw, numbers) * 10 ** (draw.uniform(-45, 0) / 20)
    if draw.random() < 0.3:
        made += sound(length, draw, numbers) * 10 ** (draw.uniform(-45, -3) / 20)
    if draw.random() < 0.5:
        made += noise(length, draw.randrange(3), numbers) * 10 ** (draw.uniform(-90, -40) / 20)
    return sixteen_bit(np.asarray(made, np.float32))


def _random_channel(draw: random.Random) -> Channel:
    warp = 1.0 if draw.random() < 0.5 else draw.uniform(0.9, 1.1)
    tilt = 0.0 if draw.random() < 0.5 else draw.uniform(-4, 4)
    line = draw.random()
    if line < 0.55:
        return Channel(0.0, 8000.0, warp, tilt)
    if line < 0.80:
        return Channel(0.0, draw.uniform(3500, 4000), warp, tilt)
    return Channel(draw.uniform(150, 320), draw.uniform(3200, 3600), warp, tilt, mu_law=True)


def _random_voice(draw: random.Random) -> tuple[str, Prosody]:
    plain = draw.random() < 0.25
    variant = "" if plain else draw.choice(COMMON_VARIANTS if draw.random() < 0.5 else OTHER_VARIANTS)
    rate = int(draw.triangular(120, 290, 180))
    pitch, pitch_range = int(draw.triangular(15, 85, 50)), int(draw.triangular(35, 85, 50))
    return variant, Prosody(rate, pitch, pitch_range, draw.choice([0, 0, 0, 0, 1, 3]))


def _surround(speech: Floats, draw: random.Random, numbers: np.random.Generator) -> Floats:
    """Put silence around speech, or now and then another sound before it."""
    before = np.zeros(int(SAMPLE_RATE * draw.uniform(0, 0.5)), np.float32)
    after = np.zeros(int(SAMPLE_RATE * draw.uniform(0.25, 0.6)), np.float32)
    if draw.random() < 0.08:
        other = sound(int(SAMPLE_RATE * draw.uniform(0.1, 1.5)), draw, numbers) * 10 ** (
            draw.uniform(-30, 0) / 20
        )
        before = np.concatenate([other * np.max(np.abs(speech), initial=0), before])
    return np.concatenate([before, speech, after]).astype(np.float32)


def utterance(
    pieces: list[Piece], draw: random.Random, numbers: np.random.Generator, babble: Floats | None
) -> Floats | None:
    """Return the pieces spoken by a random voice over a random line; None if espeak said nothing.

    The peak lies between 0 and -45 dBFS and noise between 0 and 30 dB below the speech; babble is another
    utterance.
    """
    spoken = speak(pieces, *_random_voice(draw))
    if not len(spoken):
        return None
    channel = _random_channel(draw)
    samples = _surround(through(channel, spoken, library().sample_rate), draw, numbers)
    samples *= 10 ** (draw.uniform(-45, 0) / 20) / (np.max(np.abs(samples)) + 1e-6)
    added = draw.random()
    if added < 0.55:
        limit = 4000 if channel.narrow else 8000
        samples = with_noise(samples, draw.uniform(0, 30), draw.randrange(4), numbers, limit)
    elif added < 0.65 and babble is not None:
        other = np.resize(babble, len(samples))
        ratio = np.mean(samples**2) / (np.mean(other**2) + 1e-9) / 10 ** (draw.uniform(6, 25) / 10)
        samples = samples + other * np.sqrt(ratio)
    elif added < 0.85:
        floor = numbers.standard_normal(len(samples), np.float32)
        samples = samples + floor * np.float32(10 ** (draw.uniform(-90, -55) / 20))
    return sixteen_bit(mu_law(samples) if channel.mu_law else samples)
