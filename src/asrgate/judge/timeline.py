"""When sessions ran and when their audio was due: planned instants, not delayed ones."""

from datetime import datetime

from asrgate.judge.utterances import Utterance, watched_until_ns
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.pacing import in_real_time, speaking_since_ns


def overlap(one: Exchange, other: Exchange) -> bool:
    """Whether two sessions were under way at the same time."""
    (began, ended), (other_began, other_ended) = _span_s(one), _span_s(other)
    return began < other_ended and other_began < ended


def speech_began_ns(utterance: Utterance) -> int | None:
    """When the first sample of the audio was due to be spoken; None when the audio had no real-time pace."""
    return speaking_since_ns(utterance.exchange, utterance.audio[0]) if utterance.audio else None


def paced(utterance: Utterance) -> bool:
    """Whether all audio of an utterance was sent at real-time pace."""
    return bool(utterance.audio) and all(in_real_time(utterance.exchange, frame) for frame in utterance.audio)


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
