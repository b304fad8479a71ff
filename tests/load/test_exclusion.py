"""Which workers are not counted, and when it is the run that is not valid instead."""

from asrgate.load.clocks import Skew
from asrgate.load.exclusion import exclusions
from asrgate.load.pulse import Pulse

GOOD = {3: 990, 40: 10}
LATE = {3: 900, 450: 100}


def beats(
    worker: str, lateness: dict[int, int], *, ahead_s: float = 0.0, set_by_s: float = 0.0
) -> list[Pulse]:
    """Ten seconds of a worker, whose clock is set by so much in the middle."""
    return [
        Pulse(
            worker=worker,
            host=worker.rpartition("-")[0],
            at=1_795_000_000.0 + ahead_s + second + (set_by_s if second >= 5 else 0.0),
            monotonic_s=40.0 + second,
            speaking=10,
            sockets=10,
            frames=sum(lateness.values()),
            lateness=lateness,
            cpu=0.2,
            open_files=20,
            most_files=1000,
            last=second == 9,
        )
        for second in range(10)
    ]


def test_good_workers_are_all_counted() -> None:
    """A clock that is wrong all the time is known and no fault."""
    skews = {"b-1": Skew(ahead_ms=5000, within_ms=1, readings=10)}
    assert exclusions([*beats("a-1", GOOD), *beats("b-1", GOOD, ahead_s=5)], skews) == {}


def test_a_late_worker_among_good_ones_is_excluded() -> None:
    """With what was measured of it."""
    found = exclusions([*beats("a-1", GOOD), *beats("b-1", GOOD), *beats("c-1", LATE)], {})
    assert found == {
        "c-1": "one frame in a hundred left more than 45 ms late, half a frame (30 ms) is allowed"
    }


def test_a_worker_whose_clock_was_set_is_excluded() -> None:
    """Whether it saw that itself or only the master did."""
    good = beats("a-1", GOOD) + beats("b-1", GOOD)
    seen = exclusions([*good, *beats("c-1", GOOD, set_by_s=-2.0)], {})
    assert seen == {"c-1": "its clock was set by -2000 ms while it measured"}
    skews = {"c-1": Skew(ahead_ms=0, within_ms=1, readings=9, stepped_ms=750)}
    told = exclusions([*good, *beats("c-1", GOOD)], skews)
    assert told == {"c-1": "its clock was set by +750 ms while it measured"}


def test_nobody_is_excluded_where_the_good_are_not_most() -> None:
    """Then the run is not valid, which is for the whole of it to say."""
    assert exclusions([*beats("a-1", GOOD), *beats("b-1", LATE)], {}) == {}
    assert exclusions(beats("a-1", LATE), {}) == {}
