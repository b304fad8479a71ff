"""How late frames came, from nothing but the instants at which they came."""

import numpy as np
import pytest
from arrivals import FRAME_NS, Punctuality, Stamps, punctuality

MS = 1_000_000
EVER = 10**15


def stream(frames: int = 200, *, began_ns: int = 5 * MS, drift_ms: float = 0.0) -> Stamps:
    """A stream whose frames come exactly in time, or each so much later after the one before it."""
    return began_ns + np.arange(frames, dtype=np.int64) * (FRAME_NS + round(drift_ms * MS))


def kept(*streams: Stamps, from_ns: int = 0, to_ns: int = EVER) -> Punctuality:
    """How these were kept."""
    return punctuality(streams, from_ns, to_ns)


def test_whoever_is_always_equally_late_is_in_time() -> None:
    """A stream lays its own schedule: when it began does not matter, and neither does how long the way is."""
    found = kept(stream(), stream(began_ns=77 * MS))
    assert (found.frames, found.late_p50, found.late_p99) == (400, 0.0, 0.0)
    assert found.drift_ms_per_s == 0.0


def test_a_frame_that_is_late_makes_no_other_late() -> None:
    """Three frames in a hundred come 30 ms late: that is the 99th percentile, and the median is in time."""
    came = stream()
    came[10:16] += 30 * MS
    found = kept(came)
    assert found.late_p99 == pytest.approx(30)
    assert found.late_p50 == 0.0


def test_whoever_sleeps_after_each_frame_falls_behind() -> None:
    """Drift makes frames later and later by the schedule, but not later after the frame before."""
    found = kept(stream(drift_ms=1.5))
    assert found.drift_ms_per_s == pytest.approx(1.5 / 61.5 * 1000)
    assert found.late_p99 == pytest.approx(1.5 * 199 * 0.99)
    assert found.gap_p99 == pytest.approx(1.5)


def test_only_what_came_in_the_window_counts() -> None:
    """What a stream did before and after is nobody's business."""
    came = stream()
    came[:50] += 500 * MS
    whole = kept(came)
    part = kept(came, from_ns=int(came[60]), to_ns=int(came[180]))
    assert whole.late_p99 == pytest.approx(500)
    assert (part.frames, part.late_p99) == (120, 0.0)


def test_nothing_is_told_of_a_handful_of_frames() -> None:
    """Percentiles need frames."""
    found = kept(stream(60))
    assert (found.frames, found.late_p99, found.drift_ms_per_s) == (60, None, None)
    assert kept() == Punctuality(frames=0)
