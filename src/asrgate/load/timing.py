"""What a call took, in ms, each from the instant that was planned; None where there is nothing to count."""

from asrgate.load.call import Call
from asrgate.wire.dialects import Dialect
from asrgate.wire.messages import NotAReply, Reply, parse_reply


def connect_ms(call: Call) -> float | None:
    """Name, TCP, TLS and upgrade."""
    return None if call.opening is None else call.opening.total_ms


def first_partial_ms(call: Call, dialect: Dialect) -> float | None:
    """The first partial with text, from the onset of speech that the clip's facts give."""
    onset_ms = call.speech.clip.speech_start_ms or 0
    for at_ns, reply in _replies(call):
        if dialect.is_partial(reply) and reply.text_or_empty:
            return (at_ns - call.began_ns) / 1e6 - onset_ms
    return None


def final_ms(call: Call, dialect: Dialect) -> float | None:
    """The terminating message, from the instant at which the end frame was due."""
    if call.end_sent_ns is None:
        return None
    for at_ns, reply in _replies(call):
        if at_ns >= call.end_sent_ns and dialect.terminates(reply):
            return (at_ns - call.end_due_ns) / 1e6
    return None


def late_ms(call: Call) -> list[float]:
    """How long after its instant each frame left."""
    return [late / 1e6 for late in call.late_ns]


def _replies(call: Call) -> list[tuple[int, Reply]]:
    replies = []
    for at_ns, text in call.replies:
        try:
            replies.append((at_ns, parse_reply(text)))
        except NotAReply:
            continue
    return replies
