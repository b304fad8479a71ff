"""Whether something grows, such as the memory of a server: a slope with an interval, or the reason for none.

The slope is Theil and Sen's median of the slopes between all pairs, which outliers do not tilt (P. K. Sen,
1968). Samples that follow one another are alike, so that an interval made for independent ones would be too
narrow: the variance behind it is widened by the autocorrelation of the ranks (K. H. Hamed and A. R. Rao,
*A modified Mann-Kendall trend test for autocorrelated data*, 1998).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

SHORTEST_S = 600.0
FEWEST = 30
"""Below this time or number of samples after the warm-up nothing is said."""

WARM_UP = 0.2
"""The share of the time that is left out at the beginning: caches and pools fill then."""

MOST_POINTS = 120
"""Longer series are brought to medians of so many equal stretches."""

_Z95 = 1.96

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trend:
    """Growth per second with its 95 % interval; `reason` says why there is none, or why it is no growth."""

    per_s: float | None
    ci95: tuple[float, float] | None
    grows: bool
    reason: str | None = None


def trend(at_s: Floats, values: Floats) -> Trend:
    """The trend of a series over the time in which the load did not change.

    Growth is what holds over the whole time and over its latter half alone: what fills up once and then
    stands still is no leak.
    """
    if len(at_s) == 0:
        return Trend(None, None, False, "nothing was sampled")
    settled = at_s >= at_s[0] + WARM_UP * (at_s[-1] - at_s[0])
    at_s, values = at_s[settled], values[settled]
    length_s = float(at_s[-1] - at_s[0])
    if length_s < SHORTEST_S:
        return Trend(
            None,
            None,
            False,
            f"{length_s / 60:.0f} min under the same load after the warm-up are too short:"
            f" {SHORTEST_S / 60:.0f} min are needed",
        )
    if len(at_s) < FEWEST:
        return Trend(None, None, False, f"{len(at_s)} samples after the warm-up are too few for a slope")
    at_s, values = _medians(at_s, values)
    whole = _slope(at_s, values)
    if whole is None:
        return Trend(None, None, False, "it swings too slowly for the time that was sampled")
    per_s, low, high = whole
    half = len(at_s) // 2
    later = _slope(at_s[half:], values[half:])
    lasting = later is not None and later[1] > 0
    if low > 0 and not lasting:
        return Trend(per_s, (low, high), False, "it grew at first, but not surely in the latter half")
    return Trend(per_s, (low, high), low > 0)


def _medians(at_s: Floats, values: Floats) -> tuple[Floats, Floats]:
    if len(at_s) <= MOST_POINTS:
        return at_s, values
    edges = np.linspace(at_s[0], at_s[-1], MOST_POINTS + 1)
    place = np.clip(np.searchsorted(edges, at_s, side="right") - 1, 0, MOST_POINTS - 1)
    held = np.unique(place)
    times = np.array([np.median(at_s[place == number]) for number in held])
    return times, np.array([np.median(values[place == number]) for number in held])


def _slope(at_s: Floats, values: Floats) -> tuple[float, float, float] | None:
    """Slope and interval per second; None when the series says nothing of its own trend."""
    first, second = np.triu_indices(len(at_s), 1)
    slopes = np.sort((values[second] - values[first]) / (at_s[second] - at_s[first]))
    per_s = float(np.median(slopes))
    spread = _Z95 * np.sqrt(_variance(values, values - per_s * at_s))
    low, high = (len(slopes) - spread) / 2, (len(slopes) + spread) / 2
    if low < 0:
        return None
    return per_s, float(slopes[int(low)]), float(slopes[min(len(slopes) - 1, int(np.ceil(high)))])


def _variance(values: Floats, detrended: Floats) -> float:
    """Of Kendall's S: with ties, and widened for samples that are alike their neighbours."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1]
    independent = (n * (n - 1) * (2 * n + 5) - np.sum(ties * (ties - 1) * (2 * ties + 5))) / 18
    ranks = rankdata(detrended)
    ranks = ranks - ranks.mean()
    power = float(np.sum(ranks**2))
    if power == 0:
        return float(independent)
    lags = np.arange(1, n - 2)
    alike = np.array([np.sum(ranks[lag:] * ranks[:-lag]) / power for lag in lags])
    alike[np.abs(alike) < _Z95 / np.sqrt(n)] = 0
    weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
    widening = 1 + 2 / (n * (n - 1) * (n - 2)) * float(np.sum(weights * alike))
    return float(independent * max(1.0, widening))
