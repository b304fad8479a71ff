"""Tokens: what one word stamp stands for (docs/protocol.md section 4.8)."""

import re
import unicodedata

_CJK = r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TAG = re.compile(r"<\|[^|<>]*\|>")
_ONE = re.compile(rf"[{_CJK}\d]")
_IN_WORDS = frozenset("&'’-")
"""Marks that may stand within a word of the recogniser's vocabulary."""

_PUNCTUATION = frozenset('，。？、！；：,?!;:…“”‘’"「」『』（）()《》〈〉·')
"""Marks that never have a stamp. Other symbols (. % ¥ / ~ °) have one on some servers, none on others."""


_ASCII_SIGNS = frozenset('!:;()"')
"""Marks in ASCII that upstream's count takes for tokens, unlike `,` and `?`."""


def tokens(text: str) -> list[str]:
    """The tokens of `text` that every server counts, in lower case."""
    found: list[str] = []
    before = ""
    for character in _TAG.sub(" ", text.casefold()):
        kind = _kind(character, before)
        if kind == "word" and before == "word":
            found[-1] += character
        elif kind in ("one", "word"):
            found.append(character)
        before = kind
    return found


def token_counts(text: str) -> tuple[int, int]:
    """The smallest and the largest number of stamps that `text` may have.

    A token is one Chinese character, one digit, or one run of other characters without a space; punctuation
    has none. The numbers differ where servers count differently: signs as in 50% or 8:35, which upstream
    counts and others do not, and Latin words that only a punctuation mark keeps apart.
    """
    sure = unsure = 0
    before = ""
    for character in _TAG.sub(" ", text):
        kind = _kind(character, before)
        if kind == "one":
            sure += 1
        elif kind == "symbol" or (kind == "word" and before == "glue") or character in _ASCII_SIGNS:
            unsure += 1
        elif kind == "word" and before != "word":
            sure += 1
        before = kind
    return sure, sure + unsure


def _kind(character: str, before: str) -> str:
    """What a character is to the count; `before` is the kind of the one before it."""
    if character.isspace():
        return "space"
    if _ONE.fullmatch(character):
        return "one"
    if character in _IN_WORDS and (before == "word" or character not in _PUNCTUATION):
        return "word"
    if character in _PUNCTUATION:
        return "glue" if before in ("word", "glue") else "punctuation"
    return "symbol" if unicodedata.category(character)[0] in "PS" else "word"
