"""MODE: what the two passes make of the same audio."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.passes import (
    PassPair,
    offline_gives_text_and_stamps,
    offline_reads_as_2pass,
    online_writes_somewhere,
    partials_are_deltas,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged
from .recorded import (
    ALL,
    ONLINE_A,
    TWO_PASS_P,
    WITH_PARTIALS,
    heard,
    partial,
    recorded,
    replied,
    sentence,
)

every_dialect = pytest.mark.parametrize("dialect", ALL)
with_partials = pytest.mark.parametrize("dialect", WITH_PARTIALS)

STAMPS = [[300, 460], [500, 659]]


@judged("MODE-06", Verdict.PASS, "punctuated and with digits")
def test_old_images_write_the_segment() -> Finding:
    """They send the whole segment once more when it ends."""
    last = ONLINE_A["funasr-2pass-0.1"][1] | {"text": "2024年7月25日，好。"}
    return online_writes_somewhere([replied("funasr-2pass-0.1", ONLINE_A["funasr-2pass-0.1"][0], last)])


@judged("MODE-06", Verdict.FAIL, "no digits and no punctuation anywhere")
def test_deltas_alone_fail() -> Finding:
    """The current real-time server writes sentence results only."""
    return online_writes_somewhere(
        [replied("funasr-2pass", partial("funasr-2pass", "二零二四年") | {"is_final": True})]
    )


@judged("MODE-06", Verdict.INCONCLUSIVE, "no number was recognised")
def test_without_a_number_nothing_is_written() -> Finding:
    """What is not heard cannot be written."""
    return online_writes_somewhere([replied("funasr-2pass", *ONLINE_A["funasr-2pass"])])


def pair(both: Exchange, offline: Exchange) -> PassPair:
    """The same audio in two modes."""
    return PassPair(both=both, offline=offline)


@with_partials
@judged("MODE-08", Verdict.PASS, "1 recording", "'一二三'")
def test_the_same_sentences_pass(dialect: str) -> Finding:
    """Without the partials the recorded session is one of mode offline."""
    return offline_reads_as_2pass([pair(recorded(dialect), recorded(dialect))])


@judged("MODE-08", Verdict.PASS)
def test_punctuation_may_follow_the_frames_of_the_client() -> Finding:
    """The Python server cuts other segments in other modes."""
    two = [*sentence("funasr-python", "一二三", last=False), *sentence("funasr-python", "四五六")]
    return offline_reads_as_2pass(
        [pair(heard("funasr-python", "一二三，四五六。"), replied("funasr-python", *two))]
    )


@with_partials
@judged("MODE-08", Verdict.FAIL, "['阿里巴巴']", "['阿里巴巴你好']")
def test_another_text_in_mode_offline_fails(dialect: str) -> Finding:
    """The second pass is the same in both."""
    return offline_reads_as_2pass([pair(heard(dialect, "阿里巴巴你好"), heard(dialect, "阿里巴巴"))])


@judged("MODE-08", Verdict.INCONCLUSIVE, "no sentence result")
def test_without_text_modes_are_not_compared() -> Finding:
    """Nothing is the same as nothing."""
    return offline_reads_as_2pass([pair(heard("funasr-2pass", ""), heard("funasr-2pass", ""))])


@with_partials
@judged("MODE-09", Verdict.PASS, "1 session", "at most 0%")
def test_recorded_partials_are_deltas(dialect: str) -> Finding:
    """The delta that is never sent is not counted."""
    return partials_are_deltas([recorded(dialect), replied(dialect, *ONLINE_A[dialect])])


@judged("MODE-09", Verdict.FAIL, "expected below 40%", "'今天今天的天气今天的天气非常好'")
def test_partials_that_repeat_what_was_said_fail() -> Finding:
    """A replacement in the place of a delta doubles all that was shown."""
    shown = [partial("funasr-2pass", text) for text in ("今天", "今天的天气", "今天的天气非常好")]
    return partials_are_deltas(
        [replied("funasr-2pass", *shown, *sentence("funasr-2pass", "今天的天气非常好。"))]
    )


@judged("MODE-09", Verdict.FAIL, "expected below 40%")
def test_partials_of_other_words_fail() -> Finding:
    """The first pass cannot be so far from the second."""
    return partials_are_deltas(
        [
            replied(
                "funasr-2pass",
                partial("funasr-2pass", "明年的电视真难看"),
                *sentence("funasr-2pass", "今天的天气非常好。"),
            )
        ]
    )


@judged("MODE-09", Verdict.PASS)
def test_written_numbers_are_left_out() -> Finding:
    """Partials never have digits."""
    number = [
        partial("funasr-2pass", "二零二四年七月二十五日"),
        *sentence("funasr-2pass", "2024年7月25日", last=False),
    ]
    return partials_are_deltas(
        [
            replied(
                "funasr-2pass",
                *number,
                partial("funasr-2pass", "今天的天气非常好"),
                *sentence("funasr-2pass", "今天的天气非常好"),
            )
        ]
    )


@judged("MODE-09", Verdict.INCONCLUSIVE, "too few sentence results")
def test_without_partials_nothing_is_joined() -> Finding:
    """Mode offline has none."""
    return partials_are_deltas([heard("funasr-2pass", "今天的天气非常好")])


def stamped(dialect: str, text: str = "你好") -> Exchange:
    """A session of one sentence with word stamps."""
    return replied(dialect, *sentence(dialect, text, STAMPS))


@every_dialect
@judged("MODE-10", Verdict.PASS, "'你好' with 2 word stamps")
def test_text_with_stamps_passes(dialect: str) -> Finding:
    """In the form of each dialect."""
    return offline_gives_text_and_stamps(stamped(dialect), stamped(dialect))


@judged("MODE-10", Verdict.PASS, "no word stamps in any mode")
def test_a_model_without_stamps_passes() -> Finding:
    """SenseVoice gives none, and the server an integer in their place."""
    bare = TWO_PASS_P[3] | {"timestamp": 1795354662008}
    return offline_gives_text_and_stamps(replied("funasr-2pass", bare), replied("funasr-2pass", bare))


@every_dialect
@judged("MODE-10", Verdict.FAIL, "no text in mode offline, '你好' in the main mode")
def test_no_text_in_mode_offline_fails(dialect: str) -> Finding:
    """The other mode shows that the clip can be read."""
    return offline_gives_text_and_stamps(heard(dialect, ""), heard(dialect, "你好"))


@with_partials
@judged("MODE-10", Verdict.FAIL, "without word stamps; in the main mode 2 of them")
def test_stamps_that_mode_offline_lacks_fail(dialect: str) -> Finding:
    """The other mode shows that the model has them."""
    return offline_gives_text_and_stamps(heard(dialect, "你好"), stamped(dialect))


@judged("MODE-10", Verdict.INCONCLUSIVE, "no text in the main mode either")
def test_an_unreadable_clip_says_nothing() -> Finding:
    """There is nothing to compare with."""
    return offline_gives_text_and_stamps(heard("funasr-2pass", ""), heard("funasr-2pass", ""))
