"""The search, the curve and the plan: pure functions, tried on endpoints that are a formula."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from asrgate.load.planning import erlang_b, fleet_for, streams_for_calls
from asrgate.load.scalability import fitted
from asrgate.load.search import Answer, Bounds, Next, Trial, next_of


def searched(holds: Callable[[int], bool], *, start: int = 1, most: int = 1000) -> tuple[Answer, list[Trial]]:
    """Search an endpoint of which `holds` says what it carries."""
    trials: list[Trial] = []
    for _ in range(60):
        step = next_of(trials, Bounds(start, most, 0.05))
        if isinstance(step, Answer):
            return step, trials
        trials.append(Trial(step.streams, holds(step.streams)))
    raise AssertionError(f"no answer after {len(trials)} trials")


@pytest.mark.parametrize("capacity", [1, 2, 3, 7, 48, 119, 500, 999])
def test_the_answer_is_the_capacity(capacity: int) -> None:
    """To a twentieth, found in a few steps, confirmed there and above."""
    answer, trials = searched(lambda streams: streams <= capacity)
    assert answer.streams <= capacity < (answer.fails_at or 1001)
    assert (answer.fails_at or 1001) - answer.streams <= max(1, round(0.05 * answer.streams))
    assert answer.interval[0] <= answer.streams < answer.interval[1]
    assert answer.confirmed
    assert sum(trial.streams == answer.streams for trial in trials) >= 2
    assert len(trials) <= 18


def test_an_endpoint_that_carries_nothing() -> None:
    """Not even one stream holds, twice: the answer is none."""
    answer, trials = searched(lambda streams: False, start=4)
    assert (answer.streams, answer.interval, answer.fails_at, answer.confirmed) == (0, (0, 1), 1, True)
    assert [trial.streams for trial in trials] == [4, 2, 1, 1]


def test_a_start_above_the_capacity_is_no_end() -> None:
    """The search goes down from there."""
    answer, trials = searched(lambda streams: streams <= 3, start=16)
    assert answer.streams == 3
    assert trials[0].streams == 16


def test_an_endpoint_that_carries_all_that_was_allowed() -> None:
    """The search ends at its bound and says that nothing failed."""
    answer, _ = searched(lambda streams: True, most=64)
    assert (answer.streams, answer.fails_at, answer.confirmed) == (64, None, True)


def test_an_answer_that_fails_its_confirmation_is_lowered() -> None:
    """What held once and then failed does not count, and the interval tells it."""
    tries = itertools.count()
    answer, _ = searched(lambda streams: streams <= 32 or (streams <= 40 and next(tries) == 0), most=64)
    assert answer.streams <= 40
    assert answer.streams < answer.interval[1]


def test_the_first_steps_double() -> None:
    """Coarse at first."""
    bounds = Bounds(2, 100, 0.05)
    assert next_of([], bounds) == Next(streams=2, purpose="coarse")
    assert next_of([Trial(2, True)], bounds) == Next(streams=4, purpose="coarse")


def test_the_law_is_found_again() -> None:
    """Its parameters lie in their intervals, and nothing is told beyond what was measured."""
    streams = [1, 2, 4, 8, 16, 32, 64]
    noise = np.random.default_rng(1).normal(1, 0.005, len(streams))
    truth = [n * 0.98 / (1 + 0.02 * (n - 1) + 0.0004 * n * (n - 1)) for n in streams]
    curve = fitted(streams, [t * e for t, e in zip(truth, noise, strict=True)])
    assert curve is not None
    assert curve.contention.ci95[0] <= 0.02 <= curve.contention.ci95[1]
    assert curve.throughput(32) == pytest.approx(truth[5], rel=0.03)
    with pytest.raises(ValueError, match="measured from 1 to 64 streams only, not at 65"):
        curve.throughput(65)


def test_three_points_make_no_curve() -> None:
    """A curve of three parameters through three points proves nothing."""
    assert fitted([1, 2, 2, 4], [1.0, 2.0, 2.0, 3.5]) is None


@pytest.mark.parametrize(
    ("erlangs", "streams", "blocking"), [(1, 1, 0.5), (10, 10, 0.2146), (100, 117, 0.0098), (20, 30, 0.0085)]
)
def test_blocking_is_that_of_the_tables(erlangs: float, streams: int, blocking: float) -> None:
    """Values of published Erlang B tables."""
    assert erlang_b(erlangs, streams) == pytest.approx(blocking, abs=0.0002)


def test_streams_for_a_demand() -> None:
    """1,200 calls of five minutes in an hour are 100 erlangs; one call in a hundred may be turned away."""
    assert streams_for_calls(1200, 300, 0.01) == 117


def test_a_fleet_has_one_to_spare() -> None:
    """And its cost is told for each stream and for a thousand hours of audio."""
    fleet = fleet_for(117, 48, price_per_instance_hour=2.0)
    assert (fleet.instances, fleet.spare) == (4, 1)
    assert fleet.cost_per_hour == 8.0
    assert fleet.cost_per_stream_hour == pytest.approx(8 / 117)
    assert fleet.cost_per_1000_audio_hours == pytest.approx(8000 / 117)
    assert fleet_for(10, 48).cost_per_hour is None


@pytest.mark.parametrize(("calls", "length", "blocking"), [(0, 1, 0.1), (1, 0, 0.1), (1, 1, 0), (1, 1, 1)])
def test_a_demand_that_makes_no_sense(calls: float, length: float, blocking: float) -> None:
    """It is refused."""
    with pytest.raises(ValueError, match="expected"):
        streams_for_calls(calls, length, blocking)
