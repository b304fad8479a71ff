"""When sessions ran and when their audio was due: planned instants, not delayed ones."""

from datetime import datetime

from asrgate.judge.utterances import SAMPLE_BYTES, Utterance, watched_until_ns
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.scenario import StreamAudio


def overlap(one: Exchange, other: Exchange) -> bool:
    """Whether two sessions were under way at the same time."""
    (began, ended), (other_began, other_ended) = _span_s(one), _span_s(other)
    return began < other_ended and other_began < ended


def speech_began_ns(utterance: Utterance) -> int | None:
    """When the first sample of the audio was due to be spoken; None when the audio had no real-time pace."""
    first = utterance.audio[0] if utterance.audio else None
    if first is None or first.due_ns is None:
        return None
    step = utterance.exchange.scenario.steps[first.step]
    if not isinstance(step, StreamAudio) or step.pace is None:
        return None
    samples = -(-first.size // SAMPLE_BYTES)
    return first.due_ns - round(samples * 1e9 / step.audio.sample_rate_hz / step.pace)


def paced(utterance: Utterance) -> bool:
    """Whether all audio of an utterance was sent at real-time pace."""
    steps = utterance.exchange.scenario.steps
    return bool(utterance.audio) and all(
        frame.due_ns is not None and isinstance(step := steps[frame.step], StreamAudio) and step.pace == 1.0
        for frame in utterance.audio
    )


def input_ended_ns(utterance: Utterance) -> int | None:
    """When the end frame was due: with the last audio frame. None without pace or without end frame."""
    if utterance.end is None or not paced(utterance):
        return None
    return utterance.audio[-1].due_ns


def latest_ms(frames: tuple[Frame, ...]) -> float:
    """By how much the client itself was late with a frame, at the most."""
    return max(((f.at_ns - f.due_ns) / 1e6 for f in frames if f.due_ns is not None), default=0.0)


def _span_s(exchange: Exchange) -> tuple[float, float]:
    began = datetime.fromisoformat(exchange.started_at).timestamp()
    return began, began + watched_until_ns(exchange) / 1e9
