"""What became of a server that was sent something hostile, told from outside (docs/protocol.md section 11.5).

Three sessions tell it: the hostile one, an idle one that was open beside it (the canary), and one that asks
afterwards for an utterance whose text is known (the probe).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from asrgate.judge.breach import counted
from asrgate.judge.configuration import error_in
from asrgate.judge.ending import TERMINATOR_BOUND_MS
from asrgate.judge.finding import Evidence, evidence
from asrgate.judge.utterances import Utterance, reads_as_before, text_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.scenario import Ping

SHOWN_CHARACTERS = 300
"""A text frame that is longer is shown by its beginning and its size."""


class State(StrEnum):
    """What became of the server, from unharmed to dead."""

    SERVED = "served"
    MUTED = "muted"
    CLOSED = "closed"
    SLOWED = "slowed"
    CANARY_LOST = "canary lost"
    DEAF = "deaf"
    HUNG = "hung"
    DIED = "died"
    UNTRIED = "untried"


SURVIVED = frozenset({State.SERVED, State.MUTED, State.CLOSED})
"""The server goes on for everybody else; what the hostile session itself got is another matter."""

FATAL = frozenset({State.DEAF, State.HUNG, State.DIED})
"""Nobody is served any more, so that nothing can be asked after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """The sessions around one hostile input, and `known`: the utterance of the probe as it read before.

    `what` is the input in words. `culprit` is the index of the step that sends it, in each hostile session;
    what is sent after it is not to blame, even when the server only then comes to look at it.
    """

    what: str
    hostile: tuple[Exchange, ...]
    canary: Exchange
    probe: Exchange
    known: Exchange
    culprit: int = 1


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the server: the state, and the sentence with the observed values."""

    state: State
    sentence: str

    @property
    def survived(self) -> bool:
        """Whether everybody else is served as before."""
        return self.state in SURVIVED

    @property
    def fatal(self) -> bool:
        """Whether nothing can be asked any more."""
        return self.state in FATAL


def fate_of(aftermath: Aftermath) -> Fate:
    """What became of the server."""
    untried = _why_untried(aftermath)
    if untried is not None:
        return Fate(State.UNTRIED, untried)
    if _ended_by_server(aftermath.canary):
        return _without_canary(aftermath)
    return _with_canary(aftermath)


def in_short(aftermath: Aftermath) -> str:
    """A fatal outcome in a few words, for what could not be asked after it."""
    match fate_of(aftermath).state:
        case State.DIED:
            said = f"the process died of {aftermath.what}"
        case State.HUNG:
            said = f"the server has served nobody since {aftermath.what}"
        case _:
            said = f"the server has recognised nothing since {aftermath.what}"
    back_ms = _back_after_ms(aftermath.probe)
    return said if back_ms is None else f"{said} (it came back after {back_ms / 1000:.1f} s)"


def shown(aftermath: Aftermath) -> tuple[Evidence, ...]:
    """The frames that decided: the hostile one and what followed it, the canary, the probe."""
    return (
        *(evidence(hostile, *_from_culprit(hostile, aftermath.culprit)) for hostile in aftermath.hostile[:5]),
        evidence(aftermath.canary),
        evidence(aftermath.probe),
    )


def what_came(exchange: Exchange) -> str:
    """What the server said to a hostile session, in words."""
    replies = [reply for _, reply in exchange.replies()]
    errors = [error for reply in replies if (error := error_in(reply)) is not None]
    closing = exchange.closing
    if errors:
        said = f"the error {errors[0]!r}"
    elif text_of(exchange):
        said = f"the text {text_of(exchange)!r}"
    else:
        said = f"{counted(len(replies), 'message')} without text" if replies else "no answer"
    return f"{said} and close {closing.code}" if closing is not None and closing.who == "server" else said


def opened(exchange: Exchange) -> bool:
    """Whether the session could be opened."""
    return exchange.handshake is not None and exchange.handshake.status == 101


def _why_untried(aftermath: Aftermath) -> str | None:
    canary = aftermath.canary
    if not opened(canary) or canary.closing is None:
        return f"no idle session could be watched beside {aftermath.what}: {_why_not(canary)}"
    if not any(map(opened, aftermath.hostile)):
        return f"{aftermath.what} was not sent: {_why_not(aftermath.hostile[0])}"
    if not TEXT(text_of(aftermath.known)):
        return "the utterance gave no text before"
    return None


def _without_canary(aftermath: Aftermath) -> Fate:
    """The idle session was lost: did its process end, or was it alone?"""
    blame, lost = _blame(aftermath), f"an idle session beside it {_how_lost(aftermath.canary)}"
    probe = aftermath.probe
    if not opened(probe):
        gone_s = _tried_for_ms(probe) / 1000
        refused = f"and no new connection opened within {gone_s:.0f} s ({_why_not(probe)})"
        return Fate(State.DIED, f"the process died of {blame}; {lost}, {refused}")
    back_ms = _back_after_ms(probe)
    if back_ms is not None:
        refused = f"and new connections were refused at first ({_why_not(probe)})"
        back = f"it came back after {back_ms / 1000:.1f} s"
        return Fate(State.DIED, f"the process died of {blame}; {lost}, {refused}; {back}")
    if _cut(aftermath.canary) and any(map(_cut, aftermath.hostile)):
        all_lost = f"{lost}, as was the session itself, while a new connection opens at once"
        return Fate(State.DIED, f"the process died of {blame} and was replaced at once; {all_lost}")
    return Fate(
        State.CANARY_LOST, f"another session was lost through {blame}; {lost}, while new ones are served"
    )


def _with_canary(aftermath: Aftermath) -> Fate:
    """The idle session is open: is everybody served, as before and in time?"""
    blame, probe = _blame(aftermath), aftermath.probe
    silent = _fell_silent(aftermath.canary)
    idle = "gives no pong" if silent else "is still there"
    if not opened(probe):
        came = f"no new connection opened within {_tried_for_ms(probe) / 1000:.0f} s ({_why_not(probe)})"
        return Fate(State.HUNG, f"the server hangs since {blame}; an idle session {idle}, but {came}")
    wrong = _why_not_heard(aftermath)
    if wrong is not None and silent:
        return Fate(State.HUNG, f"the server hangs since {blame}; an idle session {idle}, and {wrong}")
    if wrong is not None:
        return Fate(
            State.DEAF, f"the server recognises no more since {blame}; an idle session {idle}, but {wrong}"
        )
    if silent:
        return Fate(
            State.CANARY_LOST,
            f"another session was muted through {blame}; an idle one {idle} any more, new ones are served",
        )
    slow = _why_slow(probe)
    if slow is not None:
        return Fate(State.SLOWED, f"the server was held up by {blame}; {slow}")
    return _itself(aftermath)


def _itself(aftermath: Aftermath) -> Fate:
    """All others are served: what became of the hostile session itself?"""
    came = "; ".join(dict.fromkeys(map(what_came, aftermath.hostile)))
    said = f"{aftermath.what}: {came}"
    if any(map(_cut, aftermath.hostile)):
        return Fate(State.CLOSED, f"{said} and cut without a close frame")
    if any(map(_ended_by_server, aftermath.hostile)):
        return Fate(State.CLOSED, said)
    muted = any(_waited_in_vain(hostile) and not hostile.received() for hostile in aftermath.hostile)
    return Fate(State.MUTED if muted else State.SERVED, said)


def _blame(aftermath: Aftermath) -> str:
    """The hostile input in words, its frame exactly, and what was sent after it until the end."""
    if len(aftermath.hostile) > 1:
        return aftermath.what
    (hostile,) = aftermath.hostile
    culprit, *after = _from_culprit(hostile, aftermath.culprit) or (None,)
    if culprit is None:
        return aftermath.what
    exactly = f"{aftermath.what}, {_named(culprit, hostile)}"
    return f"{exactly} followed by {_counted(after)}" if after else f"{exactly} alone"


def _from_culprit(hostile: Exchange, culprit: int) -> tuple[Frame, ...]:
    """The hostile frame and those that the client sent after it."""
    return tuple(f for f in hostile.frames if f.direction == "sent" and f.step >= culprit)


def _named(frame: Frame, exchange: Exchange) -> str:
    where = f"frame {frame.index} of {exchange.id}"
    if frame.kind != "text":
        return f"the first of them {where}" if frame.role == "audio" else f"{frame.size} bytes ({where})"
    text = frame.text
    if text is None:
        return f"a text frame of {frame.size} bytes ({where})"
    if len(text) > SHOWN_CHARACTERS:
        text = f"{text[:SHOWN_CHARACTERS]}… ({frame.size} bytes)"
    return f"the text frame {text} ({where})"


def _counted(frames: Sequence[Frame]) -> str:
    nouns = {"config": "configuration", "audio": "audio frame", "end": "end frame"}
    kinds = Counter(nouns.get(frame.role, "other frame") for frame in frames)
    parts = [counted(kinds[noun], noun) for noun in (*nouns.values(), "other frame") if kinds[noun]]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _how_lost(exchange: Exchange) -> str:
    closing = exchange.closing
    if closing is None or closing.who != "server":
        return "was cut without a close frame"
    return f"was closed with {closing.code}"


def _why_not_heard(aftermath: Aftermath) -> str | None:
    """How the known utterance fares worse than before; None when it reads as before."""
    probe, before = aftermath.probe, text_of(aftermath.known)
    now = text_of(probe)
    asked = _utterance(probe)
    if asked is None or asked.terminator is None:
        how = _how_lost(probe) if _ended_by_server(probe) else f"got {what_came(probe)}"
        waited = f"within {_waited_ms(probe) / 1000:.0f} s"
        return f"a known utterance on a new connection {how} {waited}, before it read {before!r}"
    if not reads_as_before(before, now):
        return f"a known utterance reads {now!r} on a new connection, before it read {before!r}"
    return None


def _why_slow(probe: Exchange) -> str | None:
    back_ms = _back_after_ms(probe)
    if back_ms is not None:
        return f"a new connection opened only after {back_ms / 1000:.1f} s ({_why_not(probe)})"
    asked = _utterance(probe)
    if asked is None or asked.end is None or asked.terminator is None:
        return None
    took_ms = (asked.terminator[0].at_ns - asked.end.at_ns) / 1e6
    bound_ms = TERMINATOR_BOUND_MS + asked.audio_ms
    if took_ms <= bound_ms:
        return None
    return (
        f"a known utterance on a new connection took {took_ms:.0f} ms after its end, at most {bound_ms:.0f} "
        f"are allowed"
    )


def _utterance(probe: Exchange) -> Utterance | None:
    return next((u for u in utterances(probe) if u.end is not None), None)


def _fell_silent(canary: Exchange) -> bool:
    """Whether it answered its first ping and not its last."""
    outcomes = [done.outcome for done in canary.steps if isinstance(canary.scenario.steps[done.step], Ping)]
    return len(outcomes) > 1 and outcomes[0] == "pong" and outcomes[-1] == "timeout"


def _back_after_ms(probe: Exchange) -> float | None:
    """After how long a connection opened that was refused at first; None when it was not, or never opened."""
    refused = probe.failure is not None and probe.failure.step is not None
    return probe.steps[0].ended_ns / 1e6 if opened(probe) and refused and probe.steps else None


def _tried_for_ms(probe: Exchange) -> float:
    return probe.steps[0].ended_ns / 1e6 if probe.steps else 0.0


def _waited_ms(exchange: Exchange) -> float:
    return max((done.ended_ns for done in exchange.steps), default=0) / 1e6


def _waited_in_vain(exchange: Exchange) -> bool:
    return any(done.outcome == "timeout" for done in exchange.steps)


def _ended_by_server(exchange: Exchange) -> bool:
    """Whether the session ended without the client ending it."""
    return exchange.closing is not None and exchange.closing.who != "client"


def _cut(exchange: Exchange) -> bool:
    """Whether the connection just ended, without a close frame."""
    return exchange.closing is not None and exchange.closing.who == "network"


def _why_not(exchange: Exchange) -> str:
    """The cause alone: what to do about it is advice for people who reach nothing at all."""
    return exchange.failure.message.split(";")[0].rstrip(".") if exchange.failure else "no handshake"
