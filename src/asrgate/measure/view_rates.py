"""The same sessions under several views, side by side (`measure.views`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from asrgate.audio.clips import Clip
from asrgate.measure.error_rate import nearest, unit_of
from asrgate.measure.normalisation import View
from asrgate.measure.scores import ClipScore, Rate, by_language, pooled
from asrgate.measure.views import VIEWS, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRate:
    """What the sessions come to in one view.

    `name` is its name and version, `fingerprint` tells when another release of a library changed its outcome,
    `steps` are what is done to both sides. `rate` is of the clips that stand for the run (`Accuracy.pooled`),
    `slices` by mode and language; in `mixed` Chinese characters and Latin words are counted, in `pinyin`
    syllables and Latin words.
    """

    name: str
    fingerprint: str
    steps: tuple[str, ...]
    rate: Rate
    slices: dict[str, Rate]


def view_rates(
    scores: Sequence[tuple[Clip, ClipScore]], stands_for_all: Callable[[ClipScore], bool]
) -> tuple[ViewRate, ...]:
    """Return the rates in every view, the strictest first; `stands_for_all` says which clips are pooled."""
    return tuple(_in(view, scores, stands_for_all) for view in VIEWS)


def _in(
    view: View, scores: Sequence[tuple[Clip, ClipScore]], stands_for_all: Callable[[ClipScore], bool]
) -> ViewRate:
    seen = [_rescored(score, clip, view) for clip, score in scores if score.language != "none"]
    return ViewRate(
        name=view.title,
        fingerprint=fingerprint(view),
        steps=view.step_names,
        rate=pooled(score for score in seen if stands_for_all(score)),
        slices=by_language(seen),
    )


def _rescored(score: ClipScore, clip: Clip, view: View) -> ClipScore:
    if score.cer is None:
        return score
    unit = unit_of(clip.language, view)
    said, counted = nearest((clip.text, *clip.written), score.hypothesis, unit, view)
    return replace(
        score,
        reference=said,
        cer=counted.rate,
        substitutions=counted.substitutions,
        deletions=counted.deletions,
        insertions=counted.insertions,
        units=counted.units,
        edits=(),
    )
