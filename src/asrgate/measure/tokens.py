"""Tokens: what one word stamp stands for (docs/protocol.md section 4.8)."""

import re
import unicodedata

_CJK = r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TAG = re.compile(r"<\|[^|<>]*\|>")
_TOKEN = re.compile(rf"[{_CJK}]|\d|[^\s\d{_CJK}]")
_IN_WORDS = frozenset("&'’-")
"""Marks that may stand within a word of the recogniser's vocabulary."""
_PUNCTUATION = frozenset('，。？、！；：,?!;:…“”‘’"「」『』（）()《》〈〉·')
"""Marks that never have a stamp. All other symbols (. % ¥ / ~ °) have one on some servers and none on others."""


def token_counts(text: str) -> tuple[int, int]:
    """The smallest and the largest number of stamps that `text` may have.

    A token is one Chinese character, one digit, or one run of other characters without a space; punctuation has
    none. The two numbers differ when the text has symbols that servers count differently, for example 50%.
    """
    words = symbols = 0
    in_word = False
    position = 0
    seen = _TAG.sub(" ", text)
    for match in _TOKEN.finditer(seen):
        character = match.group()
        continues = in_word and match.start() == position
        position = match.end()
        if character in _PUNCTUATION and not (character in _IN_WORDS and continues):
            in_word = False
        elif character.isdigit() or re.match(rf"[{_CJK}]", character):
            words += 1
            in_word = False
        elif character in _IN_WORDS or unicodedata.category(character)[0] not in "PS":
            words += not continues
            in_word = True
        else:
            symbols += 1
            in_word = False
    return words, words + symbols
