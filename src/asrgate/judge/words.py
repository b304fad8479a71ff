"""Recognised words with their stamps, and which words of two readings of the same speech correspond."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from asrgate.judge.utterances import sentences_of
from asrgate.measure.stamped import Word as Word
from asrgate.measure.stamped import stamped_words
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.stamps import Stamp


def words_of(exchange: Exchange) -> list[Word]:
    """The tokens of a session's sentences with their stamps; empty when their numbers differ (TS-03)."""
    return stamped_words(dialect_named(exchange.dialect), sentences_of(exchange))


def paired(words: Sequence[Word], others: Sequence[Word]) -> list[tuple[Stamp, Stamp]]:
    """The stamps of the tokens that two readings have in common, in order."""
    matcher = SequenceMatcher(a=[word for word, _ in words], b=[word for word, _ in others], autojunk=False)
    return [
        (words[block.a + n][1], others[block.b + n][1])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]
