"""The plan of a run: which scenarios are driven, in which order, and what that asks of the endpoint."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from asrgate.audio.clips import ClipSet
from asrgate.audio.framing import paused_ms
from asrgate.audio.source import duration_ms
from asrgate.suite.jobs import Job, Order
from asrgate.wire.scenario import AwaitEnd, AwaitReply, Close, Connect, Listen, Scenario, StreamAudio

_CALM, _HURRIED, _DOUBTED, _DESTRUCTIVE = range(4)
_REAL_TIME = 1.0
_UNPACED_SPEED = 20.0
"""How much faster than real time unpaced audio is assumed to go; only the order depends on it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Jobs in phases: each starts when the one before has ended. `audio_s`: seconds that will be sent."""

    phases: tuple[tuple[Job, ...], ...]
    audio_s: float

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """All scenarios, in the order of the plan."""
        return tuple(s for phase in self.phases for job in phase for s in job.scenarios)


def plan_of(jobs: Iterable[Job], clips: ClipSet) -> Plan:
    """Plan each distinct scenario once, longest first, and what is destructive from mild to hard.

    First come the sessions that measure time (those with audio at a real pace, or none), then those that send
    audio as fast as they can, so that no latency shows the load that the suite itself makes. Then those of
    which it is asked whether the endpoint survived them, which cut off nothing else if it did not; the
    destructive ones come last.
    """
    kept = _each_once(jobs)
    ranks = _ranks(kept)

    def place(job: Job) -> tuple[int, float]:
        return (job.hazard, 0.0) if ranks[job] == _DESTRUCTIVE else (0, -_length_s(job, clips))

    phases = [[job for job in kept if ranks[job] == rank] for rank in sorted(set(ranks.values()))]
    return Plan(
        tuple(tuple(sorted(phase, key=place)) for phase in phases),
        sum(audio_s(scenario, clips) for job in kept for scenario in job.scenarios),
    )


def audio_s(scenario: Scenario, clips: ClipSet) -> float:
    """Seconds of audio that the scenario sends."""
    return sum(duration_ms(step.audio, clips) / 1000 for step in _streams(scenario))


def _each_once(jobs: Iterable[Job]) -> list[Job]:
    """Drop every scenario that another job drives; jobs that say when they are driven keep theirs."""
    kept: list[Job] = []
    seen: set[str] = set()
    for job in sorted(jobs, key=lambda job: (job.destructive, job.free)):
        fresh = {s.fingerprint: s for s in job.scenarios if s.fingerprint not in seen}
        if not fresh:
            continue
        if job.watch is not None and len(fresh) < len(job.scenarios):
            raise ValueError(f"{job.watch.what} shares a session with other hostile inputs")
        seen.update(fresh)
        kept.append(replace(job, scenarios=tuple(fresh.values())))
    return kept


def _ranks(jobs: list[Job]) -> dict[Job, int]:
    """The phase of each job: calm, hurried, doubted, destructive, and none before those it comes after."""
    drives = {scenario.fingerprint: job for job in jobs for scenario in job.scenarios}
    asked_of = {fingerprint for job in jobs if job.watch is None for fingerprint in job.after}

    def rank(job: Job) -> int:
        if job.destructive:
            own = _DESTRUCTIVE
        elif any(s.fingerprint in asked_of and _says_something(s) for s in job.scenarios):
            own = _DOUBTED
        else:
            own = _HURRIED if any(map(_hurries, job.scenarios)) else _CALM
        return max([own, *(rank(drives[fingerprint]) for fingerprint in job.after)])

    return {job: rank(job) for job in jobs}


def _says_something(scenario: Scenario) -> bool:
    """Whether the client does more than to connect and to close."""
    return not all(isinstance(step, Connect | Close) for step in scenario.steps)


def _streams(scenario: Scenario) -> list[StreamAudio]:
    return [step for step in scenario.steps if isinstance(step, StreamAudio)]


def _hurries(scenario: Scenario) -> bool:
    return any(step.pace is None or step.pace > _REAL_TIME for step in _streams(scenario))


def _length_s(job: Job, clips: ClipSet) -> float:
    lengths = [_scenario_length_s(scenario, clips) for scenario in job.scenarios]
    return max(lengths) if job.order is Order.AT_ONCE else sum(lengths)


def _scenario_length_s(scenario: Scenario, clips: ClipSet) -> float:
    length_s = 0.0
    for step in scenario.steps:
        match step:
            case StreamAudio(audio=audio, framing=framing, pace=pace):
                audio_ms = duration_ms(audio, clips)
                length_s += audio_ms / 1000 / (pace or _UNPACED_SPEED)
                length_s += paused_ms(framing, audio_ms, audio.sample_rate_hz) / 1000
            case Listen(seconds=seconds) | AwaitReply(timeout_s=seconds) | AwaitEnd(timeout_s=seconds):
                length_s += seconds
            case _:
                pass
    return length_s
