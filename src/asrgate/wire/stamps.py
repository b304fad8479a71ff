"""Word stamps as pairs of ms, whichever form the dialect sends them in (docs/protocol.md section 4.8)."""

import json
from collections.abc import Sequence

from asrgate.wire.dialects import Dialect
from asrgate.wire.messages import Reply

Stamp = tuple[int, int]
"""Start and end of one token in ms."""


def stamps_of(dialect: Dialect, reply: Reply) -> tuple[Stamp, ...]:
    """The stamps of a message; empty when it has none or they cannot be read (which SCH-07 judges).

    Real-time and offline servers send a JSON array inside a string, the Python server an array. The updates
    of funasr-realtime have one stamp for each sentence.
    """
    if dialect.stamps_as == "sentences":
        return pairs_of([[sentence.get("start"), sentence.get("end")] for sentence in reply.locked]) or ()
    value = reply.timestamp
    if dialect.stamps_as != "array":
        if not isinstance(value, str):
            return ()
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return ()
    return pairs_of(value) or ()


def pairs_of(value: object) -> tuple[Stamp, ...] | None:
    """A list of pairs of ms as stamps; None when it is something else."""
    if not isinstance(value, list) or not all(_is_pair(pair) for pair in value):
        return None
    return tuple((int(start), int(end)) for start, end in value)


def shifted_by_ms(stamps: Sequence[Stamp], others: Sequence[Stamp]) -> list[int] | None:
    """By how much each edge of `others` is later than in `stamps`; None when their numbers differ."""
    if len(stamps) != len(others):
        return None
    return [
        late - early
        for pair, other in zip(stamps, others, strict=True)
        for early, late in zip(pair, other, strict=True)
    ]


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(edge) in (int, float) for edge in value)
