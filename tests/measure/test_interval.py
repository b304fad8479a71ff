"""Bootstrap intervals."""

from asrgate.measure.interval import interval95


def test_the_interval_holds_the_rate_and_is_the_same_every_time() -> None:
    """The seed is fixed: equal clips give equal bounds, on both sides of the pooled rate."""
    errors, units = [0, 1, 3, 0, 2, 5, 1, 0], [10, 12, 20, 9, 14, 25, 11, 8]
    interval = interval95(errors, units)
    assert interval.bounds is not None
    low, high = interval.bounds
    assert 0.0 < low < sum(errors) / sum(units) < high < 0.3
    assert interval95(errors, units) == interval


def test_clips_that_are_all_alike_leave_no_width() -> None:
    """Where every clip has the same rate, so has every resample."""
    assert interval95([1] * 6, [10] * 6).bounds == (0.1, 0.1)


def test_more_clips_narrow_it() -> None:
    """Four times the clips give about half the width."""
    errors, units = [0, 2, 1, 4, 0, 1], [10] * 6
    few, many = interval95(errors, units).bounds, interval95(errors * 4, units * 4).bounds
    assert few is not None
    assert many is not None
    assert 0.35 < (many[1] - many[0]) / (few[1] - few[0]) < 0.65


def test_few_clips_give_none_and_the_reason() -> None:
    """Four clips are not enough to say how far a rate can be trusted."""
    interval = interval95([1, 0, 2, 1], [10, 10, 10, 10])
    assert interval.bounds is None
    assert interval.reason == "an interval needs at least 5 clips, there are 4"


def test_no_errors_give_none_and_the_reason() -> None:
    """A bootstrap of zeros would claim certainty."""
    interval = interval95([0] * 9, [10] * 9)
    assert interval.bounds is None
    assert interval.reason == "no error in 90 units: there is nothing to resample"
