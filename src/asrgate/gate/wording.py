"""What a comparison says, in words and numbers, for every form in which it is written."""

from asrgate.gate.record import ComparedMetric, Comparison
from asrgate.judge.finding import Level
from asrgate.report.language import Words
from asrgate.report.numbers import DASH, milliseconds, percent

_MOST_NAMES = 4


def sentence(comparison: Comparison, words: Words) -> str:
    """The answer in a sentence that can be quoted."""
    names = words("count.separator").join(_deciding(comparison, words))
    return words(f"gate.said {comparison.answer}", names=names, n=sum(m.gating for m in comparison.metrics))


def name_of(metric: ComparedMetric, words: Words) -> str:
    """The metric as a person calls it, with its mode."""
    measure, _, mode = metric.name.partition(" ")
    return f"{words.named('gate', measure)} {mode}".strip()


def amount(value: float | None, metric: ComparedMetric) -> str:
    """A value of a metric in its unit."""
    if value is None:
        return DASH
    return percent(value) if metric.unit == "share" else f"{milliseconds(value)} ms"


def rise(metric: ComparedMetric) -> str:
    """The difference with its sign, and its interval where there is one."""
    if metric.difference is None:
        return DASH
    if metric.ci90 is None:
        return _signed(metric.difference, metric)
    low, high = (_signed(end, metric) for end in metric.ci90)
    return f"{_signed(metric.difference, metric)} ({low} … {high})"


def _signed(value: float, metric: ComparedMetric) -> str:
    return f"{value * 100:+.2f} %" if metric.unit == "share" else f"{value:+.0f} ms"


def _deciding(comparison: Comparison, words: Words) -> list[str]:
    """What the answer rests on: the numbers and requirements, or the reasons why there is none."""
    if comparison.answer == "not comparable":
        metrics = [m.reason for m in comparison.metrics if m.gating and m.answer == "not comparable"]
        return [*comparison.why_not_comparable, *metrics]
    if comparison.answer == "worse":
        failing = [
            f"{one.id} {words('gate.newly failing')}"
            for one in comparison.requirements
            if one.change == "newly failing" and one.level == Level.MUST
        ]
        return [*failing[:_MOST_NAMES], *_named(comparison, words)]
    return _named(comparison, words)


def _named(comparison: Comparison, words: Words) -> list[str]:
    return [
        f"{name_of(m, words)} {rise(m)}" if m.difference is not None else f"{name_of(m, words)}: {m.reason}"
        for m in comparison.metrics
        if m.gating and m.answer == comparison.answer
    ]
