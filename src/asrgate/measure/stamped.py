"""Recognised words with their stamps."""

from collections.abc import Iterable

from asrgate.measure.tokens import tokens
from asrgate.wire.dialects import Dialect
from asrgate.wire.results import Message
from asrgate.wire.stamps import Stamp, stamps_of

Word = tuple[str, Stamp]
"""A token and when it is spoken."""


def stamped_words(dialect: Dialect, sentences: Iterable[Message]) -> list[Word]:
    """Return the tokens of sentence results with their stamps; empty when their numbers differ (TS-03).

    A server that stamps whole sentences gives each the place of a word.
    """
    found: list[Word] = []
    for _, reply in sentences:
        words = tokens(reply.text_or_empty) if dialect.stamps_words else [reply.text_or_empty]
        stamps = stamps_of(dialect, reply)
        if len(words) != len(stamps):
            return []
        found += zip(words, stamps, strict=True)
    return found
