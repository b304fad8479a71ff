"""Make clean speech worse in measured ways: noise, a room, silence, level, clipping, telephone band.

Pure functions on mono float samples between -1 and 1; the same arguments give the same samples.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
NoiseColour = Literal["white", "pink"]

_WINDOW_MS = 20
# Windows within 30 dB of the loudest count as active speech; pauses do not water the level down
# (the idea of ITU-T P.56, with a fixed margin in place of its hangover).
_ACTIVE_MARGIN_DB = 30
_TELEPHONE_BAND_HZ = (300, 3400)
_FIRST_REFLECTION_S = 0.005


def active_level(samples: Samples, sample_rate_hz: int) -> float:
    """Return the root mean square of the parts in which somebody speaks, 0.0 when all is silence."""
    window = max(1, sample_rate_hz * _WINDOW_MS // 1000)
    whole = len(samples) // window * window
    blocks = samples[:whole] if whole else samples
    if not len(blocks):
        return 0.0
    powers = np.mean(
        np.square(blocks.reshape(-1, window if whole else len(blocks)), dtype=np.float64), axis=1
    )
    active = powers[powers >= powers.max() * 10 ** (-_ACTIVE_MARGIN_DB / 10)]
    return float(np.sqrt(np.mean(active)))


def noise(count: int, sample_rate_hz: int, colour: NoiseColour, seed: int) -> Samples:
    """Return `count` samples of noise with a root mean square of 1.

    White has the same power at each frequency, pink 3 dB less per octave (flat below 20 Hz).
    """
    if count == 0:
        return np.zeros(0, np.float32)
    white = np.random.default_rng(seed).standard_normal(count)
    if colour == "pink":
        spectrum = np.fft.rfft(white)
        frequencies_hz = np.fft.rfftfreq(count, 1 / sample_rate_hz)
        white = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequencies_hz, 20.0)), count)
    return np.asarray(white / np.sqrt(np.mean(np.square(white))), np.float32)


def with_noise(samples: Samples, sample_rate_hz: int, snr_db: float, unit_noise: Samples) -> Samples:
    """Add noise with a root mean square of 1 at `snr_db` below the active level of the speech.

    Silence stays silence.
    """
    level = active_level(samples, sample_rate_hz) * 10 ** (-snr_db / 20)
    return samples + unit_noise * np.float32(level)


def in_a_room(
    samples: Samples, sample_rate_hz: int, reverberation_ms: int, direct_db: float, seed: int
) -> Samples:
    """Let the speech sound from a distance in a room; its length, its times and about its level stay.

    The response of the room is the direct sound, followed from 5 ms on by noise that decays by 60 dB in
    `reverberation_ms` (Polack's statistical model, 1988) and lies `direct_db` below the direct sound.
    """
    if not len(samples):
        return samples
    # Imported here: it takes most of a second, which every command would wait for.
    from scipy.signal import fftconvolve

    at_s = np.arange(round(reverberation_ms * sample_rate_hz / 1000)) / sample_rate_hz
    decay = 10 ** (-3 * at_s * 1000 / reverberation_ms)
    tail = np.random.default_rng(seed).standard_normal(len(at_s)) * decay
    tail[at_s < _FIRST_REFLECTION_S] = 0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(np.square(tail)))
    response = np.concatenate([[1.0], tail])
    heard = fftconvolve(samples, response / np.sqrt(np.sum(np.square(response))))
    return np.asarray(heard[: len(samples)], np.float32)


def with_silence(samples: Samples, sample_rate_hz: int, before_ms: int, after_ms: int) -> Samples:
    """Put digital silence in front and behind."""
    before, after = (round(ms * sample_rate_hz / 1000) for ms in (before_ms, after_ms))
    return np.pad(samples, (before, after))


def with_gain(samples: Samples, db: float) -> Samples:
    """Change the level by `db`; samples may then exceed 1."""
    return samples * np.float32(10 ** (db / 20))


def clipped(samples: Samples, level: float) -> Samples:
    """Cut everything above `level` (0 to 1) of the peak."""
    limit = np.float32(level) * np.max(np.abs(samples), initial=np.float32(0))
    return np.clip(samples, -limit, limit)


def telephone_band(samples: Samples, sample_rate_hz: int) -> Samples:
    """Keep 300 to 3400 Hz, without delay: forward and backward through a Butterworth band pass of order 4."""
    # Imported here: it takes most of a second, which every command would wait for.
    from scipy.signal import butter, sosfiltfilt

    low_hz, high_hz = _TELEPHONE_BAND_HZ
    if not len(samples):
        return samples
    if sample_rate_hz <= 2 * high_hz:
        sections = butter(4, low_hz, "highpass", fs=sample_rate_hz, output="sos")
    else:
        sections = butter(4, (low_hz, high_hz), "bandpass", fs=sample_rate_hz, output="sos")
    return np.asarray(sosfiltfilt(sections, samples, padlen=min(len(samples) - 1, 200)), np.float32)
