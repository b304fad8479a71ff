"""Bring any sound to what the servers take: mono, 16-bit PCM, at one rate."""

import os
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr  # type: ignore[import-untyped]
from numpy.typing import NDArray

from asrgate.audio.reading import Sound
from asrgate.errors import UsageError

Samples = NDArray[np.float32]

_FULL_SCALE = 32768
# The level to which the guide's own converter brings the highest sample.
NORMAL_PEAK = 0.95


@dataclass(frozen=True, slots=True)
class Pcm16:
    """Mono 16-bit little-endian samples and how many of them lay beyond full scale and were clipped."""

    pcm: bytes
    clipped_samples: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted sound and what was done to it, one sentence for each step."""

    pcm: bytes
    sample_rate_hz: int
    steps: tuple[str, ...]
    clipped_samples: int

    @property
    def frames(self) -> int:
        """Number of samples."""
        return len(self.pcm) // 2


def to_mono(samples: Samples) -> Samples:
    """Return the mean of the channels of [frames, channels] as [frames]."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    return np.asarray(samples.mean(axis=1), np.float32)


def resampled(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Return [frames] samples at `to_hz`; those of an equal rate come back untouched."""
    if from_hz == to_hz or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, from_hz, to_hz, quality="VHQ"), np.float32)


def pcm16(samples: Samples) -> Pcm16:
    """Round [frames] samples to 16 bit; those beyond full scale are clipped and counted."""
    clipped_samples = int(np.count_nonzero(np.abs(samples) > 1))
    scaled = np.clip(np.rint(samples * np.float32(_FULL_SCALE)), -_FULL_SCALE, _FULL_SCALE - 1)
    return Pcm16(scaled.astype("<i2").tobytes(), clipped_samples)


def converted(sound: Sound, sample_rate_hz: int, *, normalised: bool = False) -> Conversion:
    """Return `sound` as mono 16-bit PCM at `sample_rate_hz`.

    The level stays as it is unless `normalised` brings the highest sample to 0.95 of full scale.
    """
    steps = []
    samples = to_mono(sound.samples)
    if sound.facts.channels > 1:
        steps.append(f"mixed {sound.facts.channels} channels down to one by their mean")
    if sound.sample_rate_hz != sample_rate_hz:
        samples = resampled(samples, sound.sample_rate_hz, sample_rate_hz)
        steps.append(
            f"resampled from {sound.sample_rate_hz} Hz to {sample_rate_hz} Hz (soxr, very high quality)"
        )
    peak = float(np.max(np.abs(samples), initial=0))
    if normalised and peak > 0:
        samples = samples * np.float32(NORMAL_PEAK / peak)
        steps.append(f"normalised: the peak went from {peak:.3f} to {NORMAL_PEAK} of full scale")
    if sound.facts.bits != 16 or "float" in sound.facts.codec:
        steps.append(f"rounded {sound.facts.codec} to 16-bit PCM")
    rounded = pcm16(samples)
    return Conversion(rounded.pcm, sample_rate_hz, tuple(steps), rounded.clipped_samples)


def write_wav(path: Path, pcm: bytes, sample_rate_hz: int) -> None:
    """Write mono 16-bit PCM as WAV; the file appears whole or not at all.

    Raises:
        UsageError: the file cannot be written there.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file, wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(sample_rate_hz)
            wav.writeframes(pcm)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise UsageError(f"Cannot write {path}: {error.strerror}.") from error


def wav_problems(path: Path, expected: Conversion, source: Sound) -> list[str]:
    """Read a written WAV back with the standard library's own reader and say what is not as expected.

    An empty list means: mono, 16 bit, the rate asked for, every sample as converted, and a duration within
    one sample of the source's.
    """
    with wave.open(str(path), "rb") as wav:
        actual = {
            "channels": wav.getnchannels(),
            "bits": 8 * wav.getsampwidth(),
            "rate in Hz": wav.getframerate(),
            "samples": wav.getnframes(),
        }
        pcm = wav.readframes(wav.getnframes())
    wanted = {"channels": 1, "bits": 16, "rate in Hz": expected.sample_rate_hz, "samples": expected.frames}
    problems = [
        f"{name}: expected {wanted[name]}, got {actual[name]}"
        for name in wanted
        if wanted[name] != actual[name]
    ]
    if pcm != expected.pcm:
        problems.append("the samples read back differ from those converted")
    drift = actual["samples"] - source.facts.duration_s * expected.sample_rate_hz
    if abs(drift) > 1:
        problems.append(f"duration: differs from the source's by {drift:+.1f} samples")
    return problems


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
