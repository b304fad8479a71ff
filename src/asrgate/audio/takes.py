"""Whether a recording of a person can be used: its level, where speech is, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

FRAME_MS = 20
_FULL_SCALE = 32767
_QUIETEST_PEAK_DBFS = -30.0
_LEAST_SPEECH_MS = 300
_EDGE_MS = 60
_LEAST_DISTANCE_DB = 15.0
_SPEECH_ABOVE_DB = 10.0
"""Speech stands out from what a room sounds like by at least so much."""

_SILENCE_DBFS = -96.0

Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What one recording is like. `speech_ms` is None when nobody spoke; `faults` are sentences."""

    duration_ms: int
    peak_dbfs: float
    noise_dbfs: float
    clipped_samples: int
    speech_ms: tuple[int, int] | None
    faults: tuple[str, ...] = ()


def take_of(pcm: Pcm, sample_rate_hz: int) -> Take:
    """Look at mono 16-bit samples [frames]: speech is what stands out from the quietest tenth."""
    duration_ms = round(len(pcm) * 1000 / sample_rate_hz)
    levels = _levels_dbfs(pcm, sample_rate_hz)
    noise = float(np.percentile(levels, 10)) if len(levels) else _SILENCE_DBFS
    loudest = float(levels.max()) if len(levels) else _SILENCE_DBFS
    loud = np.flatnonzero(levels > max(noise, -70.0) + _SPEECH_ABOVE_DB)
    speech = (int(loud[0]) * FRAME_MS, int(loud[-1] + 1) * FRAME_MS) if len(loud) else None
    peak = int(np.abs(pcm.astype(np.int32)).max()) if len(pcm) else 0
    take = Take(
        duration_ms=duration_ms,
        peak_dbfs=round(_dbfs(peak / _FULL_SCALE), 1),
        noise_dbfs=round(noise, 1),
        clipped_samples=int(np.count_nonzero(np.abs(pcm.astype(np.int32)) >= _FULL_SCALE)),
        speech_ms=speech,
    )
    return replace(take, faults=tuple(_faults(take, loudest - noise)))


def _faults(take: Take, distance_db: float) -> Iterator[str]:
    if take.speech_ms is None or take.speech_ms[1] - take.speech_ms[0] < _LEAST_SPEECH_MS:
        yield "no speech was heard: is it the right microphone, and is it switched on?"
        return
    if take.clipped_samples:
        yield f"{take.clipped_samples} samples are at full scale: go further away, or turn the level down"
    if take.peak_dbfs < _QUIETEST_PEAK_DBFS:
        yield f"it is very quiet (peak {take.peak_dbfs:.0f} dBFS): come nearer, or turn the level up"
    if distance_db < _LEAST_DISTANCE_DB:
        yield f"speech is only {distance_db:.0f} dB above the noise of the room"
    if take.speech_ms[0] < _EDGE_MS:
        yield "it begins with speech: wait a moment before you speak"
    if take.duration_ms - take.speech_ms[1] < _EDGE_MS:
        yield "it ends with speech: wait a moment before you stop"


def _levels_dbfs(pcm: Pcm, sample_rate_hz: int) -> npt.NDArray[np.float64]:
    size = sample_rate_hz * FRAME_MS // 1000
    frames = pcm[: len(pcm) // size * size].reshape(-1, size).astype(np.float64) / _FULL_SCALE
    return np.asarray(np.maximum(20 * np.log10(np.sqrt((frames**2).mean(axis=1)) + 1e-12), _SILENCE_DBFS))


def _dbfs(share: float) -> float:
    return max(20 * float(np.log10(share)), _SILENCE_DBFS) if share > 0 else _SILENCE_DBFS
