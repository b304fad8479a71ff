"""Growth is told from noise, from waves and from what fills up once."""

import numpy as np
import pytest

from asrgate.measure.trends import Floats, trend

HOUR_S = np.arange(3600.0)


@pytest.fixture
def random() -> np.random.Generator:
    """Chance that is the same in every run of a test."""
    return np.random.default_rng(7)


def wandering(random: np.random.Generator, alike: float, spread: float) -> Floats:
    """Noise in which each value is like the one before it."""
    values = np.zeros(len(HOUR_S))
    steps = random.normal(0, spread, len(HOUR_S))
    for index in range(1, len(values)):
        values[index] = alike * values[index - 1] + steps[index]
    return values


def test_leak_under_noise(random: np.random.Generator) -> None:
    """A leak of 50 MB an hour under noise is found, and its interval holds it."""
    found = trend(HOUR_S, 1e9 + 5e7 * HOUR_S / 3600 + random.normal(0, 1e6, len(HOUR_S)))
    assert found.grows
    assert found.ci95 is not None
    low, high = found.ci95
    assert low * 3600 <= 5e7 <= high * 3600
    assert high - low < 0.1 * 5e7 / 3600


def test_leak_under_a_garbage_collector() -> None:
    """A leak below the waves of a garbage collector is found."""
    waves = 2e7 * (HOUR_S % 600) / 600
    assert trend(HOUR_S, 1e9 + waves + 5e7 * HOUR_S / 3600).grows


def test_one_file_every_few_minutes() -> None:
    """Open files that grow by twenty an hour are found although they are whole numbers."""
    assert trend(HOUR_S, 100 + np.floor(20 * HOUR_S / 3600)).grows


def test_noise_that_is_like_itself_is_no_leak(random: np.random.Generator) -> None:
    """Of series that only wander few are taken for leaks; an interval for independent ones takes many."""
    found = [trend(HOUR_S, 1e9 + wandering(random, 0.99, 1e6)).grows for _ in range(40)]
    assert sum(found) <= 6


def test_waves_are_no_leak() -> None:
    """A garbage collector's waves are no leak, whatever their phase."""
    for phase in range(0, 600, 100):
        assert not trend(HOUR_S, 1e9 + 1e8 * ((HOUR_S + phase) % 600) / 600).grows


def test_what_fills_up_is_no_leak(random: np.random.Generator) -> None:
    """A cache that fills in the first minutes and then stands still is none, and that is said."""
    filling = 1e9 + 1e8 * (1 - np.exp(-HOUR_S / 300)) + random.normal(0, 1e6, len(HOUR_S))
    found = trend(HOUR_S, filling)
    assert not found.grows
    assert found.reason == "it grew at first and slowed down"


def test_standing_still() -> None:
    """What does not change has a slope of 0 with nothing around it."""
    found = trend(HOUR_S, np.full(len(HOUR_S), 41.0))
    assert (found.per_s, found.ci95, found.grows, found.reason) == (0, (0, 0), False, None)


def test_shrinking_is_not_growing() -> None:
    """What becomes less has an interval below 0 and does not grow."""
    found = trend(HOUR_S, 1e9 - 1e4 * HOUR_S)
    assert found.ci95 is not None
    assert found.ci95[1] < 0
    assert not found.grows


def test_outliers_do_not_tilt() -> None:
    """A few readings that are wildly off leave the slope where it was."""
    values = 1e9 + 1e4 * HOUR_S
    values[::50] *= 10
    assert trend(HOUR_S, values).per_s == pytest.approx(1e4, rel=0.01)


@pytest.mark.parametrize(
    ("at_s", "reason"),
    [
        (np.arange(0.0), "nothing was sampled meanwhile"),
        (np.arange(60.0), "47 s under the same load after the warm-up are too short, 10 min are needed"),
        (np.arange(600.0), "8 min under the same load after the warm-up are too short, 10 min are needed"),
        (np.arange(0.0, 3600, 120), "24 samples after the warm-up are too few, 30 are needed"),
    ],
)
def test_too_little(at_s: Floats, reason: str) -> None:
    """With too little time or too few samples there is no slope, and the reason says what is needed."""
    found = trend(at_s, 1e9 + 1e6 * at_s)
    assert (found.per_s, found.ci95, found.grows, found.reason) == (None, None, False, reason)


def test_one_slow_wave() -> None:
    """Half a wave in all the time could be anything: nothing is claimed."""
    found = trend(HOUR_S, 1e9 + 1e7 * np.sin(np.pi * (HOUR_S / 3600 - 0.5)))
    assert not found.grows
