"""How many stamps a text may have."""

import pytest

from asrgate.measure.tokens import token_counts, tokens


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", (0, 0)),
        ("。", (0, 0)),
        ("阿里巴巴你，好。", (6, 6)),
        ("，四五六七八，九。", (6, 6)),
        ("123", (3, 3)),
        ("2024年7月25日", (10, 10)),
        ("看 aslow 的 night", (4, 4)),
        ("it's ok", (2, 2)),
        ("B2B", (3, 3)),
        ("<|zh|><|NEUTRAL|><|Speech|> 阿里巴巴你好。", (6, 6)),
    ],
)
def test_characters_digits_and_words_are_tokens(text: str, counts: tuple[int, int]) -> None:
    """Punctuation and the marks of a model are none."""
    assert token_counts(text) == counts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("50%", (2, 3)),
        ("3.14", (3, 4)),
        ("3:30p.m.", (5, 8)),
        ("8:35分", (4, 5)),
        ("hello，world", (1, 2)),
    ],
)
def test_what_servers_count_differently_is_a_range(text: str, counts: tuple[int, int]) -> None:
    """A symbol may be a token; words that a comma keeps apart may be one."""
    assert token_counts(text) == counts


def test_tokens_are_what_every_server_counts() -> None:
    """Symbols are left out, words are in lower case."""
    assert tokens("你好，World！涨了50%") == ["你", "好", "world", "涨", "了", "5", "0"]
