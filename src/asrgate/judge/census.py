"""All messages of several sessions in one row, and their fields in words."""

from collections.abc import Iterator, Sequence

from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.messages import Reply


def messages(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, Frame, Reply]]:
    """Every server message that is a JSON object, with its frame and its session."""
    for exchange in exchanges:
        for frame, reply in exchange.replies():
            yield exchange, frame, reply


def sentence_results(exchanges: Sequence[Exchange]) -> int:
    """How many sentence results with text there are: where none has stamps, the model gives none."""
    return sum(
        1
        for exchange, _, reply in messages(exchanges)
        if reply.text_or_empty and dialect_named(exchange.dialect).is_sentence(reply)
    )


def shown(reply: Reply, field: str) -> str:
    """A field as it came, or that it did not."""
    return repr(getattr(reply, field)) if reply.has(field) else "missing"
