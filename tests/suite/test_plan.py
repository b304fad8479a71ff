"""A plan drives every distinct scenario once, and lets nothing disturb what is timed."""

from pathlib import Path

from asrgate.audio.clips import ClipSet
from asrgate.audio.framing import ByChunk
from asrgate.audio.source import SyntheticTone
from asrgate.suite.jobs import Job, Order
from asrgate.suite.plan import audio_s, plan_of
from asrgate.wire.scenario import Close, Connect, Listen, Scenario, StreamAudio

NO_CLIPS = ClipSet(Path(), ())


def speaking(name: str, *, duration_ms: int = 1000, pace: float | None = None) -> Scenario:
    """A scenario that sends a tone; the pitch makes each one distinct."""
    tone = SyntheticTone(duration_ms=duration_ms, frequency_hz=sum(map(ord, name)))
    return Scenario(
        name=name, steps=(Connect(), StreamAudio(audio=tone, framing=ByChunk(), pace=pace), Close())
    )


def listening(name: str, seconds: float) -> Scenario:
    """A scenario that sends nothing."""
    return Scenario(name=name, steps=(Connect(), Listen(seconds=seconds), Close(reason=name)))


def alone(scenario: Scenario) -> Job:
    """The job of one scenario."""
    return Job(scenarios=(scenario,))


def names(*jobs: Job) -> list[list[str]]:
    """The names of the planned scenarios, phase by phase."""
    plan = plan_of(jobs, NO_CLIPS)
    return [[scenario.name for job in phase for scenario in job.scenarios] for phase in plan.phases]


def test_equal_scenarios_are_planned_once() -> None:
    """Two names for the same steps are one session."""
    again = Scenario(name="again", steps=speaking("hello").steps)
    plan = plan_of([alone(speaking("hello")), alone(again)], NO_CLIPS)
    assert [scenario.name for scenario in plan.scenarios] == ["hello"]
    assert plan.audio_s == 1.0


def test_a_scenario_stays_with_the_others_of_its_job() -> None:
    """What is wanted alone and together with others is driven together with the others."""
    one, two = speaking("one"), speaking("two")
    plan = plan_of([alone(one), Job(scenarios=(one, two), order=Order.AT_ONCE)], NO_CLIPS)
    assert plan.phases == ((Job(scenarios=(one, two), order=Order.AT_ONCE),),)


def test_hurried_audio_comes_after_what_is_timed() -> None:
    """Audio at a real pace and sessions without audio are driven before audio that is sent at once."""
    jobs = alone(speaking("hurried")), alone(speaking("paced", pace=1.0)), alone(listening("idle", 0.5))
    assert names(*jobs) == [["paced", "idle"], ["hurried"]]


def test_longest_first() -> None:
    """Within a phase the longest sessions begin first."""
    jobs = (
        alone(listening("short", 1)),
        alone(speaking("long", duration_ms=9000, pace=1.0)),
        alone(listening("mid", 3)),
    )
    assert names(*jobs) == [["long", "mid", "short"]]


def test_destructive_sessions_come_last() -> None:
    """Whatever may kill the endpoint waits for everything else."""
    hostile = Job(scenarios=(listening("hostile", 1),), hazard=1)
    assert names(hostile, alone(speaking("hurried"))) == [["hurried"], ["hostile"]]


def test_nothing_is_planned_before_what_it_comes_after() -> None:
    """A calm session that comes after a destructive one is driven in the last phase too."""
    hostile = Job(scenarios=(listening("hostile", 1),), hazard=1)
    after = Job(scenarios=(listening("after", 1),), after=frozenset({hostile.scenarios[0].fingerprint}))
    last = Job(scenarios=(listening("last", 1),), after=frozenset({after.scenarios[0].fingerprint}))
    assert names(last, after, hostile) == [["last", "after", "hostile"]]


def test_audio_is_counted_in_seconds() -> None:
    """Every stream of a session counts."""
    twice = Scenario(
        name="twice", steps=(*speaking("one").steps[:2], *speaking("two", duration_ms=500).steps[1:])
    )
    assert audio_s(twice, NO_CLIPS) == 1.5
