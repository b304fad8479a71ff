"""Shapes in words, as data, and what is measured of them."""

import random
from itertools import islice, pairwise

import pytest

from asrgate.errors import UsageError
from asrgate.load.shapes import (
    Lengths,
    Shape,
    Stage,
    Window,
    arrival_times_s,
    arrivals,
    constant,
    lengths_of,
    ramp,
    seconds_of,
    shape_of,
    soak,
    spike,
    steps,
)


@pytest.mark.parametrize(
    ("text", "name", "stages"),
    [
        ("10 for 1m", "constant", (Stage(10, 0, 60),)),
        ("50 in 30s for 10m", "constant", (Stage(50, 30, 600),)),
        ("10 for 60, 20 in 5s for 1h30m", "steps", (Stage(10, 0, 60), Stage(20, 5, 5400))),
        (
            "10 for 1m,100 for 20s , 10 for 1m",
            "spike",
            (Stage(10, 0, 60), Stage(100, 0, 20), Stage(10, 0, 60)),
        ),
    ],
)
def test_a_shape_is_read_as_people_write_it(text: str, name: str, stages: tuple[Stage, ...]) -> None:
    """With a name by its form, and written again it is the same."""
    shape = shape_of(text)
    assert shape == Shape(name=name, stages=stages)
    assert shape_of(str(shape)) == shape


@pytest.mark.parametrize(
    "text", ["", "ten for 1m", "10", "10 for", "10 for 1m, 20", "10 in soon for 1m", "-1 for 1s"]
)
def test_a_shape_that_is_none_is_quoted(text: str) -> None:
    """What is wrong is told with an example of what is right."""
    with pytest.raises(UsageError, match="expected like"):
        shape_of(text)


@pytest.mark.parametrize(
    ("shape", "windows"),
    [
        (constant(5, 60), [(5, 0, 60)]),
        (constant(5, 60, ramp_s=10), [(5, 10, 70)]),
        (steps([1, 2], 30, ramp_s=5), [(1, 5, 35), (2, 40, 70)]),
        (spike(2, 20, before_s=10, peak_s=5, after_s=10), [(2, 0, 10), (20, 10, 15), (2, 15, 25)]),
        (ramp(9, 60), []),
        (soak(4, 7200, ramp_s=20), [(4, 20, 7220)]),
        (arrivals(600, 60), [(0, 0, 60)]),
    ],
)
def test_windows_are_where_the_number_stays(shape: Shape, windows: list[tuple[int, float, float]]) -> None:
    """Without ramps; each begins later by the warm-up, and one that it takes up wholly is none."""
    found = shape.windows()
    assert found == tuple(Window(streams=n, from_s=begin, until_s=end) for n, begin, end in windows)
    later = shape.windows(warm_up_s=7)
    assert all(window.until_s - window.from_s > 0 for window in later)
    assert [window.from_s - 7 for window in later] == [w.from_s for w in found if w.until_s - w.from_s > 7]


def test_the_stage_of_an_instant() -> None:
    """Each lasts from its ramp on, and after the last one there is none."""
    shape = steps([1, 2], 30, ramp_s=5)
    assert [shape.stage_at(at_s) for at_s in (0, 34.9, 35, 69.9, 70)] == [0, 0, 1, 1, None]


def test_the_last_stage_can_be_held_longer() -> None:
    """Which no window of it notices."""
    shape = steps([1, 2], 30).held_longer(12)
    assert shape.total_s == 72
    assert [stage.hold_s for stage in shape.stages] == [30, 42]


def test_calls_arrive_at_the_rate_that_was_asked_for() -> None:
    """Ten thousand calls at 3600 an hour take ten thousand seconds, with gaps of a Poisson process."""
    times = list(islice(arrival_times_s(3600, random.Random(1)), 10_000))
    assert 9_700 < times[-1] < 10_300
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= 0
    # In a Poisson process a gap is longer than the mean with probability 1/e.
    assert 0.35 < sum(gap > 1 for gap in gaps) / len(gaps) < 0.39


@pytest.mark.parametrize("kind", ["fixed", "exponential", "uniform", "lognormal"])
def test_lengths_have_the_mean_that_was_asked_for(kind: str) -> None:
    """Each distribution, read from its text."""
    lengths = lengths_of(f"{kind}:30s")
    assert lengths == Lengths(kind, 30)
    assert lengths_of(str(lengths)) == lengths
    chance = random.Random(1)
    drawn = [lengths.draw_s(chance) for _ in range(40_000)]
    assert 29 < sum(drawn) / len(drawn) < 31
    assert min(drawn) >= 0


@pytest.mark.parametrize(
    ("text", "why"),
    [("gaussian:3s", "no distribution"), ("exponential:", "no length of time"), ("0s", "no time")],
)
def test_lengths_that_are_none_are_told(text: str, why: str) -> None:
    """With what is expected."""
    with pytest.raises(UsageError, match=why):
        lengths_of(text)


def test_a_length_of_time_alone_is_fixed() -> None:
    """As is one in hours."""
    assert lengths_of("90s") == Lengths("fixed", 90)
    assert seconds_of("2h30m") == 9000
