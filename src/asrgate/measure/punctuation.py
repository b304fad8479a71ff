"""Punctuation: whether the marks of a text stand where those of its reference do."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jiwer

from asrgate.audio.clips import Clip
from asrgate.measure.interval import interval95
from asrgate.measure.scores import ClipScore
from asrgate.measure.verbalise import has_digits, read_aloud

_MARKS = {",": "comma", "、": "comma", "。": "stop", ".": "stop", "?": "question", "!": "exclamation"}
"""What a mark is after NFKC, which makes ， ？ and ！ ASCII. 、 and ， separate alike: engines mix them."""


_UNKNOWN = "the manifest says of none of these clips how it is punctuated"

_Marks = tuple[Counter[str], Counter[str], Counter[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PunctuationScore:
    """The marks of one mode against those of the clips of which it is known how they are punctuated.

    `mark` is `comma`, `stop`, `question`, `exclamation` or `all`; `expected` stand in the references, `found`
    in the texts, `right` behind the same character in both. `f1` is the harmonic mean of precision and
    recall, 0 to 1, with its 95 % bootstrap interval by clip over those that have such a mark; None for the
    `reason` beside it. `clips` were scored.
    """

    mode: str
    mark: str
    expected: int
    found: int
    right: int
    clips: int
    f1: float | None
    ci95: tuple[float, float] | None = None
    reason: str | None = None


def punctuation_of(scored: Sequence[tuple[Clip, ClipScore]]) -> tuple[PunctuationScore, ...]:
    """Return the scores of every mode and mark; of a mode without a reference `all` alone, without F1."""
    rows: list[PunctuationScore] = []
    for mode in dict.fromkeys(score.mode for _, score in scored):
        answered = [(clip, score) for clip, score in scored if score.mode == mode and score.cer is not None]
        marks = [
            compared(reference, score.hypothesis)
            for clip, score in answered
            if (reference := _reference_of(clip)) is not None
        ]
        rows += _in_mode(mode, marks)
    return tuple(rows)


def _reference_of(clip: Clip) -> str | None:
    """The punctuated text of a clip: a text that has marks itself will do. None when there is none."""
    if clip.punctuated:
        return clip.punctuated
    return clip.text if _marked(clip.text)[1] else None


def _in_mode(mode: str, clips: Sequence[_Marks]) -> Iterator[PunctuationScore]:
    kinds = [
        kind
        for kind in dict.fromkeys(_MARKS.values())
        if any(expected[kind] or found[kind] for expected, found, _ in clips)
    ]
    for kind in kinds:
        yield _score(mode, kind, [tuple(counts[kind] for counts in marks) for marks in clips])
    yield _score(mode, "all", [tuple(counts.total() for counts in marks) for marks in clips])


def _score(mode: str, mark: str, counts: Sequence[tuple[int, ...]]) -> PunctuationScore:
    """`counts` are how many marks of a clip were expected, found and right."""
    concerned = [clip for clip in counts if clip[0] or clip[1]]
    expected, found, right = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
    # F1 is a ratio of sums over the clips, so that it is resampled as an error rate is.
    interval = interval95([2 * r for _, _, r in concerned], [e + f for e, f, _ in concerned])
    nothing = "no mark was expected, and none was found" if counts else _UNKNOWN
    return PunctuationScore(
        mode=mode,
        mark=mark,
        expected=expected,
        found=found,
        right=right,
        clips=len(counts),
        f1=2 * right / (expected + found) if concerned else None,
        ci95=interval.bounds,
        reason=None if concerned else nothing,
    )


def compared(reference: str, hypothesis: str) -> _Marks:
    """Count the marks of the reference, those of the hypothesis, and those that stand in the same place.

    A place is behind a character: marks behind characters that the alignment puts beside one another are in
    the same place, also where one was heard for the other. Numbers are read aloud before, so that 35% ends
    where 百分之三十五 does.
    """
    aloud = hypothesis if has_digits(reference) else read_aloud(hypothesis, reference)
    (said, expected), (heard, found) = _marked(reference), _marked(aloud)
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
