"""The load from second to second."""

import pytest

from asrgate.load.figures import Figures
from asrgate.load.recording import moments


def call(began_at: float, ended_at: float, *, error: str | None = None, lag_ms: float = 500.0) -> Figures:
    """A call of 4 s of audio."""
    return Figures(
        worker="w",
        caller=1,
        clip="c",
        began_at=began_at,
        ended_at=ended_at,
        audio_ms=4000.0,
        error=error,
        message="",
        connect_ms=1.0,
        first_partial_ms=600.0,
        first_partial_from_audio_ms=700.0,
        sentence_ms=300.0,
        final_ms=200.0 + lag_ms,
        lags_ms=(lag_ms / 2, lag_ms),
        lag_slope=None,
        partials=2,
        mismatch=False,
        crossed=False,
        expected=None,
        heard="",
        lateness={},
        held_bytes=0,
    )


def test_audio_is_spread_over_the_time_of_its_call() -> None:
    """Two callers in real time give two seconds of audio in a second, whenever their calls happen to end."""
    measured = moments([call(100.0, 104.0), call(102.0, 106.0)], [], 100.0)
    speeds = [moment.audio_seconds_per_second for moment in measured]
    assert speeds[:6] == pytest.approx([1, 1, 2, 2, 1, 1])


def test_a_call_that_took_twice_its_audio_ran_at_half_its_pace() -> None:
    """It fell behind."""
    measured = moments([call(100.0, 108.0)], [], 100.0)
    assert [moment.audio_seconds_per_second for moment in measured][:8] == pytest.approx([0.5] * 8)


def test_what_failed_counts_for_nothing() -> None:
    """Audio that was not answered was not served."""
    measured = moments([call(100.0, 104.0, error="timeout")], [], 100.0)
    assert {moment.audio_seconds_per_second for moment in measured} == {0.0}
    assert sum(moment.errors for moment in measured) == 1


def test_the_largest_latency_is_known_of_one_call() -> None:
    """A percentile is not; where no call ended there is neither."""
    measured = moments([call(100.0, 102.5, lag_ms=900.0), call(100.0, 102.6, lag_ms=800.0)], [], 100.0)
    assert [moment.lag_largest_ms for moment in measured] == [None, None, 900.0]
    assert measured[2].lag_p95_ms is None
    assert measured[2].final_largest_ms == 1100.0
    assert measured[2].first_partial_largest_ms == 600.0
