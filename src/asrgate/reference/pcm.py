"""PCM bytes as clients send them, turned into 16 kHz samples.

The result does not depend on how the bytes were cut into messages: half a sample waits for its other half,
and libsoxr's stream gives the same bits for every chunking.
"""

from __future__ import annotations

import numpy as np
import soxr  # type: ignore[import-untyped]
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAMPLE_RATE_HZ = 16000
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 4000, 192000


class PcmStream:
    """16-bit little-endian mono PCM at any usual rate, turned into float samples in [-1, 1) at 16 kHz."""

    def __init__(self, rate_hz: int = SAMPLE_RATE_HZ) -> None:
        if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
            raise ValueError(f"a rate of {rate_hz} Hz is outside {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ} Hz")
        self._half_sample = b""
        self._resampler = _resampler(rate_hz)

    def accept(self, data: bytes) -> Floats:
        """Take any number of bytes; return the samples that they complete."""
        data = self._half_sample + data
        whole_bytes = len(data) & ~1
        self._half_sample = data[whole_bytes:]
        samples = np.frombuffer(data[:whole_bytes], "<i2").astype(np.float32) / np.float32(32768)
        if self._resampler is None or not len(samples):
            return samples
        return np.asarray(self._resampler.resample_chunk(samples), np.float32)

    def finish(self) -> Floats:
        """Return the samples still inside the resampler; a last odd byte is dropped, as FunASR drops it."""
        if self._resampler is None:
            return np.zeros(0, np.float32)
        return np.asarray(self._resampler.resample_chunk(np.zeros(0, np.float32), last=True), np.float32)


def _resampler(rate_hz: int) -> soxr.ResampleStream | None:
    if rate_hz == SAMPLE_RATE_HZ:
        return None
    return soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")
