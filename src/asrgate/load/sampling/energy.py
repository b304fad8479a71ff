"""The energy that GPUs took over some time: from their own counters, or from their power."""

from collections.abc import Sequence
from itertools import pairwise

from asrgate.load.sampling.readings import Reading

LEAST_COVERED = 0.9
"""The share of the time that the readings of a card have to span; what lies outside is taken to be alike."""

LONGEST_PAUSE = 0.1
"""No single pause between readings that tell something new may take more of the time than this."""


def energy_j(readings: Sequence[Reading], from_at: float, to_at: float) -> float | str:
    """Joules that one card took between two instants, or why that cannot be said."""
    within = [reading for reading in readings if from_at <= reading.at <= to_at]
    counted = [(it.at, it.values["gpu_energy_j"]) for it in within if "gpu_energy_j" in it.values]
    drawn = [(it.at, it.values["gpu_power_w"]) for it in within if "gpu_power_w" in it.values]
    by_counter = _by_counter(counted, from_at, to_at)
    if isinstance(by_counter, float) or not drawn:
        return by_counter
    return _by_power(drawn, from_at, to_at)


def _by_counter(counted: list[tuple[float, float]], from_at: float, to_at: float) -> float | str:
    # An exporter repeats a value until it looks again: only the first of equal ones tells the time.
    news = counted[:1] + [after for before, after in pairwise(counted) if after[1] != before[1]]
    if any(after[1] < before[1] for before, after in pairwise(news)):
        return "its energy counter began anew during the run"
    return _scaled(news, news[-1][1] - news[0][1] if news else 0.0, from_at, to_at)


def _by_power(drawn: list[tuple[float, float]], from_at: float, to_at: float) -> float | str:
    area = sum(
        (later - sooner) * (before + after) / 2 for (sooner, before), (later, after) in pairwise(drawn)
    )
    return _scaled(drawn, area, from_at, to_at)


def _scaled(points: list[tuple[float, float]], energy: float, from_at: float, to_at: float) -> float | str:
    """The energy between the first and the last point, for the whole time."""
    length_s = to_at - from_at
    if len(points) < 2 or length_s <= 0:
        return "its energy or power was read fewer than twice during the run"
    covered_s = points[-1][0] - points[0][0]
    longest_s = max(later - sooner for (sooner, _), (later, _) in pairwise(points))
    if covered_s < LEAST_COVERED * length_s or longest_s > LONGEST_PAUSE * length_s:
        return f"its energy or power was read too seldom for a run of {length_s:.0f} s"
    return energy * length_s / covered_s
