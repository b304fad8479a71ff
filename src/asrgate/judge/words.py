"""Recognised words with their stamps, and which words of two readings of the same speech correspond."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from asrgate.judge.stamps import Stamp, stamps_of
from asrgate.judge.utterances import sentences_of
from asrgate.measure.tokens import tokens
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange

Word = tuple[str, Stamp]
"""A token and when it is spoken."""


def words_of(exchange: Exchange) -> list[Word]:
    """The tokens of a session's sentences with their stamps; empty when their numbers differ (TS-03)."""
    dialect = dialect_named(exchange.dialect)
    found: list[Word] = []
    for _, reply in sentences_of(exchange):
        # A server that stamps whole sentences gives each the place of a word.
        words = tokens(reply.text_or_empty) if dialect.stamps_words else [reply.text_or_empty]
        stamps = stamps_of(dialect, reply)
        if len(words) != len(stamps):
            return []
        found += zip(words, stamps, strict=True)
    return found


def paired(words: Sequence[Word], others: Sequence[Word]) -> list[tuple[Stamp, Stamp]]:
    """The stamps of the tokens that two readings have in common, in order."""
    matcher = SequenceMatcher(a=[word for word, _ in words], b=[word for word, _ in others], autojunk=False)
    return [
        (words[block.a + n][1], others[block.b + n][1])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]
