"""A chart as data: what a page draws, tells under the pointer, and writes into a table for all others."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Literal

Values = tuple[float | None, ...]
Unit = Literal["ms", "ms/s", "share", "bytes", ""]
Dash = Literal["", "long", "short", "mixed"]
Shape = Literal["", "circle", "square", "triangle", "diamond", "cross"]
Tone = Literal["pass", "deviation", "fail", "inconclusive", "error", "accent"]

DASHES: tuple[Dash, ...] = ("", "long", "short", "mixed")
"""Series that lie side by side take them in turn."""

_BRIDGED = 3

MOST_POINTS = 600
"""About as many as a chart is wide in pixels; of more, the extremes are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series. None is a gap, `notes` the reasons for gaps by place; `low` and `high` bound an interval.

    `colour` counts from 0; dash and shape tell it from its neighbours where colours cannot be told apart.
    """

    name: str
    values: Values
    colour: int = 0
    dash: Dash = ""
    shape: Shape = "circle"
    joined: bool = True
    notes: tuple[str | None, ...] = ()
    low: Values = ()
    high: Values = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Series that share their places on the x axis: numbers of streams, or seconds, in rising order."""

    at: tuple[float, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A value that is not to be passed, as an objective says; or a place on the x axis that has a name."""

    at: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of the x axis with a name."""

    begins: float
    ends: float
    name: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart. Charts of one `group` share their pointer and their zoom."""

    id: str
    title: str
    x: str
    y: str
    unit: Unit
    tables: tuple[Table, ...]
    time: bool = False
    limits: tuple[Level, ...] = ()
    marks: tuple[Level, ...] = ()
    bands: tuple[Band, ...] = ()
    group: str | None = None
    about: str | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All series."""
        return tuple(line for table in self.tables for line in table.lines)

    @property
    def empty(self) -> bool:
        """Whether no series has a value."""
        return all(value is None for line in self.lines for value in line.values)

    def as_json(self) -> dict[str, Any]:
        """Return what the page's script draws."""
        return asdict(self)


def thinned(at: Sequence[float], values: Sequence[float | None]) -> tuple[tuple[float, ...], Values]:
    """Return the points of a long series that a chart can show: of each stretch its smallest and its largest.

    Every point kept was measured; a stretch in which something is missing keeps one gap, and nothing is drawn
    across a pause.
    """
    at, values = unbridged(at, values)
    if len(at) <= MOST_POINTS:
        return at, values
    stretch = -(-2 * len(at) // MOST_POINTS)
    kept = [
        place
        for begins in range(0, len(at), stretch)
        for place in _extremes(values, range(begins, min(begins + stretch, len(at))))
    ]
    return tuple(at[place] for place in kept), tuple(values[place] for place in kept)


def unbridged(at: Sequence[float], values: Sequence[float | None]) -> tuple[tuple[float, ...], Values]:
    """Return a series with a gap wherever its neighbours lie further apart than three usual distances.

    What was not measured is then not drawn as if it had been.
    """
    apart = [later - earlier for earlier, later in pairwise(at)]
    if not apart:
        return tuple(at), tuple(values)
    widest = _BRIDGED * median(apart)
    places, kept = [at[0]], [values[0]]
    for place, distance in enumerate(apart, start=1):
        if distance > widest:
            places.append((at[place - 1] + at[place]) / 2)
            kept.append(None)
        places.append(at[place])
        kept.append(values[place])
    return tuple(places), tuple(kept)


def _extremes(values: Sequence[float | None], places: Iterable[int]) -> list[int]:
    measured: list[tuple[float, int]] = []
    missing: list[int] = []
    for place in places:
        value = values[place]
        if value is None:
            missing.append(place)
        else:
            measured.append((value, place))
    kept = {min(measured)[1], max(measured)[1]} if measured else set()
    return sorted(kept | set(missing[:1]))
