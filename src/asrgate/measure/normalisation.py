"""The view under which two texts are compared: named, versioned, and made of steps that a report can list.

What was said and what was heard are kept as they came; only their views are compared.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Literal

Unit = Literal["character", "word"]
"""What is counted: characters for Chinese and mixed speech (CER), words for English (WER)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change to a text, and the words by which a report names it."""

    name: str
    apply: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A change to a text that looks at the one it is compared with, and the words by which it is named."""

    name: str
    apply: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class View:
    """A normalisation. Name and version fix the outcome for ever: a change of a step is a new version.

    `reading` comes before the steps. `unit` is what is counted in this view in every language, None when
    the language decides.
    """

    name: str
    version: int
    steps: tuple[Step, ...]
    reading: Reading | None = None
    unit: Unit | None = None

    @property
    def title(self) -> str:
        """Name and version, for example `text/1`."""
        return f"{self.name}/{self.version}"

    @property
    def step_names(self) -> tuple[str, ...]:
        """What is done to both sides, in order."""
        first = (self.reading.name,) if self.reading is not None else ()
        return (*first, *(step.name for step in self.steps))

    def __call__(self, text: str) -> str:
        """Return the view of `text` when it stands alone."""
        return reduce(lambda seen, step: step.apply(seen), self.steps, text)

    def sides(self, reference: str, hypothesis: str) -> tuple[str, str]:
        """Return the views of two texts that are to be compared."""
        if self.reading is None:
            return self(reference), self(hypothesis)
        read = self.reading.apply
        return self(read(reference, hypothesis)), self(read(hypothesis, reference))


_TAG = re.compile(r"<\|[^|<>]*\|>")
_CJK = r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_BESIDE_CJK = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")
_SPOKEN_SYMBOLS = frozenset("%‰°$¥€£+=")
"""Symbols that stand for a spoken word in a written form, as in 50% or $20: text, not punctuation."""


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _without_tags(text: str) -> str:
    return _TAG.sub("", text)


def _without_punctuation(text: str) -> str:
    kept = []
    for place, character in enumerate(text):
        if character in _SPOKEN_SYMBOLS or unicodedata.category(character)[0] not in "PSC":
            kept.append(character)
            continue
        around = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
        if (character == "." and all(map(str.isdigit, around))) or (
            character in "'’" and all(map(str.isalpha, around))
        ):
            kept.append("." if character == "." else "'")
        elif not all(map(str.isdigit, around)):
            kept.append(" ")
    return "".join(kept)


def _spaced(text: str) -> str:
    return " ".join(_SPACE_BESIDE_CJK.sub("", text).split())


TEXT = View(
    "text",
    1,
    (
        Step("Unicode NFKC", _compatible),
        Step("marks such as <|zh|> removed", _without_tags),
        Step(
            "punctuation removed, except decimal points, apostrophes within words, and % ° $ ¥",
            _without_punctuation,
        ),
        Step("letters to lower case", str.casefold),
        Step("spaces next to Chinese characters removed, others single", _spaced),
    ),
)
"""The view of accuracy. Numbers stay as they are written: see `error_rate.nearest` for 一二三 and 123."""
