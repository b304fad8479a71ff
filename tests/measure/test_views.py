"""The views side by side, and what tells that one of them has changed."""

import re

import jiwer
import pytest
from pypinyin import Style, lazy_pinyin

from asrgate.measure.accuracy import Accuracy, accuracy_of
from asrgate.measure.normalisation import Step, View
from asrgate.measure.view_rates import ViewRate
from asrgate.measure.views import MIXED, NUMBERS, PINYIN, RECEIVED, VIEWS, fingerprint
from report.sample import answered, clip, exchange

PAIRS = (
    ("今天天气很好我们去公园", "今天，田气很好！我们去公园。"),
    ("他们在市场上买了书", "他们再市场买了树"),
    ("明天是星期一", "明天星期一吗"),
    ("我喜欢听音乐", "我喜欢听音乐。"),
    ("请把门关上", "请把们关上"),
)
"""Texts without numbers and spaces, so that a plain computation needs no rules for them."""


def _view(accuracy: Accuracy, view: View) -> ViewRate:
    return next(found for found in accuracy.views if found.name == view.title)


def _scored() -> Accuracy:
    return accuracy_of([answered(clip(f"c{n}", said), heard) for n, (said, heard) in enumerate(PAIRS)])


def test_text_as_received_is_what_jiwer_says_of_the_bare_texts() -> None:
    """Nothing is done to either side."""
    said, heard = [pair[0] for pair in PAIRS], [pair[1] for pair in PAIRS]
    assert _view(_scored(), RECEIVED).rate.value == pytest.approx(jiwer.cer(said, heard))


def test_pinyin_is_the_word_error_rate_of_syllables() -> None:
    """再 is 在 and 们 is not 门, for its tone is another."""

    def syllables(text: str) -> str:
        bare = re.sub("[，！。]", "", text)
        return " ".join(lazy_pinyin(bare, style=Style.TONE3, neutral_tone_with_five=True))

    said, heard = [syllables(pair[0]) for pair in PAIRS], [syllables(pair[1]) for pair in PAIRS]
    assert _view(_scored(), PINYIN).rate.value == pytest.approx(jiwer.wer(said, heard))


def test_the_text_view_is_the_rate_of_the_run() -> None:
    """The headline and its row in the table of views are one number."""
    accuracy = _scored()
    assert _view(accuracy, VIEWS[1]).rate == accuracy.pooled
    assert accuracy.normaliser == VIEWS[1].title


def test_views_forgive_more_and_more() -> None:
    """From received to numbers no view finds more errors than the one before it."""
    received, text, numbers = (_view(_scored(), view).rate.value or 0.0 for view in VIEWS[:3])
    assert received > text >= numbers > 0.0


def test_the_mean_of_clips_weighs_a_short_clip_like_a_long_one() -> None:
    """One character of two and none of eight: 10 % pooled, 25 % on average."""
    scored = accuracy_of(
        [answered(clip("a", "你好"), "你号"), answered(clip("b", "今天天气真的很好"), "今天天气真的很好")]
    )
    assert scored.pooled.value == pytest.approx(0.1)
    assert scored.pooled.mean == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("一二三", "123"),
        ("一百二十三", "123"),
        ("二零二四年七月二十五日", "2024年7月25日"),
        ("一亿零两千三百", "100002300"),
        ("百分之百", "100%"),
        ("百分百", "100%"),
        ("一二三四五六七八九十", "12345678910"),
        ("下午三点半", "下午3:30"),
        ("一千二百元", "1,200元"),
        ("十二点和十三点", "12点和13点"),
        ("共两千三百", "共2300"),
        ("I have twenty one apples", "I have 21 apples"),
    ],
)
def test_numbers_that_can_be_read_alike_agree(said: str, heard: str) -> None:
    """Whichever side is written in digits, and when both are."""
    assert len({*NUMBERS.sides(said, heard)}) == 1
    assert len({*NUMBERS.sides(heard, said)}) == 1
    assert len({*NUMBERS.sides(heard, heard)}) == 1


@pytest.mark.parametrize(("said", "heard"), [("一二三", "124"), ("百分之五", "50%"), ("三点", "4点")])
def test_other_numbers_stay_other_numbers(said: str, heard: str) -> None:
    """A wrong value is not forgiven."""
    assert len({*NUMBERS.sides(said, heard)}) == 2


def test_a_very_long_number_is_read_all_the_same() -> None:
    """Servers choose what they reply, and Python refuses to make a number of 5000 digits."""
    assert NUMBERS.sides("一", "1" * 5000)[0] == "一"


def test_mixed_counts_a_latin_word_like_a_character() -> None:
    """One word of five is wrong: 20 %, whatever its length."""
    scored = accuracy_of([answered(clip("m", "我用 Python 写码", language="mixed"), "我用typhoon写码")])
    assert _view(scored, MIXED).rate.value == pytest.approx(1 / 5)


def test_where_all_speech_is_english_the_views_pool_it() -> None:
    """There is a number for the run in every view."""
    scored = accuracy_of([answered(clip("e", "hello world", language="en"), "Hello, word")])
    assert [view.rate.value for view in scored.views] == [1.0, 0.5, 0.5, 0.5, 0.5]


def test_a_clip_without_an_answer_has_no_rate_in_any_view() -> None:
    """It is named, and left out, as in the headline."""
    scored = accuracy_of([(clip("dead", "没有"), "2pass", exchange("dead"))])
    assert {view.rate.value for view in scored.views} == {None}


def test_views_have_names_and_fingerprints_of_their_own() -> None:
    """Two views with one fingerprint would be one view."""
    assert len({view.title for view in VIEWS}) == len({fingerprint(view) for view in VIEWS}) == len(VIEWS)
    assert all(re.fullmatch("[0-9a-f]{12}", fingerprint(view)) for view in VIEWS)


def test_another_outcome_is_another_fingerprint() -> None:
    """As when a library reads a character in another way; a new name alone changes nothing."""
    renamed = View("other", 1, PINYIN.steps, PINYIN.reading, PINYIN.unit)
    changed = View(
        "pinyin",
        1,
        (*PINYIN.steps, Step("", lambda text: text.replace("zai4", "zai"))),
        PINYIN.reading,
        PINYIN.unit,
    )
    assert fingerprint(renamed) == fingerprint(PINYIN)
    assert fingerprint(changed) != fingerprint(PINYIN)
