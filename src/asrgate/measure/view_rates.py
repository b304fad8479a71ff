"""The same sessions under several views, side by side (`measure.views`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from asrgate.audio.clips import Clip
from asrgate.measure.error_rate import nearest, unit_of
from asrgate.measure.normalisation import View
from asrgate.measure.scores import ClipScore, Rate, alike, by_language, pooled
from asrgate.measure.views import VIEWS, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRate:
    """What the sessions come to in one view.

    `name` is its name and version, `fingerprint` tells when another release of a library changed its outcome,
    `steps` are what is done to both sides. `rate` is of the clips that stand for the run: those of
    `Accuracy.pooled`, or all where only English is spoken. `slices` are by mode and language. In `mixed`
    Chinese characters and Latin words are counted, in `pinyin` syllables and Latin words.
    """

    name: str
    fingerprint: str
    steps: tuple[str, ...]
    rate: Rate
    slices: dict[str, Rate]


def view_rates(scores: Sequence[tuple[Clip, ClipScore]], main_mode: str) -> tuple[ViewRate, ...]:
    """Return the rates in every view, the strictest first; `rate` is of the main mode."""
    return tuple(_in(view, scores, main_mode) for view in VIEWS)


def _in(view: View, scores: Sequence[tuple[Clip, ClipScore]], main_mode: str) -> ViewRate:
    seen = [_rescored(score, clip, view) for clip, score in scores if score.language != "none"]
    return ViewRate(
        name=view.title,
        fingerprint=fingerprint(view),
        steps=view.step_names,
        rate=pooled(alike([score for score in seen if score.mode == main_mode])),
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
