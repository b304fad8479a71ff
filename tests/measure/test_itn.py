"""How spoken numbers are written."""

import pytest

from asrgate.measure.accuracy import accuracy_of
from asrgate.measure.itn import outcome_of
from report.sample import answered, clip

PRICE = "这台电脑的价格是四千九百九十九元"
FORMS = ("这台电脑的价格是4999元", "这台电脑的价格是¥4999")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("这台电脑的价格是4999元。", "right"),
        ("这台电脑的价格是¥4999。", "accepted"),
        ("这台电脑的价格是4千999元。", "other form"),
        ("这台电脑的价格是4990元。", "wrong value"),
        ("这台电脑的价格是四千九百九十九元。", "untouched"),
        ("", "wrong value"),
    ],
)
def test_a_number_comes_to_one_of_five(on: str, expected: str) -> None:
    """Punctuation aside; a text that went missing has lost its value."""
    assert outcome_of(PRICE, FORMS, on=on, off=PRICE) == expected


def test_another_word_that_was_misheard_makes_no_difference() -> None:
    """The number is right, whatever the computer became."""
    misheard = "这台电老的价格是四千九百九十九元"
    assert outcome_of(PRICE, FORMS, on="这台电老的价格是4999元", off=misheard) == "right"


@pytest.mark.parametrize("off", ["这台电脑的价格是四千九百九十元", "这台电脑的价格是4999元", ""])
def test_what_was_not_heard_says_nothing_of_writing(off: str) -> None:
    """Another number, one that is written though `itn` is off, or none."""
    assert outcome_of(PRICE, FORMS, on="这台电脑的价格是4999元", off=off) == "not heard"


@pytest.mark.parametrize(
    ("said", "on", "expected"),
    [
        ("他一心一意地学习", "他一心一意地学习。", "right"),
        ("他一心一意地学习", "他1心1意地学习。", "other form"),
        ("万一下雨怎么办", "10001下雨怎么办", "wrong value"),
    ],
)
def test_traps_are_right_when_they_are_left_alone(said: str, on: str, expected: str) -> None:
    """What only looks like a number stays in words."""
    assert outcome_of(said, (said,), on=on, off=said) == expected


def test_categories_and_traps_come_from_the_tags() -> None:
    """The tag behind `itn`; the texts are those of the main mode, as they were received."""
    date = clip("date", "二零二四年七月二十五日", written=("2024年7月25日",), tags=("itn", "date"))
    trap = clip("trap", "他一心一意地学习", written=("他一心一意地学习",), tags=("itn", "idiom", "trap"))
    off = [answered(each, each.text, mode="2pass") for each in (date, trap)]
    on = [
        answered(date, "2024年7月25日。"),
        answered(trap, "他1心1意地学习"),
        answered(date, "错", mode="online"),
    ]
    scored = accuracy_of(on, spoken=off)
    assert [(s.id, s.category, s.trap, s.outcome) for s in scored.itn] == [
        ("date", "date", False, "right"),
        ("trap", "idiom", True, "other form"),
    ]
    assert scored.itn[0].written == "2024年7月25日。"
    assert [(c.name, c.right, c.other_form) for c in scored.itn_categories] == [
        ("date", 1, 0),
        ("idiom", 0, 1),
    ]


def test_sessions_that_gave_no_answer_are_not_scored() -> None:
    """Silence is no way to write a number, nor is it one to hear it."""
    date = clip("date", "二零二四年七月二十五日", written=("2024年7月25日",), tags=("itn", "date"))
    (only,) = accuracy_of([answered(date, "2024年7月25日")], spoken=[answered(date, "")]).itn
    assert only.outcome == "not heard"
    assert accuracy_of([answered(date, "2024年7月25日")]).itn == ()
