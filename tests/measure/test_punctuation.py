"""Whether marks stand where those of the reference do."""

from collections import Counter
from dataclasses import replace

import pytest

from asrgate.audio.clips import Clip
from asrgate.measure.accuracy import accuracy_of
from asrgate.measure.punctuation import PunctuationScore, compared
from asrgate.wire.exchange import Exchange
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


@pytest.mark.parametrize(
    ("reference", "hypothesis"),
    [
        ("产量增长了百分之三十五，成本下降了。", "产量增长了35%，成本下降了。"),
        ("这台电脑是四千九百九十九元，贵吗？", "这台电脑是¥4999，贵吗？"),
        ("六点半，出发！", "6:30，出发！"),
    ],
)
def test_a_written_number_ends_where_the_spoken_one_does(reference: str, hypothesis: str) -> None:
    """The mark behind it is in its place, and the signs within it are no marks."""
    expected, found, right = compared(reference, hypothesis)
    assert (found, right) == (expected, expected)


def total_of(*sessions: tuple[Clip, str, Exchange]) -> PunctuationScore:
    """The score of all marks in the only mode of these sessions."""
    (total,) = (score for score in accuracy_of(sessions).punctuation if score.mark == "all")
    return total


def marked(id_: str, punctuated: str) -> Clip:
    """A clip whose text has no marks, and of which it is known how it is punctuated."""
    return replace(clip(id_, "".join(filter(str.isalnum, punctuated))), punctuated=punctuated)


@pytest.mark.parametrize(
    ("heard", "f1"),
    [
        (SAID, 1.0),
        ("今天天气很好，我们去公园吧。你去吗", 0.8),
        ("今天天气很好。我们去公园吧？你去吗，", 0.0),
        ("今天天气很好我们去公园吧你去吗", 0.0),
    ],
    ids=["all right", "one is missing", "all are others", "none"],
)
def test_f1_is_that_of_the_marks(heard: str, f1: float) -> None:
    """Against the punctuation of the clip; precision 1 and recall 2/3 of three marks are an F1 of 0.8."""
    total = total_of(answered(marked("c", SAID), heard))
    assert total.f1 == pytest.approx(f1)
    assert (total.expected, total.clips, total.reason) == (3, 1, None)


def test_a_text_that_has_marks_itself_is_a_reference() -> None:
    """As in a data set whose transcripts are punctuated."""
    assert total_of(answered(clip("c", SAID), SAID)).f1 == 1.0


def test_f1_pools_the_clips_of_a_mode_and_has_an_interval() -> None:
    """Ten clips, of which half lack their only mark: 2 * 5 / (10 + 5), with an interval by clip around it."""
    heard = ("你去吗？", "你去吗") * 5
    sessions = [answered(marked(f"c{number}", "你去吗？"), text) for number, text in enumerate(heard)]
    total = total_of(*sessions)
    assert total.f1 == pytest.approx(2 / 3)
    assert total.ci95 is not None
    assert 0 < total.ci95[0] < 2 / 3 < total.ci95[1] < 1
    assert total_of(*sessions[:4]).ci95 is None


def test_without_punctuated_references_there_is_no_f1() -> None:
    """Whoever writes 。 after a reference that has none is not wrong; the reason is told."""
    total = total_of(answered(clip("c", "今天天气很好"), "今天天气很好。"))
    assert (total.f1, total.ci95, total.clips) == (None, None, 0)
    assert total.reason == "the manifest says of none of these clips how it is punctuated"


def test_a_reference_without_marks_is_one() -> None:
    """Where neither side has a mark there is no F1; a mark that should not be there counts."""
    bare = replace(clip("c", "你好"), punctuated="你好")
    nothing = total_of(answered(bare, "你好"))
    assert (nothing.f1, nothing.reason) == (None, "no mark was expected, and none was found")
    assert total_of(answered(bare, "你好！")).f1 == 0.0


def test_each_mode_has_its_own_score() -> None:
    """A mode that does not punctuate has an F1 of 0 beside one that does."""
    spoken = marked("c", SAID)
    scores = accuracy_of(
        [answered(spoken, SAID), answered(spoken, "今天天气很好", mode="online")]
    ).punctuation
    assert {score.mode: score.f1 for score in scores if score.mark == "all"} == {"2pass": 1.0, "online": 0.0}
