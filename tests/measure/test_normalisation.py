"""The view of texts in accuracy."""

import pytest

from asrgate.measure.normalisation import TEXT


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("你好，世界。", "你好世界"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("<|zh|><|NEUTRAL|><|Speech|>今天", "今天"),
        ("我用 Python 写 code", "我用python写code"),
        ("Hello,  World!", "hello world"),
        ("Don't stop", "don't stop"),
        ("state-of-the-art", "state of the art"),
        ("3.14", "3.14"),
        ("1,000", "1000"),
        ("12:30", "1230"),
        ("50％", "50%"),
        ("。", ""),
        ("", ""),
    ],
)
def test_a_text_has_one_view(text: str, seen: str) -> None:
    """Width, marks, punctuation, case and spaces beside Chinese characters make no difference."""
    assert TEXT(text) == seen


def test_the_view_of_a_view_is_itself() -> None:
    """A second pass changes nothing."""
    text = "<|en|>It's 3.14，对吗？ 我 说 OK！"
    assert TEXT(TEXT(text)) == TEXT(text)


def test_numbers_stay_as_they_are_written() -> None:
    """Digits and number words are different texts: the accepted forms of a clip bring them together."""
    assert TEXT("一二三") != TEXT("123")


def test_the_view_says_what_it_does() -> None:
    """A report can list the name, the version and the steps."""
    assert TEXT.title == "text/1"
    assert len(TEXT.steps) == len({step.name for step in TEXT.steps}) == 5
