"""How hostile inputs are asked for: one at a time, each watched by an idle session, and then a probe."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from asrgate.audio.source import audio_of
from asrgate.judge.aftermath import Aftermath, fate_of
from asrgate.suite.given import Given
from asrgate.suite.jobs import Job, NotDriven, Order, Watch
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import AwaitTerminator, Close, Connect, Hold, Ping, Scenario, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class HostileInput:
    """One hostile input: in words, the sessions that send it, and which of their steps is to blame."""

    what: str
    sessions: tuple[Scenario, ...]
    order: Order = Order.IN_TURN
    culprit: int = 1


def aftermaths(given: Given, inputs: Iterable[HostileInput], known: Exchange) -> tuple[Aftermath, ...]:
    """What came after each input, in their order; `known` is the plain sentence as it read before.

    The row ends with the input after which nobody was served any more.

    Raises:
        NotDriven: some were not asked, although the server survived those before.
        MissingClip: there is no plain clip.
    """
    found: list[Aftermath] = []
    for number, hostile in enumerate(inputs, 1):
        job = _watched(given, hostile, f"{given.name}-{number}", known)
        try:
            found.append(aftermath_of(job, given.driven(job), known))
        except NotDriven:
            if any(fate_of(aftermath).fatal for aftermath in found):
                break
            raise
    return tuple(found)


def aftermath_of(job: Job, exchanges: Sequence[Exchange], known: Exchange) -> Aftermath:
    """The exchanges of a watched job, each in its part."""
    assert job.watch is not None
    canary, *hostile, probe = exchanges
    return Aftermath(
        what=job.watch.what,
        hostile=tuple(hostile),
        canary=canary,
        probe=probe,
        known=known,
        culprit=job.watch.culprit,
    )


def _watched(given: Given, hostile: HostileInput, name: str, known: Exchange) -> Job:
    sessions = tuple(replace(s, name=s.name or name, purpose=given.purpose) for s in hostile.sessions)
    # Their own names and pings make these sessions distinct, though they do the same each time.
    mark = hashlib.sha256("".join(s.fingerprint for s in sessions).encode()).hexdigest()[:8]
    return Job(
        scenarios=(_canary(given, name, mark), *sessions, _probe(given, name, mark)),
        order=hostile.order,
        after=frozenset({known.scenario.fingerprint}),
        hazard=given.hazard,
        watch=Watch(what=hostile.what, culprit=hostile.culprit, known=known.scenario.fingerprint),
    )


def _canary(given: Given, name: str, mark: str) -> Scenario:
    """An idle session: a ping when it begins, and one when the others are over."""
    first, last = Ping(payload_hex=f"{mark}00"), Ping(payload_hex=f"{mark}01")
    steps = (first, Hold(), last, Close(reason=mark, timeout_s=3.0))
    return replace(given.session(*steps, name=f"{name}-canary"), purpose="An idle session beside it.")


def _probe(given: Given, name: str, mark: str) -> Scenario:
    """The plain sentence on a new connection; a server that is not there is waited for."""
    turn = given.turn(audio_of(given.sentence()), wav_name=f"after-{mark}")
    steps = tuple(_patient(step, given.recovery_s) for step in turn)
    connect = Connect(patience_s=given.recovery_s)
    scenario = given.session(steps, Close(reason=mark), connect=connect, name=f"{name}-after")
    return replace(scenario, purpose="The plain sentence after it.")


def _patient(step: Step, recovery_s: float) -> Step:
    if isinstance(step, AwaitTerminator):
        return replace(step, timeout_s=max(step.timeout_s, recovery_s))
    return step
