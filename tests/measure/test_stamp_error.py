"""Stamp error on sessions whose answer can be told by hand."""

import pytest

from asrgate.audio.clips import Clip
from asrgate.measure.stamp_error import StampErrors, stamp_errors, stamp_errors_of
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from measure.timed import sentence, session, timed_clip, update

TEXT = "今天天气很好我们去公园散步"
LONG = timed_clip(*((word, 200 * n, 200 * n + 200) for n, word in enumerate(TEXT)))


def stamped(
    shift_ms: float, per_word_ms: float = 0.0, *, text: str = TEXT, pace: float | None = None
) -> Exchange:
    """A session whose stamps are late by a shift, and by so much more with each word."""
    late = [round(shift_ms + per_word_ms * n) for n in range(len(TEXT))]
    stamps = [(200 * n + by, 200 * n + 200 + by) for n, by in enumerate(late)]
    return session(LONG, (3000, sentence(text, stamps)), pace=pace)


def together(*exchanges: Exchange, dialect: str = "funasr-2pass", clip: Clip = LONG) -> StampErrors:
    """The errors of the sessions of one mode."""
    return stamp_errors_of(dialect_named(dialect), [stamp_errors(clip, one) for one in exchanges])


def test_exact_stamps_have_no_error() -> None:
    """Nothing is off, and nothing drifts; no pace is needed."""
    found = together(stamped(0), stamped(0))
    assert found.start is not None
    assert found.end is not None
    assert (found.n, found.clips, found.start.mean, found.end.mean_abs) == (26, 2, 0.0, 0.0)
    assert found.drift_ms_per_s == 0.0


def test_a_shift_is_seen_with_its_sign() -> None:
    """All stamps come 80 ms early: the mean says so, and the mean of the amounts is as large."""
    found = together(stamped(-80), stamped(-80))
    assert found.start is not None
    assert (found.start.mean, found.start.mean_abs) == (-80.0, 80.0)
    assert found.drift_ms_per_s == 0.0


def test_shifts_that_differ_between_clips_are_no_drift() -> None:
    """One clip is late, the other early: the means cancel, the amounts do not, and nothing drifts."""
    found = together(stamped(50), stamped(-50))
    assert found.start is not None
    assert (found.start.mean, found.start.mean_abs, found.drift_ms_per_s) == (0.0, 50.0, 0.0)


def test_drift_is_a_slope() -> None:
    """Two ms more with each word of 200 ms are 10 ms in each second."""
    found = together(*[stamped(5, 2)] * 6)
    assert found.drift_ms_per_s == pytest.approx(10.0)
    assert found.drift_ci95 == pytest.approx((10.0, 10.0))
    assert found.start is not None
    assert found.start.p95_abs == 29.0


def test_one_stamp_in_each_clip_is_no_drift() -> None:
    """Thirty clips with a sentence each say nothing of what happens within one."""
    exchange = session(LONG, (3000, update("", (TEXT, -40, 2660))), dialect="funasr-realtime", pace=None)
    found = together(*[exchange] * 30, dialect="funasr-realtime")
    assert (found.n, found.drift_ms_per_s) == (30, None)
    assert "there are 0" in (found.reason or "")


def test_words_that_were_not_heard_are_left_out() -> None:
    """The stamp of 狠 says nothing about 很."""
    errors = stamp_errors(LONG, stamped(30, text=TEXT.replace("很", "狠")))
    assert (len(errors), {error.start_ms for error in errors}) == (12, {30})


def test_too_few_stamps_give_no_mean() -> None:
    """What is missing says why."""
    short = timed_clip(("好", 0, 300), ("的", 300, 500))
    exchange = session(short, (900, sentence("好的", [(10, 310), (310, 510)])))
    found = together(exchange, clip=short)
    assert (found.n, found.start, found.drift_ms_per_s) == (2, None, None)
    assert found.reason == "a mean needs 5 stamps, there are 2"
    assert together(stamped(0)).reason == "drift needs 20 stamps in clips that have several, there are 13"


def test_stamps_that_do_not_go_with_the_text_are_not_read() -> None:
    """TS-03 judges them; here they would be compared with other words."""
    assert stamp_errors(LONG, stamped(0, text=TEXT[:-1])) == ()
    assert "no stamp of a word" in (together(stamped(0, text=TEXT[:-1])).reason or "")


def test_stamps_of_segments_cannot_be_placed() -> None:
    """funasr-python does not tell where a segment begins."""
    found = together(stamped(0), dialect="funasr-python")
    assert "beginning of a segment" in (found.reason or "")


def test_sentences_have_stamps_too() -> None:
    """funasr-realtime stamps sentences: from the first word to the last, 40 ms early and 60 ms late."""
    exchange = session(LONG, (3000, update("", (TEXT, -40, 2660))), dialect="funasr-realtime", pace=None)
    (error,) = stamp_errors(LONG, exchange)
    assert (error.start_ms, error.end_ms, error.spoken_ms) == (-40, 60, 1300.0)
    assert together(exchange, dialect="funasr-realtime").of == "sentence"
    unheard = session(LONG, (3000, update("", (TEXT[1:], 0, 0))), dialect="funasr-realtime", pace=None)
    assert len(stamp_errors(LONG, unheard)) == 1
    wrong = session(LONG, (3000, update("", ("金" + TEXT[1:], 0, 0))), dialect="funasr-realtime", pace=None)
    assert stamp_errors(LONG, wrong) == ()
