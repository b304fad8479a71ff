"""What a reader of the replies saw, and from when on: sentences that are settled, and the text still open.

Servers tell partials in two ways (docs/protocol.md sections 4.2 and 4.6): as deltas, which a reader appends
until the sentence replaces them, or as the whole open text, which replaces the one before. After this module
they are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from asrgate.measure.tokens import tokens
from asrgate.measure.verbalise import read_aloud
from asrgate.wire.dialects import Dialect, dialect_named, joined
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What stood there from `at_ns` on (ns since the exchange began), as Chinese characters and words.

    `settled` are those of sentence results, `open` those of partials behind them. Numbers stand in words, so
    that one which is only written otherwise in the sentence has not changed. `by_sentence` is whether it was
    a sentence result that changed what stood there.
    """

    at_ns: int
    settled: tuple[str, ...]
    open: tuple[str, ...]
    by_sentence: bool

    @property
    def tokens(self) -> tuple[str, ...]:
        """All that stood there."""
        return self.settled + self.open


def shown(exchange: Exchange, spoken: str) -> tuple[Shown, ...]:
    """Return what stood there over a session with one utterance, each time that it changed.

    Numbers are read aloud as `spoken`, what was said, has them.
    """
    dialect = dialect_named(exchange.dialect)
    found: list[Shown] = []
    for at_ns, settled, opened, by_sentence in _texts(dialect, exchange):
        now = Shown(
            at_ns=at_ns,
            settled=heard_tokens(settled, spoken),
            open=heard_tokens(opened, spoken),
            by_sentence=by_sentence,
        )
        before = (found[-1].settled, found[-1].open) if found else ((), ())
        if (now.settled, now.open) != before:
            found.append(now)
    return tuple(found)


def heard_tokens(text: str, spoken: str) -> tuple[str, ...]:
    """Return the tokens of a recognised text, its numbers in words as `spoken` has them."""
    return tuple(tokens(read_aloud(text, spoken)))


def _texts(dialect: Dialect, exchange: Exchange) -> Iterator[tuple[int, str, str, bool]]:
    """The settled and the open text after each message, and whether it settled anything."""
    settled, opened = "", ""
    for frame, reply in exchange.replies():
        if dialect.tells == "everything":
            if not reply.has("sentences"):
                continue
            before = settled
            settled, opened = _of_update(reply)
            yield frame.at_ns, settled, opened, settled != before
        elif dialect.is_sentence(reply) and reply.text_or_empty:
            settled, opened = joined((settled, reply.text_or_empty)), ""
            yield frame.at_ns, settled, opened, True
        elif dialect.is_partial(reply) and reply.text_or_empty:
            opened += reply.text_or_empty
            yield frame.at_ns, settled, opened, False


def _of_update(reply: Reply) -> tuple[str, str]:
    return joined(sentence["text"] for sentence in reply.locked), reply.partial_or_empty
