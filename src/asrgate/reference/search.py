"""The word half of the recogniser: slots to words, by dynamic programming over a confusion network.

A column after each slot holds the best few word sequences that end there.  Between columns live partial
words: places in the tree of readings.  A word costs its acoustic score plus a language model: how likely the
word is, how likely its class is after the class before, and, if the application gave sentences, how often it
follows the word before there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asrgate.reference.acoustic import Slot
from asrgate.reference.lexicon import Entry, Lexicon, Node

LANGUAGE_WEIGHT = 0.7
WORD_BONUS = 0.8
BEAM = 14.0
HYPOTHESES = 6
MOST_PARTIALS = 400
DOMAIN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Token:
    """One Chinese character or one English word, with its time in the audio given to the stream."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(slots=True)
class _Sequence:
    """A word after other words: score so far, the sequence before it, the slots that it was read from."""

    score: float
    word_class: int
    text: str
    entry: Entry | None
    before: _Sequence | None
    slots: _Slots | None


_Slots = tuple["_Slots | None", int]
"""Slots read so far, last first, as a chain that partial words share."""

_Partial = tuple[Node, int, float, "_Slots | None"]
"""A word under way: place in the tree, column where it began, acoustic score, slots read."""


class Search:
    """One pass over the slots of one segment; what it finds does not depend on how they are handed in."""

    def __init__(
        self,
        lexicon: Lexicon,
        hotword_tree: Node | None = None,
        domain: Mapping[tuple[str, str], float] | None = None,
    ) -> None:
        self._lexicon = lexicon
        self._roots = [lexicon.root] + ([hotword_tree] if hotword_tree is not None else [])
        self._domain = domain or {}
        self._columns = [[_Sequence(0.0, lexicon.start_class, "", None, None, None)]]
        self._partials: list[_Partial] = []
        self._slots: list[Slot] = []

    def accept(self, slots: Iterable[Slot]) -> None:
        """Go on through more slots."""
        for slot in slots:
            self._step(slot)

    def tokens(self) -> tuple[Token, ...]:
        """Return the best words so far, one token per Chinese character or English word, times increasing."""
        found: list[tuple[str, int, int]] = []
        sequence: _Sequence | None = self._columns[-1][0]
        while sequence is not None and sequence.entry is not None:
            found += reversed(self._timed(sequence))
            sequence = sequence.before
        found.reverse()
        return tuple(_in_order(found))

    def _timed(self, sequence: _Sequence) -> list[tuple[str, int, int]]:
        """Return text, begin and end of the pieces of a sequence's last word."""
        numbers: list[int] = []
        chain = sequence.slots
        while chain is not None:
            chain, number = chain
            numbers.append(number)
        numbers.reverse()
        timed, at = [], 0
        assert sequence.entry is not None
        for text, units in sequence.entry.pieces:
            first, last = self._slots[numbers[at]], self._slots[numbers[at + units - 1]]
            timed.append((text, first.begin_ms, last.end_ms))
            at += units
        return timed

    def _step(self, slot: Slot) -> None:
        number = len(self._slots)
        self._slots.append(slot)
        partials = self._partials + [(root, number, 0.0, None) for root in self._roots]
        words = {sequence.text: self._skipping(sequence, slot.skip) for sequence in self._columns[number]}
        following: list[_Partial] = []
        for node, column, acoustic, read in partials:
            children = node.children
            for unit, log_probability in slot.alternatives:
                child = children.get(unit)
                if child is None:
                    continue
                if not isinstance(child, Node):
                    child = children[unit] = self._lexicon.node(child)
                partial = (child, column, acoustic + log_probability, (read, number))
                if child.children:
                    following.append(partial)
                if child.entries:
                    self._finish_words(partial, words)
        following += [
            (node, column, acoustic + slot.skip, read) for node, column, acoustic, read in self._partials
        ]
        best = sorted(words.values(), key=lambda sequence: -sequence.score)[:HYPOTHESES]
        self._columns.append(best)
        self._partials = self._pruned(following, best[0].score)

    @staticmethod
    def _skipping(sequence: _Sequence, skip: float) -> _Sequence:
        return _Sequence(
            sequence.score + skip,
            sequence.word_class,
            sequence.text,
            sequence.entry,
            sequence.before,
            sequence.slots,
        )

    def _finish_words(self, partial: _Partial, words: dict[str, _Sequence]) -> None:
        """Offer the words that end at a partial word's node, after each sequence where it began."""
        node, column, acoustic, read = partial
        for entry in node.entries:
            found = words.get(entry.text)
            for before in self._columns[column]:
                score = before.score + acoustic + self._language(before, entry)
                if found is None or score > found.score:
                    found = words[entry.text] = _Sequence(
                        score, entry.word_class, entry.text, entry, before, read
                    )

    def _language(self, before: _Sequence, entry: Entry) -> float:
        score = entry.log_probability + self._lexicon.class_ratio[before.word_class][entry.word_class]
        if self._domain:
            known = self._domain.get((before.text, entry.text))
            if known is not None:
                score = math.log((1 - DOMAIN_SHARE) * math.exp(score) + DOMAIN_SHARE * known)
        return LANGUAGE_WEIGHT * score + WORD_BONUS + entry.bonus

    def _pruned(self, partials: list[_Partial], complete: float) -> list[_Partial]:
        if not partials:
            return []
        columns = self._columns
        scored = [(columns[partial[1]][0].score + partial[2], partial) for partial in partials]
        # A partial word has not paid for the language model yet, so it counts as 8 nats worse than a complete
        # one.
        limit = max(complete, max(score for score, _ in scored) - 8) - BEAM
        kept = [item for item in scored if item[0] > limit]
        if len(kept) > MOST_PARTIALS:
            kept = sorted(kept, key=lambda item: -item[0])[:MOST_PARTIALS]
        return [partial for _, partial in kept]


def _in_order(timed: list[tuple[str, int, int]]) -> list[Token]:
    """Make tokens whose times do not run backwards or overlap."""
    tokens: list[Token] = []
    for index, (text, begin, end) in enumerate(timed):
        following = timed[index + 1][1] if index + 1 < len(timed) else end
        start = max(begin, tokens[-1].end_ms if tokens else 0)
        tokens.append(Token(text, start, max(start, min(end, max(following, start)))))
    return tokens
