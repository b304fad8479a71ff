"""Places on the small plots of a report, in percent of their width; the templates do the drawing."""

import math
from collections.abc import Iterable, Sequence

from asrgate.measure.latency import Distribution
from asrgate.measure.scores import Rate


def rate_scale(rates: Iterable[Rate]) -> float:
    """Return the rate at the right edge of an interval plot: the next whole 5 % above everything shown."""
    shown = [edge for rate in rates for edge in (rate.value, *(rate.ci95 or ())) if edge is not None]
    return max(math.ceil(max(shown, default=0.0) * 20) / 20, 0.05)


def place(value: float, scale: float) -> float:
    """Return where a value stands between 0 and `scale`, in percent of the width."""
    return round(min(max(value / scale, 0.0), 1.0) * 100, 2) if scale > 0 else 0.0


def latency_scale(distribution: Distribution) -> float:
    """Return the ms at the right edge of a strip plot: the largest sample, rounded up to 1, 2 or 5 x 10^n."""
    if not distribution.largest or distribution.largest <= 0:
        return 1.0
    magnitude = 10.0 ** math.floor(math.log10(distribution.largest))
    return next(step * magnitude for step in (1, 2, 5, 10) if step * magnitude >= distribution.largest)


def shares(counts: Sequence[tuple[str, int]]) -> list[tuple[str, int, float, float]]:
    """Return name, count, left edge and width in percent for each part of a whole that is not empty."""
    total = sum(count for _, count in counts)
    parts, left = [], 0.0
    for name, count in counts:
        if count:
            width = count / total * 100
            parts.append((name, count, round(left, 3), round(width, 3)))
            left += width
    return parts
