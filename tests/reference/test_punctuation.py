"""Punctuation: a comma at pauses, a mark at the end."""

import pytest

from asrgate.reference.punctuation import punctuate
from asrgate.reference.recogniser import Token


def tokens(text: str, pauses_after: dict[int, int] | None = None) -> list[Token]:
    """Return tokens of 200 ms, with pauses after some of them."""
    at, found = 0, []
    for index, character in enumerate(text):
        found.append(Token(character, at, at + 200))
        at += 200 + (pauses_after or {}).get(index, 0)
    return found


def test_a_pause_becomes_a_comma() -> None:
    """Half a second between two characters, and only that, is a comma."""
    assert punctuate(tokens("你好世界", {1: 600, 2: 300})) == ("", "，", "", "。")


@pytest.mark.parametrize("text", ["你好吗", "这是什么", "现在几点了", "为什么不来", "他是谁"])
def test_questions_end_in_a_question_mark(text: str) -> None:
    """Question particles and words."""
    assert punctuate(tokens(text))[-1] == "？"


@pytest.mark.parametrize("text", ["你好", "没什么", "什么都有"])
def test_statements_end_in_a_full_stop(text: str) -> None:
    """Everything else."""
    assert punctuate(tokens(text))[-1] == "。"


def test_a_cut_sentence_ends_in_a_comma() -> None:
    """Where a segment was cut the sentence goes on."""
    assert punctuate(tokens("你好"), complete=False) == ("", "，")


def test_nothing_needs_no_mark() -> None:
    """No tokens, no marks: a text never is a lone full stop."""
    assert punctuate([]) == ()
