"""The scalability curve: throughput against streams, by the Universal Scalability Law.

X(N) = λN / (1 + σ(N - 1) + κN(N - 1)), with the throughput λ of one stream, contention σ and coherency κ
(N. J. Gunther, *Guerrilla Capacity Planning*, 2007). It is never read beyond the streams that were measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import curve_fit

FEWEST_POINTS = 4
"""Three parameters need a point more than there are parameters."""

_Z95 = 1.96

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """An estimate with its 95 % interval."""

    value: float
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalability:
    """The fitted curve, and the range of streams within which it may be read."""

    per_stream: Parameter
    contention: Parameter
    coherency: Parameter
    fewest: int
    most: int

    def throughput(self, streams: float) -> float:
        """Audio seconds per second at this number of streams.

        Raises:
            ValueError: the number lies beyond what was measured.
        """
        if not self.fewest <= streams <= self.most:
            raise ValueError(f"measured from {self.fewest} to {self.most} streams only, not at {streams:g}")
        parameters = (self.per_stream.value, self.contention.value, self.coherency.value)
        return float(_law(np.array([streams]), *parameters)[0])


def fitted(streams: Sequence[int], throughput: Sequence[float]) -> Scalability | None:
    """Fit the law by least squares, its parameters not below 0; None with too few different points.

    Deviations count as shares of the throughput: a step of 100 streams is no more exact than one of 4.
    """
    if len(set(streams)) < FEWEST_POINTS:
        return None
    x, y = np.array(streams, dtype=np.float64), np.array(throughput, dtype=np.float64)
    start = (float(y[0] / x[0]), 0.01, 0.0001)
    values, covariance = curve_fit(_law, x, y, p0=start, sigma=y, bounds=(0, np.inf))
    spread = np.sqrt(np.diag(covariance))
    rate, contention, coherency = (
        Parameter(value=float(v), ci95=(max(0.0, float(v - _Z95 * s)), float(v + _Z95 * s)))
        for v, s in zip(values, spread, strict=True)
    )
    return Scalability(
        per_stream=rate,
        contention=contention,
        coherency=coherency,
        fewest=min(streams),
        most=max(streams),
    )


def _law(streams: Floats, per_stream: float, contention: float, coherency: float) -> Floats:
    loss = 1 + contention * (streams - 1) + coherency * streams * (streams - 1)
    return per_stream * streams / loss
