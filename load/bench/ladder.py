"""Numbers of streams to try, and the search for the greatest that is carried."""

from collections.abc import Callable

RUNGS = tuple(int(float(f"{10 ** (1 + step / 20):.1e}")) for step in range(61))
"""From 10 to 10,000, each about an eighth above the one before, in two digits."""


def rung_of(streams: int) -> int:
    """Place of the rung that is next to a number."""
    return min(range(len(RUNGS)), key=lambda rung: abs(RUNGS[rung] - streams))


def highest_carried(carried: Callable[[int], bool], *, start: int, stride: int) -> int:
    """Number of streams on the highest rung that is carried where the one above is not; 0 when none is.

    Begins on the rung `start`, goes on in strides until one is carried and another is not, then bisects.
    """
    low, high = -1, len(RUNGS)
    rung = start
    while high - low > 1:
        if carried(RUNGS[rung]):
            low = rung
        else:
            high = rung
        if low < 0:
            rung = max(0, high - stride)
        elif high == len(RUNGS):
            rung = min(len(RUNGS) - 1, low + stride)
        else:
            rung = (low + high) // 2
    return RUNGS[low] if low >= 0 else 0
