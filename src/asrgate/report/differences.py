"""The clips of a run by what there is to see in them."""

from dataclasses import dataclass

from asrgate.measure.accuracy import Accuracy
from asrgate.measure.scores import ClipScore

_WORST_CLIPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """The clips of one mode by what there is to see, worst first."""

    mode: str
    worst: tuple[ClipScore, ...]
    more: tuple[ClipScore, ...]
    exact: int
    unscored: tuple[ClipScore, ...]
    non_speech: tuple[ClipScore, ...]


def differences_of(accuracy: Accuracy) -> list[Differences]:
    """Return the clips of every mode, those of the main mode first."""
    others = {clip.mode for clip in accuracy.clips} - {accuracy.mode}
    return [_differences_in(mode, accuracy) for mode in (accuracy.mode, *sorted(others))]


def _differences_in(mode: str, accuracy: Accuracy) -> Differences:
    clips = [clip for clip in accuracy.clips if clip.mode == mode]
    wrong = sorted((c for c in clips if c.cer), key=lambda c: (-(c.cer or 0.0), c.id))
    return Differences(
        mode=mode,
        worst=tuple(wrong[:_WORST_CLIPS]),
        more=tuple(wrong[_WORST_CLIPS:]),
        exact=sum(clip.cer == 0 for clip in clips),
        unscored=tuple(c for c in clips if c.cer is None and c.language != "none"),
        non_speech=tuple(c for c in clips if c.language == "none" and c.insertions),
    )
