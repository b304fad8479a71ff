"""What the modes of a deployment cost each other: the same clips in two of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from asrgate.measure.scores import BY_CHARACTER, ClipScore


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeCost:
    """How much higher the error rate of `mode` is than that of `against`, on the clips that both answered.

    `difference` is negative where it is lower; `ci90` is its two-sided 90 % interval by paired bootstrap over
    clips, None for fewer than two. Only clips that are counted in characters.
    """

    mode: str
    against: str
    difference: float
    ci90: tuple[float, float] | None
    clips: int


def mode_costs(scores: Sequence[ClipScore]) -> tuple[ModeCost, ...]:
    """Return the costs of the modes among each other, and of each condition against its mode."""
    return tuple(_costs(scores))


def _costs(scores: Sequence[ClipScore]) -> Iterator[ModeCost]:
    # Imported here: it takes most of a second, which every command would wait for.
    from asrgate.measure.difference import Counts, rate_difference

    by_mode: dict[str, dict[str, ClipScore]] = {}
    for score in scores:
        if score.cer is not None and score.language in BY_CHARACTER:
            by_mode.setdefault(score.mode, {})[score.id] = score
    for against, mode in combinations(by_mode, 2):
        if not _of_one_kind(against, mode):
            continue
        base, other = by_mode[against], by_mode[mode]
        clips = [id_ for id_ in base if id_ in other]
        if not clips:
            continue
        before = [Counts(base[id_].errors, base[id_].units) for id_ in clips]
        after = [Counts(other[id_].errors, other[id_].units) for id_ in clips]
        found = rate_difference(before, after) if len(clips) > 1 else None
        yield ModeCost(
            mode=mode,
            against=against,
            difference=_pooled([other[id_] for id_ in clips]) - _pooled([base[id_] for id_ in clips]),
            ci90=(found.low, found.high) if found else None,
            clips=len(clips),
        )


def _of_one_kind(against: str, mode: str) -> bool:
    """Whether both are modes as they are requested, or the second is the first under a condition."""
    plain = not any(sign in against + mode for sign in "@+~")
    return plain or mode.startswith(tuple(against + sign for sign in "@+~"))


def _pooled(clips: Sequence[ClipScore]) -> float:
    return sum(clip.errors for clip in clips) / sum(clip.units for clip in clips)
