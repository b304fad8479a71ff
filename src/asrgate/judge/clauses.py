"""TS: the clauses of a sentence in `stamp_sents`, and how they fit its text and its stamps.

See docs/protocol.md section 4.8. `ts_list` is optional on older images; what needs it is then not judged.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence
from asrgate.judge.utterances import Message, sentences_of
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.stamps import Stamp, pairs_of, stamps_of

ROUNDING_MS = 1
"""Rounding of stamps (docs/protocol.md section 4.8)."""

NO_SPAN = (-1, 0)
"""What stands for start and end of a clause without tokens: -1 if it is the first, 0 otherwise."""

_NO_CLAUSES = "no message with text carried stamp_sents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One item of `stamp_sents`: its tokens, its closing mark, its span and stamps, None where they lack."""

    tokens: tuple[str, ...]
    mark: str
    span: tuple[Any, Any]
    stamps: tuple[Stamp, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """The clauses of one sentence, with its text and stamps."""

    exchange: Exchange
    message: Message
    items: tuple[Clause, ...]
    stamps: tuple[Stamp, ...]

    @property
    def text(self) -> str:
        """The text of the sentence."""
        return self.message[1].text_or_empty


def spans_enclose_their_stamps(exchanges: Sequence[Exchange]) -> Finding:
    """TS-05: a clause starts with its first stamp and ends with its last; one without tokens has -1 or 0."""
    judged = 0
    breaches: list[Breach] = []
    for sentence in _sentences(exchanges):
        for clause, stamps in _with_stamps(sentence):
            judged += 1
            problem = _span_problem(clause, stamps)
            if problem is not None:
                breaches.append(_breach(sentence, problem))
    return conclude(
        "TS-05",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'clause')}, each from its first stamp to its last",
        nothing=why_nothing(exchanges, _NO_CLAUSES),
    )


def clause_stamps_are_the_stamps(exchanges: Sequence[Exchange]) -> Finding:
    """TS-06: the `ts_list` of all clauses, joined, are the pairs of `timestamp`."""

    def problem(sentence: Clauses) -> str | None:
        joined = [pair for clause in sentence.items for pair in clause.stamps or ()]
        if joined == list(sentence.stamps):
            return None
        if len(joined) != len(sentence.stamps):
            return f"{len(joined)} pairs in ts_list, {len(sentence.stamps)} in timestamp"
        ours, theirs = next((a, b) for a, b in zip(joined, sentence.stamps, strict=True) if a != b)
        return f"{list(ours)} in ts_list is {list(theirs)} in timestamp"

    return _judged("TS-06", exchanges, problem, "the pairs of ts_list are those of timestamp", _all_listed)


def clauses_have_a_stamp_per_token(exchanges: Sequence[Exchange]) -> Finding:
    """TS-07: `text_seg` has as many tokens as `ts_list` has pairs."""

    def problem(sentence: Clauses) -> str | None:
        for clause in sentence.items:
            if clause.stamps is not None and len(clause.tokens) != len(clause.stamps):
                return (
                    f"{counted(len(clause.tokens), 'token')} in text_seg {' '.join(clause.tokens)!r}, "
                    f"{counted(len(clause.stamps), 'pair')} in ts_list"
                )
        return None

    return _judged("TS-07", exchanges, problem, "a pair for each token of text_seg", _all_listed)


def clauses_make_the_text(exchanges: Sequence[Exchange]) -> Finding:
    """TS-08: `text_seg` and `punc` of all clauses, joined without blanks, are the text.

    Judged on texts without Latin letters: beside those, marks are glued to words by design.
    """

    def problem(sentence: Clauses) -> str | None:
        joined = "".join("".join(clause.tokens) + clause.mark for clause in sentence.items)
        said = "".join(sentence.text.split())
        return None if joined == said else f"the clauses make {joined!r}, the text is {sentence.text!r}"

    return _judged("TS-08", exchanges, problem, "the clauses make the text", _without_latin, _NO_CLAUSES)


def _judged(
    requirement: str,
    exchanges: Sequence[Exchange],
    problem: Callable[[Clauses], str | None],
    held: str,
    judgeable: Callable[[Clauses], bool],
    nothing: str = "no message with text carried stamp_sents with ts_list",
) -> Finding:
    sentences = [sentence for sentence in _sentences(exchanges) if judgeable(sentence)]
    found = [(sentence, problem(sentence)) for sentence in sentences]
    return conclude(
        requirement,
        [_breach(sentence, reason) for sentence, reason in found if reason is not None],
        judged=len(sentences),
        held=f"{held} in {counted(len(sentences), 'sentence')}",
        nothing=why_nothing(exchanges, nothing),
    )


def _all_listed(sentence: Clauses) -> bool:
    return all(clause.stamps is not None for clause in sentence.items)


def _without_latin(sentence: Clauses) -> bool:
    return not any(character.isascii() and character.isalpha() for character in sentence.text)


def _breach(sentence: Clauses, problem: str) -> Breach:
    return Breach(f"{problem}, in {sentence.text!r}", evidence(sentence.exchange, sentence.message[0]))


def _sentences(exchanges: Sequence[Exchange]) -> Iterator[Clauses]:
    """Every sentence whose `stamp_sents` can be read; whether it can is judged by SCH-09."""
    for exchange in exchanges:
        dialect = dialect_named(exchange.dialect)
        for frame, reply in sentences_of(exchange):
            told = reply.stamp_sents if isinstance(reply.stamp_sents, list) else ()
            items = [_clause(item) if isinstance(item, dict) else None for item in told]
            if items and None not in items:
                yield Clauses(
                    exchange=exchange,
                    message=(frame, reply),
                    items=tuple(clause for clause in items if clause is not None),
                    stamps=stamps_of(dialect, reply),
                )


def _clause(item: dict[str, Any]) -> Clause | None:
    text, mark, stamps = item.get("text_seg"), item.get("punc"), pairs_of(item.get("ts_list"))
    if not isinstance(text, str) or not isinstance(mark, str):
        return None
    return Clause(
        tokens=tuple(text.split()), mark=mark, span=(item.get("start"), item.get("end")), stamps=stamps
    )


def _with_stamps(sentence: Clauses) -> Iterator[tuple[Clause, tuple[Stamp, ...]]]:
    """Each clause with its stamps: those of its `ts_list`, or else its share of `timestamp`."""
    if _all_listed(sentence):
        yield from ((clause, clause.stamps or ()) for clause in sentence.items)
        return
    if sum(len(clause.tokens) for clause in sentence.items) != len(sentence.stamps):
        return
    begin = 0
    for clause in sentence.items:
        yield clause, sentence.stamps[begin : begin + len(clause.tokens)]
        begin += len(clause.tokens)


def _span_problem(clause: Clause, stamps: tuple[Stamp, ...]) -> str | None:
    start, end = clause.span
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    if not stamps:
        if start in NO_SPAN and end in NO_SPAN:
            return None
        return f"an item without stamps goes from {start} to {end} ms, expected -1 or 0"
    first, last = stamps[0][0], stamps[-1][1]
    if abs(start - first) <= ROUNDING_MS and abs(end - last) <= ROUNDING_MS:
        return None
    return f"{' '.join(clause.tokens)!r} goes from {start} to {end} ms, its stamps from {first} to {last} ms"
