"""Terms within texts: how often one was said or written, and what sounds like one."""

import re
from collections.abc import Sequence

from asrgate.measure.normalisation import TEXT
from asrgate.measure.views import NUMBERS


def counts_of(terms: Sequence[str], said: str, heard: str) -> list[tuple[int, int]]:
    """Return how often each term stands in what was said, and how often in what was heard.

    Case, punctuation and spaces aside. Numbers are read as they were said, so that 3号楼 is 三号楼. A term in
    Latin letters is a word of its own: `art` does not stand in `party`.
    """
    spoken, written = NUMBERS.sides(said, heard)
    return [(len(pattern.findall(spoken)), len(pattern.findall(written))) for pattern in map(_pattern, terms)]


def sounds_within(term: str, text: str) -> bool:
    """Whether the text holds the syllables of a Chinese term in a row, whatever their tones.

    In speech whose words are others, they are what a recogniser may take for the term.
    """
    wanted, spoken = _syllables(term), _syllables(text)
    starts = range(len(spoken) - len(wanted) + 1)
    return bool(wanted) and any(spoken[start : start + len(wanted)] == wanted for start in starts)


def _pattern(term: str) -> re.Pattern[str]:
    characters = TEXT(term).replace(" ", "")
    if not characters:
        return re.compile(r"(?!)")
    before = r"(?<![a-z0-9])" if characters[0].isascii() else ""
    after = r"(?![a-z0-9])" if characters[-1].isascii() else ""
    return re.compile(before + r"\s*".join(map(re.escape, characters)) + after)


def _syllables(text: str) -> list[str]:
    # Imported here: its tables take time to load, which every command would wait for.
    from pypinyin import lazy_pinyin

    return lazy_pinyin(TEXT(text))
