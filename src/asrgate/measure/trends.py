"""Whether something grows, such as the memory of a server: a slope with an interval, or the reason for none.

The slope is Theil and Sen's median of the slopes between all pairs, which outliers do not tilt (P. K. Sen,
1968). Samples that follow one another are alike, so that an interval made for independent ones would be too
narrow. The variance behind it is widened by the autocorrelation of the ranks (K. H. Hamed and A. R. Rao,
*A modified Mann-Kendall trend test for autocorrelated data*, 1998), and at least as much as a first-order
process with the same likeness of neighbours needs. What that costs and buys is measured in docs/gpu.md.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

SHORTEST_S = 600.0
FEWEST = 30
"""Below this time or number of samples after the warm-up nothing is said, unless less time is asked for."""

WARM_UP = 0.2
"""The share of the time that is left out at the beginning: caches and pools fill then."""

MOST_POINTS = 120
"""Longer series are brought to medians of so many equal stretches."""

LASTING = 0.5
"""The share of the slope that has to be there in the latter half as well."""

_Z95 = 1.96
_MOST_ALIKE = 0.999

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trend:
    """Growth per second with its 95 % interval; `reason` says why there is none, or why it is no growth."""

    per_s: float | None
    ci95: tuple[float, float] | None
    grows: bool
    reason: str | None = None

    @classmethod
    def withheld(cls, reason: str) -> Self:
        """No slope, and why."""
        return cls(None, None, False, reason)


def trend(at_s: Floats, values: Floats, *, shortest_s: float = SHORTEST_S) -> Trend:
    """The trend of a series over a time in which the load did not change.

    It takes `shortest_s` after the warm-up. Growth is what the interval tells from standing still, and what
    goes on in the latter half of the time: what fills up once is no leak.
    """
    if not len(at_s):
        return Trend.withheld("nothing was sampled meanwhile")
    settled = at_s >= at_s[0] + WARM_UP * (at_s[-1] - at_s[0])
    at_s, values = at_s[settled], values[settled]
    length_s = float(at_s[-1] - at_s[0])
    if length_s < shortest_s:
        return Trend.withheld(
            f"{_time(length_s)} under the same load after the warm-up are too short,"
            f" {_time(shortest_s)} are needed"
        )
    if len(at_s) < FEWEST:
        return Trend.withheld(f"{len(at_s)} samples after the warm-up are too few, {FEWEST} are needed")
    at_s, values = _medians(at_s, values)
    slopes = _slopes(at_s, values)
    per_s = float(np.median(slopes))
    interval = _interval(slopes, _variance(values, values - per_s * at_s))
    if interval is None:
        return Trend.withheld("it wanders too slowly to tell growth from chance in this time")
    if interval[0] <= 0:
        return Trend(per_s, interval, grows=False)
    half = len(at_s) // 2
    if float(np.median(_slopes(at_s[half:], values[half:]))) < LASTING * per_s:
        return Trend(per_s, interval, grows=False, reason="it grew at first and slowed down")
    return Trend(per_s, interval, grows=True)


def _time(length_s: float) -> str:
    return f"{length_s:.0f} s" if length_s < 120 else f"{length_s / 60:.0f} min"


def _medians(at_s: Floats, values: Floats) -> tuple[Floats, Floats]:
    if len(at_s) <= MOST_POINTS:
        return at_s, values
    edges = np.linspace(at_s[0], at_s[-1], MOST_POINTS + 1)
    stretch = np.clip(np.searchsorted(edges, at_s, side="right") - 1, 0, MOST_POINTS - 1)
    filled = np.unique(stretch)
    times = np.array([np.median(at_s[stretch == number]) for number in filled])
    return times, np.array([np.median(values[stretch == number]) for number in filled])


def _slopes(at_s: Floats, values: Floats) -> Floats:
    """Between all pairs, sorted."""
    first, second = np.triu_indices(len(at_s), 1)
    between: Floats = np.sort((values[second] - values[first]) / (at_s[second] - at_s[first]))
    return between


def _interval(slopes: Floats, variance: float) -> tuple[float, float] | None:
    """Sen's interval of 95 %; None when it would reach beyond every slope that was seen."""
    spread = _Z95 * np.sqrt(variance)
    low, high = int((len(slopes) - spread) / 2), int(np.ceil((len(slopes) + spread) / 2))
    if spread > len(slopes):
        return None
    return float(slopes[low]), float(slopes[min(high, len(slopes) - 1)])


def _variance(values: Floats, detrended: Floats) -> float:
    """Of Kendall's S: with ties, and widened for samples that are like their neighbours."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1]
    independent = float(n * (n - 1) * (2 * n + 5) - np.sum(ties * (ties - 1) * (2 * ties + 5))) / 18
    ranks = rankdata(detrended)
    ranks = ranks - ranks.mean()
    power = float(np.sum(ranks**2))
    if power == 0:
        return independent
    lags = np.arange(1, n - 2)
    alike = np.array([np.sum(ranks[lag:] * ranks[:-lag]) for lag in lags]) / power
    # An autocorrelation from few samples comes out too small.
    neighbours = min(_MOST_ALIKE, alike[0] + (1 + 3 * alike[0]) / n)
    first_order = (1 + neighbours) / (1 - neighbours)
    alike[np.abs(alike) < _Z95 / np.sqrt(n)] = 0
    weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
    by_ranks = 1 + 2 / (n * (n - 1) * (n - 2)) * np.sum(weights * alike)
    return float(independent * max(1.0, first_order, by_ranks))
