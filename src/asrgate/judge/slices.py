"""SCH: counters and times of sentences on current real-time servers (docs/protocol.md section 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.census import messages, sentence_results, shown
from asrgate.judge.finding import Finding, evidence, unsupported
from asrgate.judge.utterances import Utterance, utterances
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import Reply
from asrgate.wire.stamps import stamps_of

OPENS, CONTINUES, CLOSES = 0, 1, 2

NEAR_MS = 300
"""How far the first word stamp of a sentence may be from its `start_time`."""


def slices_follow(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-12: `slice_type` opens (0), continues (1) and closes (2) sentences, and `index` counts them.

    As the dialect does it: `index` begins at 0, goes on over the utterances of a connection, and stays while
    a sentence is open; in mode online there is one for the whole utterance.
    """
    breaches: list[Breach] = []
    judged = 0
    for exchange in exchanges:
        count = _Count()
        for utterance in utterances(exchange):
            for frame, reply in (*utterance.replies, *utterance.late):
                if not reply.has("slice_type") and not reply.has("index"):
                    continue
                judged += 1
                problem = count.problem(reply)
                if problem is not None:
                    breaches.append(Breach(problem, evidence(exchange, frame)))
            count.end_utterance()
    if not judged and (without := sentence_results(exchanges)):
        return unsupported("SCH-12", f"{counted(without, 'sentence result')} came, none with slice_type")
    return conclude(
        "SCH-12",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'message')} in order, by slice_type and index",
        nothing=why_nothing(exchanges, "no message carried slice_type"),
    )


def sentence_times_fit(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-13: `start_time` is not after `end_time`, and within 300 ms of the first word stamp.

    `start_time` is that of the sentence's first partial; without one (in mode offline) it says nothing about
    the sentence, and is not compared.
    """
    breaches: list[Breach] = []
    judged = compared = 0
    for exchange, frame, reply in messages(exchanges):
        if not reply.has("start_time") and not reply.has("end_time"):
            continue
        judged += 1
        problem = _times_problem(reply)
        if problem is not None:
            breaches.append(Breach(problem, evidence(exchange, frame)))
    for utterance, reply, index in _announced(exchanges):
        stamps = stamps_of(utterance.dialect, reply)
        if not stamps or type(reply.start_time) is not int:
            continue
        compared += 1
        apart_ms = stamps[0][0] - reply.start_time
        if abs(apart_ms) > NEAR_MS:
            sentence = f"the first stamp of {reply.text_or_empty!r} is {stamps[0][0]} ms"
            breaches.append(
                Breach(
                    f"{sentence}, its start_time {reply.start_time} ms, expected within {NEAR_MS} ms",
                    evidence(utterance.exchange, utterance.exchange.frames[index]),
                )
            )
    if not judged and (without := sentence_results(exchanges)):
        return unsupported("SCH-13", f"{counted(without, 'sentence result')} came, none with start_time")
    return conclude(
        "SCH-13",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'sentence')} with ordered times, {compared} of them beside word stamps",
        nothing=why_nothing(exchanges, "no message carried start_time"),
    )


@dataclass(slots=True)
class _Count:
    """Where the counters of a connection are: the values that `index` may have next, and what is open."""

    expected: set[int] = field(default_factory=lambda: {0})
    open: bool = False

    def problem(self, reply: Reply) -> str | None:
        """Take in a message, and say what is wrong with its counters."""
        kind, index = reply.slice_type, reply.index
        said = f"slice_type {shown(reply, 'slice_type')}, index {shown(reply, 'index')}"
        if type(kind) is not int or kind not in (OPENS, CONTINUES, CLOSES) or type(index) is not int:
            return f"{said}: expected 0, 1 or 2, and an integer"
        wrong = None
        if index not in self.expected:
            wrong = f"{said} on {reply.text_or_empty!r}, expected index {min(self.expected)}"
        elif kind == CONTINUES and not self.open:
            wrong = f"{said} on {reply.text_or_empty!r}, but no sentence is open"
        elif kind == OPENS and self.open:
            wrong = f"{said} on {reply.text_or_empty!r}, but the sentence before is still open"
        self.open = kind != CLOSES
        self.expected = {index + 1} if kind == CLOSES else {index}
        return wrong

    def end_utterance(self) -> None:
        """An end frame closes what is open; whether that counts as a sentence is up to the server."""
        if self.open:
            self.expected |= {index + 1 for index in self.expected}
        self.open = False


def _announced(exchanges: Sequence[Exchange]) -> list[tuple[Utterance, Reply, int]]:
    """The sentence results that had a partial, with their utterance and the index of their frame."""
    found = []
    for exchange in exchanges:
        dialect = dialect_named(exchange.dialect)
        for utterance in utterances(exchange):
            partial = False
            for frame, reply in utterance.replies:
                if dialect.is_partial(reply):
                    partial = True
                elif dialect.is_sentence(reply):
                    if partial:
                        found.append((utterance, reply, frame.index))
                    partial = False
    return found


def _times_problem(reply: Reply) -> str | None:
    said = f"start_time {shown(reply, 'start_time')}, end_time {shown(reply, 'end_time')}"
    start, end = reply.start_time, reply.end_time
    if type(start) is not int or type(end) is not int:
        return f"{said}: expected two integers"
    return f"{said}: the sentence ends before it begins" if end < start else None
