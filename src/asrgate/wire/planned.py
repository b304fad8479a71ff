"""Audio frames with all that can be known before a session begins, so that nothing but sending is left."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from asrgate.audio.framing import SAMPLE_BYTES, frames
from asrgate.audio.source import AudioSource
from asrgate.wire.scenario import Scenario, StreamAudio

PcmOf = Callable[[AudioSource], bytes]


@dataclass(frozen=True, slots=True)
class PlannedFrame:
    """An audio frame with all that can be known before it is sent."""

    payload: bytes
    offset_bytes: int
    sha256: str
    due_ms: float
    pause_ms: float
    duration_s: float


def planned_audio(scenario: Scenario, pcm: PcmOf) -> dict[int, tuple[PlannedFrame, ...]]:
    """Return the audio frames of each step that streams some, by the step's index."""
    return {
        index: tuple(
            PlannedFrame(
                payload=frame.payload,
                offset_bytes=frame.offset_bytes,
                sha256=hashlib.sha256(frame.payload).hexdigest(),
                due_ms=frame.due_ms,
                pause_ms=frame.pause_ms,
                duration_s=len(frame.payload) / SAMPLE_BYTES / step.audio.sample_rate_hz,
            )
            for frame in frames(pcm(step.audio), step.framing, step.audio.sample_rate_hz)
        )
        for index, step in enumerate(scenario.steps)
        if isinstance(step, StreamAudio)
    }
