"""What a sentence looks like on the page: digits for numbers, punctuation, and a time stamp per token.

A stamped token is one Chinese character, one digit or one word in Latin letters (docs/protocol.md section
4.8).  The signs inside numbers (. % /) have no stamp of their own; they stand behind the token before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asrgate.reference.itn import rewrites
from asrgate.reference.numerals import DIGIT_VALUES
from asrgate.reference.recogniser import Token

Stamp = tuple[int, int]

_UNSTAMPED = frozenset(".%/")
_NEVER_ANCHORS = frozenset(DIGIT_VALUES) | frozenset("十百千")


@dataclass(frozen=True, slots=True)
class Clause:
    """Tokens up to a punctuation mark, and the mark."""

    tokens: tuple[Token, ...]
    mark: str

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """Begin and end of each token in ms."""
        return tuple((token.start_ms, token.end_ms) for token in self.tokens)

    @property
    def spaced(self) -> str:
        """The tokens with one space between any two, as `text_seg` has them."""
        return " ".join(token.text for token in self.tokens)

    @property
    def text(self) -> str:
        """The clause as it is read, with its mark."""
        return _joined(self.tokens) + self.mark


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence as clauses; without clauses nothing was said."""

    clauses: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """The sentence as it is read."""
        return "".join(clause.text for clause in self.clauses)

    @property
    def marks(self) -> tuple[str, ...]:
        """The mark after each token, mostly none."""
        return tuple(
            mark for clause in self.clauses for mark in (*[""] * (len(clause.tokens) - 1), clause.mark)
        )

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """Begin and end of each token in ms."""
        return tuple(stamp for clause in self.clauses for stamp in clause.stamps)


def _joined(tokens: Sequence[Token]) -> str:
    """Join tokens as FunASR does: a space on either side of a word in Latin letters, none elsewhere."""
    text, after_word = "", False
    for token in tokens:
        word = token.text.isascii() and not token.text[0].isdigit()
        text += (" " if text and (word or after_word) else "") + token.text
        after_word = word
    return text


def write(tokens: Sequence[Token], marks: Sequence[str], *, itn: bool) -> WrittenSentence:
    """Return the sentence of these tokens, each with its mark; `itn` writes spoken numbers in digits."""
    clauses: list[Clause] = []
    clause: list[Token] = []
    for written, mark in _numbers_written(tokens, marks) if itn else _as_spoken(tokens, marks):
        clause += written
        if mark:
            clauses.append(Clause(tuple(clause), mark))
            clause = []
    if clause:
        clauses.append(Clause(tuple(clause), ""))
    return WrittenSentence(tuple(clauses))


def _as_spoken(tokens: Sequence[Token], marks: Sequence[str]) -> Iterator[tuple[list[Token], str]]:
    for token, mark in zip(tokens, marks, strict=True):
        yield [token], mark


def _numbers_written(tokens: Sequence[Token], marks: Sequence[str]) -> Iterator[tuple[list[Token], str]]:
    """Yield the tokens with their marks; a spoken number is one thing, so a mark inside it is dropped."""
    # One character for each token, so that a span of the text is a span of the tokens.
    spoken = "".join(token.text if len(token.text) == 1 else "#" for token in tokens)
    position = 0
    for rewrite in rewrites(spoken):
        yield from _as_spoken(tokens[position : rewrite.start], marks[position : rewrite.start])
        position = rewrite.end
        yield stamped(rewrite.written, tokens[rewrite.start : position]), marks[position - 1]
    yield from _as_spoken(tokens[position:], marks[position:])


def stamped(written: str, spoken: Sequence[Token]) -> list[Token]:
    """Return the tokens of a written number, timed by the tokens that were spoken.

    A character that was itself spoken (the 年 of a date) keeps its time; the others share the span of what
    they replace equally, as FunASR's alignment does.
    """
    tokens: list[Token] = []
    units: list[str] = []
    start = 0
    for character in written:
        at = _spoken_at(character, spoken, start)
        if at is None:
            units.append(character)
        else:
            tokens += [*_shared(units, spoken[start:at], tokens), spoken[at]]
            units, start = [], at + 1
    return tokens + _shared(units, spoken[start:], tokens)


def _spoken_at(character: str, spoken: Sequence[Token], start: int) -> int | None:
    if character.isascii() or character in _NEVER_ANCHORS:
        return None
    return next((at for at in range(start, len(spoken)) if spoken[at].text == character), None)


def _shared(units: Sequence[str], spoken: Sequence[Token], before: Sequence[Token]) -> list[Token]:
    """Divide the time of the spoken tokens equally among the written units."""
    texts: list[str] = []
    for unit in units:
        if unit in _UNSTAMPED and texts:
            texts[-1] += unit
        else:
            texts.append(unit)
    begin, end = _span(spoken, before)
    count = len(texts)
    return [
        Token(text, begin + (end - begin) * i // count, begin + (end - begin) * (i + 1) // count)
        for i, text in enumerate(texts)
    ]


def _span(spoken: Sequence[Token], before: Sequence[Token]) -> Stamp:
    if spoken:
        return spoken[0].start_ms, spoken[-1].end_ms
    return (before[-1].end_ms, before[-1].end_ms) if before else (0, 0)
