"""How far a pooled rate can be trusted: its bootstrap interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST_CLIPS = 5
_RESAMPLES = 4000
_SEED = 20240725


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval, or None and the reason why there is none."""

    bounds: tuple[float, float] | None
    reason: str | None = None


def interval95(errors: Sequence[float], units: Sequence[float]) -> Interval:
    """Return the 95 % percentile bootstrap interval of `sum(errors) / sum(units)`, resampled by clip.

    Clips, not characters, are drawn: the errors of one clip belong together (Bisani and Ney, ICASSP 2004).
    The seed is fixed, so that the same clips give the same interval.
    """
    clips = len(units)
    if clips < FEWEST_CLIPS:
        return Interval(None, f"an interval needs at least {FEWEST_CLIPS} clips, there are {clips}")
    if not any(errors):
        return Interval(None, f"no error in {sum(units)} units: there is nothing to resample")
    drawn = np.random.default_rng(_SEED).integers(clips, size=(_RESAMPLES, clips))
    rates = np.asarray(errors)[drawn].sum(axis=1) / np.asarray(units)[drawn].sum(axis=1)
    low, high = np.percentile(rates, [2.5, 97.5])
    return Interval((float(low), float(high)))
