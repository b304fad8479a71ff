"""ACC-07: sessions that run side by side never see each other (docs/protocol.md section 6.5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence
from asrgate.judge.timeline import overlap
from asrgate.judge.utterances import configuration, sentences_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange

TELLING_CHARACTERS = 4
"""Shorter texts may be in several clips by chance."""

FEW_CHARACTERS = 2
"""A single character is nobody's; two that another session got as its whole sentence are that one's."""

LIKE_ANOTHER = 0.7
"""Share of a text's characters that must stand in another clip for it to come from there."""

UNLIKE_OWN = 0.4
"""By so much less must the text resemble its own clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concurrent:
    """One of several sessions that ran at the same time, each with another clip, and what is spoken in it."""

    text: str
    exchange: Exchange


def sessions_stay_apart(sessions: Sequence[Concurrent]) -> Finding:
    """ACC-07: no session receives the `wav_name` or the text of another one that runs beside it."""
    beside = [(session, _beside(session, sessions)) for session in sessions]
    judged = [(session, others) for session, others in beside if others and any(session.exchange.replies())]
    messages = sum(1 for session, _ in judged for _ in session.exchange.replies())
    return conclude(
        "ACC-07",
        [breach for session, others in judged for breach in _foreign(session, others)],
        judged=messages if len(judged) > 1 else 0,
        held=f"{counted(messages, 'message')} of {len(judged)} sessions side by side, each in its own",
        nothing=why_nothing(
            [session.exchange for session in sessions], "no two sessions with replies ran at the same time"
        ),
        shown=[evidence(session.exchange) for session, _ in judged],
    )


def _beside(session: Concurrent, sessions: Sequence[Concurrent]) -> list[Concurrent]:
    """The other sessions that were under way at the same time."""
    others = [other for other in sessions if other is not session]
    return [other for other in others if overlap(session.exchange, other.exchange)]


def _foreign(session: Concurrent, others: Sequence[Concurrent]) -> Iterator[Breach]:
    own_names = _names(session.exchange)
    foreign_names = {name for other in others for name in _names(other.exchange)} - own_names
    yield from _foreign_partials(session, others)
    for frame, reply in session.exchange.replies():
        source = _foreign_source(reply.text_or_empty, session, others)
        if isinstance(reply.wav_name, str) and reply.wav_name in foreign_names:
            sentence = f"wav_name {reply.wav_name!r} of another session came to {sorted(own_names)}"
        elif source is not None:
            sentence = (
                f"the text {reply.text_or_empty!r} came to a session that spoke {session.text!r} "
                f"while another spoke {source.text!r}"
            )
        else:
            continue
        yield Breach(sentence, evidence(session.exchange, frame))


def _foreign_partials(session: Concurrent, others: Sequence[Concurrent]) -> Iterator[Breach]:
    """The partials of a session in one row, when they tell what another spoke: each alone is too short."""
    for utterance in utterances(session.exchange):
        partials = utterance.partials
        joined = "".join(reply.text_or_empty for _, reply in partials)
        source = _foreign_source(joined, session, others)
        if source is not None:
            yield Breach(
                f"the partials {joined!r} came to a session that spoke {session.text!r} "
                f"while another spoke {source.text!r}",
                evidence(session.exchange, *(frame for frame, _ in partials)),
            )


def _names(exchange: Exchange) -> set[str]:
    fields = [configuration(frame) for frame in exchange.sent("config")]
    return {name for f in fields if isinstance(name := f.get("wav_name"), str)}


def _foreign_source(text: str, session: Concurrent, others: Sequence[Concurrent]) -> Concurrent | None:
    """The session that a text clearly belongs to, when that is not its own."""
    seen = TEXT(text)
    if len(seen) < TELLING_CHARACTERS:
        return _spoken_beside(seen, session, others)
    own = _contained(seen, TEXT(session.text))
    for other in others:
        share = _contained(seen, TEXT(other.text))
        if share >= LIKE_ANOTHER and share - own >= UNLIKE_OWN:
            return other
    return None


def _spoken_beside(seen: str, session: Concurrent, others: Sequence[Concurrent]) -> Concurrent | None:
    """The session of which a short text is a whole sentence, and its own clip hardly has it."""
    if len(seen) < FEW_CHARACTERS or _contained(seen, TEXT(session.text)) > 1 - UNLIKE_OWN:
        return None
    for other in others:
        said = {TEXT(reply.text_or_empty) for _, reply in sentences_of(other.exchange)}
        if seen in said and _contained(seen, TEXT(other.text)) >= LIKE_ANOTHER:
            return other
    return None


def _contained(text: str, whole: str) -> float:
    """Share of the characters of `text` that stand in `whole` in the same order, 0 to 1."""
    matcher = SequenceMatcher(a=text, b=whole, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(text)
