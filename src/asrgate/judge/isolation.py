"""ACC-07: sessions that run side by side never see each other (docs/protocol.md section 6.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, inconclusive
from asrgate.judge.timeline import overlap
from asrgate.judge.utterances import configuration
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange

TELLING_CHARACTERS = 4
"""Shorter texts may be in several clips by chance."""

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
    exchanges = [session.exchange for session in sessions]
    beside = [
        (
            session,
            [
                other
                for other in sessions
                if other is not session and overlap(session.exchange, other.exchange)
            ],
        )
        for session in sessions
    ]
    judged = [(session, others) for session, others in beside if others and list(session.exchange.replies())]
    if len(judged) < 2:
        nothing = why_nothing(exchanges, "no two sessions with replies ran at the same time")
        return inconclusive("ACC-07", nothing, *(evidence(e) for e in exchanges[:5]))
    breaches: list[Breach] = []
    messages = 0
    for session, others in judged:
        foreign_names = {name: other for other in others for name in _names(other.exchange)}
        own_names = _names(session.exchange)
        for frame, reply in session.exchange.replies():
            messages += 1
            name = reply.wav_name if isinstance(reply.wav_name, str) else None
            if name not in own_names and name in foreign_names:
                breaches.append(
                    Breach(
                        f"wav_name {name!r} of another session came to {sorted(own_names)}",
                        evidence(session.exchange, frame),
                    )
                )
                continue
            source = _foreign_source(reply.text_or_empty, session, others)
            if source is not None:
                breaches.append(
                    Breach(
                        f"the text {reply.text_or_empty!r} came to a session that spoke {session.text!r} "
                        f"while another spoke {source.text!r}",
                        evidence(session.exchange, frame),
                    )
                )
    return conclude(
        "ACC-07",
        breaches,
        judged=messages,
        held=f"{counted(messages, 'message')} of {counted(len(judged), 'session')} side by side, none of another session",
        nothing="",
        shown=[evidence(session.exchange) for session, _ in judged],
    )


def _names(exchange: Exchange) -> set[str]:
    fields = [configuration(frame) for frame in exchange.sent("config")]
    return {name for f in fields if isinstance(name := f.get("wav_name"), str)}


def _foreign_source(text: str, session: Concurrent, others: Sequence[Concurrent]) -> Concurrent | None:
    """The session that a text clearly belongs to, when that is not its own."""
    seen = TEXT(text)
    if len(seen) < TELLING_CHARACTERS:
        return None
    own = _contained(seen, TEXT(session.text))
    for other in others:
        share = _contained(seen, TEXT(other.text))
        if share >= LIKE_ANOTHER and share - own >= UNLIKE_OWN:
            return other
    return None


def _contained(text: str, whole: str) -> float:
    """Share of the characters of `text` that stand in `whole` in the same order, 0 to 1."""
    matcher = SequenceMatcher(a=text, b=whole, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(text)
