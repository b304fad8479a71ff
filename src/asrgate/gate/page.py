"""compare.html: the answer, the numbers with intervals, verdicts that changed, clips that read otherwise."""

from dataclasses import dataclass
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader

from asrgate.gate.record import ComparedMetric, Comparison
from asrgate.gate.wording import amount, name_of, rise, sentence
from asrgate.report.language import Language, words_of
from asrgate.report.page import environment, page_context

SIGNS = {"worse": "✕", "not worse": "✓", "too noisy": "?", "not comparable": "!"}
LOOKS = {"worse": "fail", "not worse": "pass", "too noisy": "inconclusive", "not comparable": "error"}
"""The verdict whose colour an answer has."""


@dataclass(frozen=True, slots=True)
class Span:
    """An interval on a line from -3 to +3 tolerances, in percent of its width; `cut` when it goes on."""

    left: float
    width: float
    middle: float
    cut: bool


def comparison_page(comparison: Comparison, language: Language) -> str:
    """Return the page, one file that opens without a network."""
    words = words_of(language)
    return (
        _templates()
        .get_template("compare.html.j2")
        .render(
            **page_context(language),
            comparison=comparison,
            sentence=sentence(comparison, words),
            signs=SIGNS,
            looks=LOOKS,
            name_of=name_of,
            amount=amount,
            rise=rise,
            span=span_of,
        )
    )


def span_of(metric: ComparedMetric) -> Span | None:
    """Where the interval of a metric lies, None without one or without a tolerance to measure it by."""
    if metric.ci90 is None or metric.difference is None or metric.tolerance <= 0:
        return None
    edge = 3 * metric.tolerance

    def place(value: float) -> float:
        return round((min(max(value, -edge), edge) + edge) / (2 * edge) * 100, 2)

    low, high = metric.ci90
    left = place(low)
    return Span(left, round(place(high) - left, 2), place(metric.difference), low < -edge or high > edge)


@cache
def _templates() -> Environment:
    folders = [PackageLoader("asrgate.gate"), PackageLoader("asrgate.report")]
    return environment().overlay(loader=ChoiceLoader(folders))
