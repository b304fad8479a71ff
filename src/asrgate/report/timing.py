"""The pictures of the part on time: histograms of emission latency, and what presets cost, as places."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asrgate.measure.accuracy import Accuracy
from asrgate.measure.time import ModeTime
from asrgate.measure.trade_off import TradeOff
from asrgate.report.plot import place, rate_scale

_WIDTHS_MS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_MOST_BARS = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """The words of one stretch of latencies: places in percent of the picture, and how many there are."""

    left: float
    width: float
    by_partial: float
    by_sentence: float
    begins_ms: float
    words: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """The emission latencies of one mode. `median` is its place, `beyond` how many lie right of the scale."""

    time: ModeTime
    bars: tuple[Bar, ...]
    median: float | None
    beyond: int


@dataclass(frozen=True, slots=True)
class Histograms:
    """Histograms that share a scale in ms."""

    begins_ms: float
    ends_ms: float
    panels: tuple[Histogram, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One preset: its place from the left and from the top, the ends of its interval, all in percent."""

    name: str
    trade_off: TradeOff
    x: float
    y: float
    high: float | None
    low: float | None


@dataclass(frozen=True, slots=True)
class TradeOffs:
    """The presets of each mode, with one scale for latencies in ms and one for rates."""

    scale_ms: float
    scale: float
    panels: tuple[tuple[str, tuple[Point, ...]], ...]


def shown_times(accuracy: Accuracy) -> tuple[ModeTime, ...]:
    """Return all modes where there is something to tell of one of them, and else none."""
    return accuracy.time if any(map(_tells, accuracy.time)) else ()


def histograms_of(times: Sequence[ModeTime]) -> Histograms | None:
    """Return a histogram for each mode in which partials bring words; None where none does.

    The scale is that of the words that partials brought; what waited longer for its sentence is counted.
    """
    shown = [time for time in times if time.emission.n]
    if not shown:
        return None
    edges = _edges([sample for time in shown for sample in time.emission.samples])
    return Histograms(edges[0], edges[-1], tuple(_histogram(time, edges) for time in shown))


def trade_offs_of(accuracy: Accuracy) -> TradeOffs | None:
    """Return the presets as places, None where nothing was measured that could be placed."""
    placed = [one for one in accuracy.trade_off if one.emission_ms is not None and one.rate.value is not None]
    if not placed:
        return None
    scale_ms = _rounded_up(max(one.emission_ms or 0.0 for one in placed))
    scale = rate_scale(one.rate for one in placed)
    modes = dict.fromkeys(one.mode for one in placed)
    return TradeOffs(
        scale_ms=scale_ms,
        scale=scale,
        panels=tuple(
            (mode, tuple(_point(one, scale_ms, scale) for one in placed if one.mode == mode))
            for mode in modes
        ),
    )


def _tells(time: ModeTime) -> bool:
    latencies = (time.emission, time.emission_by_sentence, time.finalisation, time.finalisation_at_end)
    steady = time.stability is not None and time.stability.told > 0
    return steady or time.stamps.n > 0 or any(latency.n for latency in latencies)


def _edges(samples: Sequence[float]) -> tuple[float, ...]:
    """Round edges of bars of one width that hold all samples."""
    low, high = min(samples), max(samples)
    for width in _WIDTHS_MS:
        first, last = math.floor(low / width), math.floor(high / width) + 1
        if last - first <= _MOST_BARS:
            break
    return tuple(float(number * width) for number in range(first, last + 1))


def _histogram(time: ModeTime, edges: tuple[float, ...]) -> Histogram:
    partials = _counts(time.emission.samples, edges)
    sentences = _counts(time.emission_by_sentence.samples, edges)
    highest = max(a + b for a, b in zip(partials, sentences, strict=True))
    width = 100 / (len(edges) - 1)
    bars = tuple(
        Bar(
            left=round(number * width, 2),
            width=round(width, 2),
            by_partial=round(a / highest * 100, 2),
            by_sentence=round(b / highest * 100, 2),
            begins_ms=edges[number],
            words=a + b,
        )
        for number, (a, b) in enumerate(zip(partials, sentences, strict=True))
    )
    median = time.emission.median
    return Histogram(
        time=time,
        bars=bars,
        median=None if median is None else place(median - edges[0], edges[-1] - edges[0]),
        beyond=time.emission.n + time.emission_by_sentence.n - sum(partials) - sum(sentences),
    )


def _counts(samples: Iterable[float], edges: tuple[float, ...]) -> list[int]:
    counts = [0] * (len(edges) - 1)
    width = edges[1] - edges[0]
    for sample in samples:
        number = math.floor((sample - edges[0]) / width)
        if 0 <= number < len(counts):
            counts[number] += 1
    return counts


def _point(one: TradeOff, scale_ms: float, scale: float) -> Point:
    low, high = one.rate.ci95 or (None, None)
    return Point(
        name=",".join(map(str, one.preset)),
        trade_off=one,
        x=place(one.emission_ms or 0.0, scale_ms),
        y=100 - place(one.rate.value or 0.0, scale),
        high=None if high is None else 100 - place(high, scale),
        low=None if low is None else 100 - place(low, scale),
    )


def _rounded_up(value: float) -> float:
    """The next whole 200 ms, so that there is room for a name at the right."""
    return (math.floor(max(value, 0.0) * 1.15 / 200) + 1) * 200.0
