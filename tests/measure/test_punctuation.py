"""Whether marks stand where those of the reference do."""

from collections import Counter

import pytest

from asrgate.measure.accuracy import accuracy_of
from asrgate.measure.punctuation import compared
from report.sample import answered, clip

SAID = "今天天气很好，我们去公园吧。你去吗？"


@pytest.mark.parametrize(
    ("heard", "found", "right"),
    [
        (SAID, 3, 3),
        ("今天天气很好,我们去公园吧。你去吗?", 3, 3),
        ("今天天气很好我们去公园吧。你去吗。", 2, 1),
        ("今天，天气很好。我们去公园吧。你去吗？", 4, 2),
        ("今天田气很号，我们去公园八。你去吗？", 3, 3),
        ("", 0, 0),
    ],
)
def test_marks_count_behind_the_same_character(heard: str, found: int, right: int) -> None:
    """Width makes no difference, nor a character that was heard wrong; another mark or place does."""
    said, there, agreed = compared(SAID, heard)
    assert (said.total(), there.total(), agreed.total()) == (3, found, right)


def test_a_decimal_point_is_no_mark() -> None:
    """Nor is the comma between thousands."""
    assert compared("3.14和1,200。", "3.14和1,200。")[0] == Counter({"stop": 1})


def test_the_f1_of_a_mode_pools_its_clips() -> None:
    """Precision 1 and recall 2/3 of three marks are an F1 of 0.8."""
    scored = accuracy_of([answered(clip("c", SAID), "今天天气很好，我们去公园吧。你去吗")])
    total = next(score for score in scored.punctuation if score.mark == "all")
    assert (total.expected, total.found, total.right) == (3, 2, 2)
    assert total.f1 == pytest.approx(0.8)


def test_references_without_marks_say_nothing() -> None:
    """Whoever writes 。 after a reference that has none is not wrong."""
    assert accuracy_of([answered(clip("c", "今天天气很好"), "今天天气很好。")]).punctuation == ()
