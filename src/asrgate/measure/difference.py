"""How much two measurements of the same clips differ, and how sure that is.

Both sides were given the same clips, so that clips are compared with themselves: what is hard in one stays
hard in the other and drops out. A positive difference is a change for the worse.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import bootstrap, fisher_exact, wilcoxon

RESAMPLES = 9999
_SEED = 20240725

CONFIDENCE = 0.90
"""Of the two-sided interval; each of its ends is a one-sided bound at 95 %."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """New less base: the estimate, its two-sided 90 % interval, and the one-sided p of "there is no rise".

    `n` is how many pairs it rests on.
    """

    estimate: float
    low: float
    high: float
    p: float
    n: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Errors of one clip and the units in which they were counted, summed over its repeats."""

    errors: int
    units: int


def rate_difference(base: Sequence[Counts], new: Sequence[Counts]) -> Difference:
    """The difference of two pooled error rates, by a paired bootstrap over clips.

    Clips are drawn, each with both its results (Bisani and Ney, ICASSP 2004). The seed is fixed, so that the
    same runs give the same answer.

    Raises:
        ValueError: the sides are not pairs, there are fewer than two, or nothing was spoken in them.
    """
    if len(base) != len(new) or len(base) < 2:
        raise ValueError(f"expected two or more pairs, got {len(base)} and {len(new)}")
    columns = [
        np.array(column, dtype=np.float64)
        for side in (base, new)
        for column in ([clip.errors for clip in side], [clip.units for clip in side])
    ]
    if not columns[1].all() or not columns[3].all():
        raise ValueError("a clip without units has no error rate")
    return _resampled(columns, _rate_rise)


def latency_difference(base_ms: Sequence[Sequence[float]], new_ms: Sequence[Sequence[float]]) -> Difference:
    """The median over clips of the change of a latency in ms; each clip has a value for each of its repeats.

    Runs are drawn as well as clips, for what disturbs a run disturbs all of its clips. `p` is the larger one
    of that bootstrap's and of Wilcoxon's signed-rank test on the clips.

    Raises:
        ValueError: the sides are not pairs, or there are fewer than two.
    """
    if len(base_ms) != len(new_ms) or len(base_ms) < 2:
        raise ValueError(f"expected two or more pairs, got {len(base_ms)} and {len(new_ms)}")
    base, new = _by_run(base_ms), _by_run(new_ms)
    rises = _over_runs(new) - _over_runs(base)
    drawn = _drawn_rises(base, new)
    tail = (1 - CONFIDENCE) / 2 * 100
    low, high = np.percentile(drawn, [tail, 100 - tail])
    rank = float(wilcoxon(rises, alternative="greater").pvalue) if rises.any() else 1.0
    return Difference(
        estimate=float(np.median(rises)),
        low=float(low),
        high=float(high),
        p=max(rank, _share_without_rise(drawn)),
        n=len(rises),
    )


def scatter_ms(base_ms: Sequence[Sequence[float]], new_ms: Sequence[Sequence[float]]) -> float:
    """How far apart the clips are in what they changed by: the range of the middle half of them, in ms."""
    rises = _over_runs(_by_run(new_ms)) - _over_runs(_by_run(base_ms))
    first, third = np.percentile(rises, [25, 75])
    return float(third - first)


def _by_run(clips: Sequence[Sequence[float]]) -> Numbers:
    """A row for each repeat, a column for each clip; what a clip has fewer of is not a number."""
    runs = np.full((max(map(len, clips)), len(clips)), np.nan)
    for column, values in enumerate(clips):
        runs[: len(values), column] = values
    return runs


def _drawn_rises(base: Numbers, new: Numbers) -> Numbers:
    """The median rise in resamples of runs and clips."""
    chance = np.random.default_rng(_SEED)
    sizes = len(base), len(new)
    chosen = Counter(
        tuple(tuple(sorted(chance.integers(size, size=size).tolist())) for size in sizes)
        for _ in range(RESAMPLES)
    )
    drawn = []
    for (runs_before, runs_after), times in chosen.items():
        rises = _over_runs(new[list(runs_after)]) - _over_runs(base[list(runs_before)])
        # A clip that none of these runs has tells nothing about them.
        rises = rises[~np.isnan(rises)]
        if len(rises):
            drawn.append(np.median(rises[chance.integers(len(rises), size=(times, len(rises)))], axis=1))
    return np.concatenate(drawn)


def _over_runs(runs: Numbers) -> Numbers:
    """The median of each clip over some runs, not a number where none of them has it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmedian(runs, axis=0))


def failure_p(base_failed: int, base_all: int, new_failed: int, new_all: int) -> float:
    """The one-sided p of "no larger share fails", by Fisher's exact test."""
    table = np.array([[new_failed, new_all - new_failed], [base_failed, base_all - base_failed]])
    return float(fisher_exact(table, alternative="greater").pvalue)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """The p values corrected for how many questions were asked (S. Holm, Scand. J. Statist. 6, 1979)."""
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    corrected = [0.0] * len(ps)
    reached = 0.0
    for rank, place in enumerate(order):
        reached = max(reached, min(1.0, ps[place] * (len(ps) - rank)))
        corrected[place] = reached
    return tuple(corrected)


def _resampled(columns: Sequence[Numbers], statistic: Callable[..., Numbers]) -> Difference:
    result = bootstrap(
        columns,
        statistic,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    )
    drawn: Numbers = result.bootstrap_distribution
    return Difference(
        estimate=float(statistic(*columns)),
        low=float(result.confidence_interval.low),
        high=float(result.confidence_interval.high),
        p=_share_without_rise(drawn),
        n=len(columns[0]),
    )


def _share_without_rise(drawn: Numbers) -> float:
    return float((1 + np.count_nonzero(drawn <= 0)) / (1 + len(drawn)))


def _rate_rise(
    base_errors: Numbers, base_units: Numbers, new_errors: Numbers, new_units: Numbers, axis: int = -1
) -> Numbers:
    base = base_errors.sum(axis=axis) / base_units.sum(axis=axis)
    new = new_errors.sum(axis=axis) / new_units.sum(axis=axis)
    return np.asarray(new - base)
