"""Small multiples: the rates of parts of the clips, a panel for each mode, all with one scale."""

from collections.abc import Iterable
from dataclasses import dataclass

from asrgate.measure.accuracy import Accuracy
from asrgate.measure.facets import Dimension, Facet
from asrgate.report.plot import rate_scale

_DIMENSIONS: tuple[Dimension, ...] = ("tag", "length", "speaker")


@dataclass(frozen=True, slots=True)
class Panel:
    """The parts in one mode."""

    mode: str
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class Multiples:
    """Panels that show the same parts in the same order; `scale` is the rate at their right edge."""

    dimension: Dimension
    scale: float
    panels: tuple[Panel, ...]


def multiples_of(accuracy: Accuracy) -> list[Multiples]:
    """Return the panels by dimension, the main mode first, its worst parts on top; lengths stay in order.

    A dimension in which all clips are alike has nothing to show.
    """
    measured = [facet for facet in accuracy.facets if facet.rate.value is not None]
    scale = rate_scale(facet.rate for facet in measured)
    modes = sorted({facet.mode for facet in measured}, key=lambda mode: (mode != accuracy.mode, mode))
    shown = []
    for dimension in _DIMENSIONS:
        within = [facet for facet in measured if facet.dimension == dimension]
        order = _order(facet for facet in within if facet.mode == accuracy.mode)
        if len(order) > 1:
            shown.append(Multiples(dimension, scale, tuple(_panel(mode, within, order) for mode in modes)))
    return shown


def _order(facets: Iterable[Facet]) -> list[str]:
    def place(facet: Facet) -> tuple[float, str]:
        if facet.dimension == "length":
            return float(facet.name.removeprefix("≥ ").partition(" ")[0].partition("-")[0]), facet.name
        return -(facet.rate.value or 0.0), facet.name

    return [facet.name for facet in sorted(facets, key=place)]


def _panel(mode: str, facets: Iterable[Facet], order: list[str]) -> Panel:
    named = {facet.name: facet for facet in facets if facet.mode == mode}
    return Panel(mode, tuple(named[name] for name in order if name in named))
