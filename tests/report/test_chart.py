"""Charts as data."""

from asrgate.report.chart import MOST_POINTS, thinned, unbridged


def test_a_short_series_is_drawn_as_it_is() -> None:
    """Every point of it."""
    at, values = thinned([0, 1, 2, 3], [5.0, None, 7.0, 6.0])
    assert at == (0, 1, 2, 3)
    assert values == (5.0, None, 7.0, 6.0)


def test_a_long_series_keeps_its_extremes() -> None:
    """A single spike in two hours is seen, and so is the one dip."""
    seconds = list(range(7200))
    values = [100.0 + second % 7 for second in seconds]
    values[5017], values[17] = 9000.0, 1.0
    at, kept = thinned(seconds, values)
    assert len(at) <= MOST_POINTS
    assert kept[at.index(5017)] == 9000.0
    assert kept[at.index(17)] == 1.0
    assert list(at) == sorted(at)


def test_every_point_that_is_kept_was_measured() -> None:
    """Nothing is averaged."""
    seconds = list(range(5000))
    values = [float(second * 31 % 101) for second in seconds]
    at, kept = thinned(seconds, values)
    assert all(values[int(second)] == value for second, value in zip(at, kept, strict=True))


def test_what_is_missing_in_a_long_series_stays_a_gap() -> None:
    """It is not thinned away."""
    seconds = list(range(5000))
    values = [None if 1000 <= second < 1100 else 1.0 for second in seconds]
    at, kept = thinned(seconds, values)
    assert any(value is None for second, value in zip(at, kept, strict=True) if 1000 <= second < 1100)


def test_a_pause_is_not_bridged() -> None:
    """Samples that stopped for a while leave a gap between the last and the next."""
    at, values = unbridged([0, 1, 2, 30, 31, 32], [1.0] * 6)
    assert at == (0, 1, 2, 16, 30, 31, 32)
    assert values == (1.0, 1.0, 1.0, None, 1.0, 1.0, 1.0)


def test_steady_samples_have_no_gaps() -> None:
    """Though some come a little later than others."""
    at, values = unbridged([0, 1.0, 2.2, 3.1, 4.9], [1.0] * 5)
    assert len(at) == 5
    assert None not in values


def test_series_of_one_point_or_none_are_whole() -> None:
    """A run that was cut short has such."""
    assert unbridged([], []) == ((), ())
    assert thinned([3.0], [None]) == ((3.0,), (None,))
