"""SCH: counters and times of sentences."""

from typing import Any

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.slices import sentence_times_fit, slices_follow

from .exchanges import judged
from .recorded import (
    EMPTY_FINAL,
    EPOCH,
    ONLINE_A,
    TWO_PASS_P,
    Message,
    changed,
    recorded,
    replied,
    sentence,
    spoken,
    without,
)

FINAL = EMPTY_FINAL["funasr-2pass"]


def delta(text: str, slice_type: int, index: int, *, last: bool = False) -> Message:
    """A partial of the current real-time server."""
    label = {"is_final": last, "mode": "2pass-online", "wav_name": "t1", "timestamp": EPOCH}
    return label | {"text": text, "slice_type": slice_type, "index": index}


def whole(text: str, index: int, *, last: bool = False) -> Message:
    """A sentence result of the current real-time server without word stamps."""
    times = {"start_time": 0, "end_time": 900}
    label = {"is_final": last, "mode": "2pass-offline", "wav_name": "t1", "timestamp": EPOCH}
    return label | times | {"text": text, "slice_type": 2, "index": index}


@judged("SCH-12", Verdict.PASS, "4 messages in order")
def test_recorded_counters_pass() -> Finding:
    """Two sentences, each opened by a partial and closed by its result."""
    return slices_follow([recorded("funasr-2pass")])


@judged("SCH-12", Verdict.PASS)
def test_mode_online_has_one_index_for_the_utterance() -> Finding:
    """Pauses are invisible there; the final closes without a sentence result."""
    deltas = [delta("一二三", 0, 0), delta("四五六", 1, 0), delta("七八九", 1, 0, last=True)]
    return slices_follow(
        [replied("funasr-2pass", *deltas), replied("funasr-2pass", *ONLINE_A["funasr-2pass"])]
    )


@judged("SCH-12", Verdict.PASS)
def test_mode_offline_has_sentences_only() -> Finding:
    """A sentence without partials opens and closes at once."""
    return slices_follow([replied("funasr-2pass", whole("一二三", 0), whole("四五六", 1, last=True))])


@pytest.mark.parametrize("counted", [0, 1])
@judged("SCH-12", Verdict.PASS)
def test_the_count_goes_on_in_the_next_utterance(counted: int) -> Finding:
    """Whether deltas that an end frame cut off count as a sentence is up to the server."""
    twice = spoken("funasr-2pass").reply(delta("一二三", 0, 0), FINAL).terminated().config().audio(1800).end()
    return slices_follow([twice.reply(whole("四五六", counted, last=True)).terminated().close()])


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"index": 1}, "slice_type 2, index 1 on '一二三', expected index 0"),
        ({"slice_type": 0}, "the sentence before is still open"),
        ({"slice_type": 3}, "expected 0, 1 or 2"),
        ({"slice_type": "2"}, "expected 0, 1 or 2"),
        ({"index": "0"}, "an integer"),
        ({"index": True}, "an integer"),
    ],
)
@judged("SCH-12", Verdict.FAIL)
def test_a_counter_out_of_step_fails(fields: dict[str, Any], told: str) -> Finding:
    """What came is told, with what was expected."""
    return slices_follow([changed("funasr-2pass", 1, **fields)])


@judged("SCH-12", Verdict.FAIL, "no sentence is open")
def test_a_lost_first_partial_fails() -> Finding:
    """A later partial cannot open a sentence."""
    return slices_follow([replied("funasr-2pass", delta("四五", 1, 0), whole("三四五", 0, last=True))])


@judged("SCH-12", Verdict.FAIL, "expected index 1")
def test_a_sentence_that_came_twice_fails() -> Finding:
    """The second has the number of the first."""
    return slices_follow([replied("funasr-2pass", *TWO_PASS_P[:2], TWO_PASS_P[1], *TWO_PASS_P[2:])])


@judged("SCH-12", Verdict.FAIL, "index missing")
def test_a_missing_counter_fails() -> Finding:
    """Both come together."""
    return slices_follow([without("funasr-2pass", 1, "index")])


@judged("SCH-12", Verdict.UNSUPPORTED, "none with slice_type")
def test_releases_without_counters_are_told() -> Finding:
    """They came with current images."""
    return slices_follow([replied("funasr-2pass", *sentence("funasr-2pass", "你好"))])


@judged("SCH-12", Verdict.INCONCLUSIVE, "no message carried slice_type")
def test_an_empty_final_has_no_counters() -> Finding:
    """They come with text only."""
    return slices_follow([replied("funasr-2pass", FINAL)])


@judged("SCH-13", Verdict.PASS, "2 sentences with ordered times, 2 of them beside word stamps")
def test_recorded_times_pass() -> Finding:
    """A sentence starts with its first partial, which is a little before the first word."""
    return sentence_times_fit([recorded("funasr-2pass")])


@judged("SCH-13", Verdict.PASS, "0 of them beside word stamps")
def test_mode_offline_has_no_start() -> Finding:
    """Without partials the field stays 0, or keeps an old value."""
    second = TWO_PASS_P[3] | {"start_time": 0}
    return sentence_times_fit([replied("funasr-2pass", second)])


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"start_time": 1100}, "ends before it begins"),
        ({"start_time": 700, "end_time": 1020}, "the first stamp of '一二三' is 300 ms"),
        ({"start_time": "20"}, "expected two integers"),
        ({"end_time": None}, "expected two integers"),
    ],
)
@judged("SCH-13", Verdict.FAIL)
def test_times_that_do_not_fit_fail(fields: dict[str, Any], told: str) -> Finding:
    """They are compared with each other, and with the word stamps."""
    return sentence_times_fit([changed("funasr-2pass", 1, **fields)])


@judged("SCH-13", Verdict.UNSUPPORTED, "none with start_time")
def test_releases_without_times_are_told() -> Finding:
    """They came with current images."""
    return sentence_times_fit([replied("funasr-2pass", *sentence("funasr-2pass", "你好"))])


@judged("SCH-13", Verdict.INCONCLUSIVE, "no message carried start_time")
def test_an_empty_final_has_no_times() -> Finding:
    """They come with sentences only."""
    return sentence_times_fit([replied("funasr-2pass", FINAL)])
