"""Mistakes that an error rate hides."""

import pytest

from asrgate.measure.accuracy import accuracy_of
from asrgate.measure.traits import repeats
from report.sample import answered, clip

SPOKEN = "今天天气很好"


def test_lost_edges_are_named() -> None:
    """A character lost in the middle is no lost edge, nor is one that was heard as another."""
    heard = {
        "first": "天天气很好",
        "last": "今天天气很",
        "middle": "今天气很好",
        "other": "金天天气很号",
        "all": "",
    }
    (traits,) = accuracy_of([answered(clip(name, SPOKEN), text) for name, text in heard.items()]).traits
    assert traits.first_lost == ("first", "all")
    assert traits.last_lost == ("last", "all")
    assert traits.answered == 5


def test_text_where_nobody_speaks_is_counted_by_mode() -> None:
    """Silence that gave nothing is one of those that were sent."""
    quiet = clip("silence", "", language="none")
    hum = clip("hum", "", language="none")
    scored = accuracy_of([answered(quiet, ""), answered(hum, "嗯嗯"), answered(hum, "", mode="online")])
    main, online = scored.traits
    assert (main.non_speech, main.invented, main.invented_characters) == (2, ("hum",), 2)
    assert (online.non_speech, online.invented) == (1, ())


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        (SPOKEN, "今天天气今天天气很好", True),
        (SPOKEN, "今天，今天天气很好。", True),
        (SPOKEN, SPOKEN, False),
        ("谢谢谢谢", "谢谢谢谢。", False),
        ("一二一二三", "12123", False),
        ("请稍等", "请稍等等", False),
    ],
)
def test_repeated_text_is_what_was_not_said_twice(said: str, heard: str, expected: bool) -> None:
    """A single character twice may be a word; what was said twice is right."""
    assert repeats(said, heard) is expected
