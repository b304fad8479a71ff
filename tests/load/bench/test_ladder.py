"""The search for the greatest number of streams that is carried."""

from itertools import pairwise

import pytest
from ladder import RUNGS, highest_carried, rung_of


def test_rungs_are_an_eighth_apart() -> None:
    """Whole numbers that grow by about the same share."""
    assert (RUNGS[0], RUNGS[-1]) == (10, 10_000)
    assert all(1.07 < high / low < 1.2 for low, high in pairwise(RUNGS))


@pytest.mark.parametrize("limit", [10, 11, 100, 345, 3200, 9_999, 10_000])
@pytest.mark.parametrize("start", [0, 20, len(RUNGS) - 1])
@pytest.mark.parametrize("stride", [1, 3])
def test_the_highest_rung_below_the_limit_is_found(limit: int, start: int, stride: int) -> None:
    """Wherever the search begins; nothing is measured twice."""
    tried: list[int] = []

    def carried(streams: int) -> bool:
        tried.append(streams)
        return streams <= limit

    found = highest_carried(carried, start=start, stride=stride)
    assert found == max(rung for rung in RUNGS if rung <= limit)
    assert len(set(tried)) == len(tried)


def test_nothing_may_be_carried() -> None:
    """Then the answer is 0."""
    assert highest_carried(lambda streams: False, start=30, stride=3) == 0


def test_a_good_guess_costs_two_measurements() -> None:
    """One that is carried, and the next that is not."""
    tried = []

    def carried(streams: int) -> bool:
        tried.append(streams)
        return streams <= 4000

    assert highest_carried(carried, start=rung_of(4000), stride=1) == 4000
    assert tried == [4000, 4500]
