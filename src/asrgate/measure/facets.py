"""Rates of parts of the clips: those that carry a tag, those of a length, those of a speaker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from asrgate.audio.clips import Clip
from asrgate.measure.interval import Interval, interval95
from asrgate.measure.scores import ClipScore, Rate, alike, pooled

Dimension = Literal["tag", "length", "speaker"]

_LENGTHS_S = (3, 6, 15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The rate of the clips of one mode that are alike in one respect.

    `name` is a tag, a length in seconds such as `3-6 s`, or a speaker. Where some of the clips are counted in
    characters, those in words are not in the rate.
    """

    dimension: Dimension
    name: str
    mode: str
    rate: Rate


def facets_of(scores: Sequence[tuple[Clip, ClipScore]]) -> tuple[Facet, ...]:
    """Return the rates of the parts in every mode; of clips in which somebody speaks."""
    members: dict[tuple[str, Dimension, str], list[ClipScore]] = {}
    for clip, score in scores:
        if score.language == "none":
            continue
        for dimension, name in _parts_of(clip):
            members.setdefault((score.mode, dimension, name), []).append(score)
    return tuple(
        Facet(dimension=dimension, name=name, mode=mode, rate=pooled(alike(within)))
        for (mode, dimension, name), within in members.items()
    )


def speaker_interval(scores: Sequence[tuple[Clip, ClipScore]]) -> Interval:
    """Return the 95 % interval of the pooled rate, resampled by speaker.

    What is hard with a speaker is hard in each clip of that speaker: an interval by clip is then too narrow.
    """
    errors: dict[str, int] = {}
    units: dict[str, int] = {}
    for clip, score in scores:
        if score.cer is not None and clip.speaker:
            errors[clip.speaker] = errors.get(clip.speaker, 0) + score.errors
            units[clip.speaker] = units.get(clip.speaker, 0) + score.units
    interval = interval95(list(errors.values()), list(units.values()))
    return Interval(interval.bounds, interval.reason and interval.reason.replace("clips", "speakers"))


def _parts_of(clip: Clip) -> Iterable[tuple[Dimension, str]]:
    yield from (("tag", tag) for tag in dict.fromkeys(clip.tags))
    yield "length", _length_of(clip.duration_ms)
    if clip.speaker:
        yield "speaker", clip.speaker


def _length_of(duration_ms: int) -> str:
    low_s = 0
    for high_s in _LENGTHS_S:
        if duration_ms < high_s * 1000:
            return f"{low_s}-{high_s} s"
        low_s = high_s
    return f"≥ {low_s} s"
