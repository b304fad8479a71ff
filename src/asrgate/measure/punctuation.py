"""Punctuation: whether the marks of a text stand where those of its reference do."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import jiwer

from asrgate.measure.scores import ClipScore

_MARKS = {",": "comma", "、": "comma", "。": "stop", ".": "stop", "?": "question", "!": "exclamation"}
"""What a mark is after NFKC, which makes ， ？ and ！ ASCII. 、 and ， separate alike: engines mix them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PunctuationScore:
    """The marks of one mode against those of the references that have any.

    `mark` is `comma`, `stop`, `question`, `exclamation` or `all`; `expected` stand in the references, `found`
    in the texts, `right` behind the same character in both. `f1` is the harmonic mean of precision and
    recall, 0 to 1, None where there is neither.
    """

    mode: str
    mark: str
    expected: int
    found: int
    right: int
    clips: int
    f1: float | None


def punctuation_of(scores: Sequence[ClipScore]) -> tuple[PunctuationScore, ...]:
    """Return the scores of every mode and mark; none where no reference has punctuation."""
    found = []
    for mode in dict.fromkeys(score.mode for score in scores):
        within = [s for s in scores if s.mode == mode and s.cer is not None and _marked(s.reference)[1]]
        if within:
            found += _in_mode(mode, within)
    return tuple(found)


def _in_mode(mode: str, scores: Sequence[ClipScore]) -> list[PunctuationScore]:
    expected, found, right = Counter[str](), Counter[str](), Counter[str]()
    for score in scores:
        said, there, agreed = compared(score.reference, score.hypothesis)
        expected += said
        found += there
        right += agreed
    kinds = [kind for kind in dict.fromkeys(_MARKS.values()) if expected[kind] or found[kind]]
    rows = [(kind, expected[kind], found[kind], right[kind]) for kind in kinds]
    rows.append(("all", expected.total(), found.total(), right.total()))
    return [
        PunctuationScore(
            mode=mode,
            mark=kind,
            expected=e,
            found=f,
            right=r,
            clips=len(scores),
            f1=2 * r / (e + f) if e + f else None,
        )
        for kind, e, f, r in rows
    ]


def compared(reference: str, hypothesis: str) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Count the marks of the reference, those of the hypothesis, and those that stand in the same place.

    A place is behind a character: marks behind characters that the alignment puts beside one another are in
    the same place, also where one was heard for the other.
    """
    (said, expected), (heard, found) = _marked(reference), _marked(hypothesis)
    right: Counter[str] = Counter()
    for chunk in jiwer.process_characters(said, heard).alignments[0]:
        if chunk.type in ("equal", "substitute"):
            for behind in range(chunk.ref_end_idx - chunk.ref_start_idx):
                mark = expected.get(chunk.ref_start_idx + behind)
                if mark is not None and found.get(chunk.hyp_start_idx + behind) == mark:
                    right[mark] += 1
    return Counter(expected.values()), Counter(found.values()), right


def _marked(text: str) -> tuple[str, dict[int, str]]:
    """The letters and digits of a text in a row, and the kind of the mark behind some of them, by place."""
    letters = ""
    marks: dict[int, str] = {}
    wide = unicodedata.normalize("NFKC", text)
    for place, character in enumerate(wide):
        if character.isalnum():
            letters += character.lower()[0]
        elif character in _MARKS and letters and not wide[place + 1 : place + 2].isdigit():
            marks.setdefault(len(letters) - 1, _MARKS[character])
    return letters, marks
