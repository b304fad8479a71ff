"""When the audio of a session was due to be spoken: planned instants, never delayed ones."""

from asrgate.audio.framing import SAMPLE_BYTES
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.scenario import StreamAudio


def speaking_since_ns(exchange: Exchange, first: Frame) -> int | None:
    """When the first sample of a stream of audio was due to be spoken (ns since the exchange began).

    `first` is its first frame, which a microphone can send when its last sample has been spoken. None when
    the audio had no pace.
    """
    step = exchange.scenario.steps[first.step]
    if first.due_ns is None or not isinstance(step, StreamAudio) or step.pace is None:
        return None
    samples = -(-first.size // SAMPLE_BYTES)
    return first.due_ns - round(samples * 1e9 / step.audio.sample_rate_hz / step.pace)


def in_real_time(exchange: Exchange, frame: Frame) -> bool:
    """Whether a frame of audio was sent at the pace of speech."""
    step = exchange.scenario.steps[frame.step]
    return frame.due_ns is not None and isinstance(step, StreamAudio) and step.pace == 1.0
