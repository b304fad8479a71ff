"""report.html: one file that opens without a network, in English or Chinese."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from types import MappingProxyType
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from asrgate.judge.finding import Level, Verdict
from asrgate.report import numbers, plot
from asrgate.report.cards import deviation_cards, failed_cards, fuzz_cards
from asrgate.report.differences import differences_of
from asrgate.report.headline import headline, qualifications, standing, title
from asrgate.report.hotword_lines import hotword_lines, p_text, rise_text
from asrgate.report.language import Language, words_of
from asrgate.report.load_page import load_context, policy
from asrgate.report.multiples import multiples_of
from asrgate.report.rates import main_rate
from asrgate.report.record import ClosingRecord, FindingRecord, Run
from asrgate.report.speaker_line import speaker_line
from asrgate.report.timing import histograms_of, shown_times, trade_offs_of
from asrgate.wire.exchange import Exchange

SYMBOLS = {
    "pass": "✓",
    "fail": "✕",
    "deviation": "≈",
    "inconclusive": "?",
    "error": "!",
    "skipped": "○",
    "unsupported": "–",
    "missing": " ",
    "conformant": "✓",
    "not conformant": "✕",
    "invalid": "!",
    "measured": "%",
    "capacity": "≡",
    "unconfirmed": "≈",
    "objectives held": "✓",
    "objectives missed": "✕",
    "objectives open": "?",
}
"""A sign for every verdict, so that none is told by its colour alone."""

_SHARE_ORDER = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.DEVIATION,
    Verdict.PASS,
    Verdict.INCONCLUSIVE,
    Verdict.SKIPPED,
    Verdict.UNSUPPORTED,
)
_ID = re.compile(r"\b[A-Z]+-\d+\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The findings of one family. `open` when something in it asks for a look."""

    name: str
    findings: tuple[FindingRecord, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many there are of each verdict, worst first."""
        counts = Counter(finding.verdict for finding in self.findings)
        return [(verdict.value, counts[verdict]) for verdict in _SHARE_ORDER if counts[verdict]]

    @property
    def open(self) -> bool:
        """Whether a MUST failed in it, or the suite itself."""
        return any(
            finding.verdict == Verdict.ERROR
            or (finding.verdict == Verdict.FAIL and finding.level == Level.MUST)
            for finding in self.findings
        )


def report_html(
    run: Run,
    exchanges: Mapping[str, Exchange],
    language: Language,
    players: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the report of one run.

    `exchanges` holds recordings by their path in the run's directory, as evidence names them; one that is
    missing is named in its place. `players` holds the sound of clips as data URIs, by ID.
    """
    context = page_context(language) | load_context(run, words_of(language))
    if players:
        context["policy"] = f"{context['policy']}; media-src data:"
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            **context,
            players=players,
            run=run,
            host=urlsplit(run.endpoint.url).netloc or run.endpoint.url,
            standing=standing(run),
            title=title(run, language),
            headline=headline(run, language),
            qualifications=qualifications(run, language),
            held=held(run),
            shares=_shares(run),
            failed=failed_cards(run, exchanges),
            deviations=deviation_cards(run, exchanges),
            fixed=[entry for entry in run.deviations if entry.state == "fixed"],
            fuzz=fuzz_cards(run, exchanges),
            closings=_closings(run),
            families=[
                Family(name=name, findings=tuple(members))
                for name, members in groupby(run.findings, key=lambda f: f.family)
            ],
            verdicts=[verdict.value for verdict in _SHARE_ORDER if verdict in _present(run)],
            main_rate=main_rate(run.accuracy) if run.accuracy is not None else None,
            multiples=multiples_of(run.accuracy) if run.accuracy is not None else [],
            hotword_lines=_hotword_lines(run, language),
            p_text=p_text,
            speaker_line=speaker_line,
            rise=rise_text,
            differences=differences_of(run.accuracy) if run.accuracy is not None else [],
            **_time(run),
        )
    )


@cache
def environment() -> Environment:
    """Return the templates. Everything put into a page is escaped, for servers choose what they reply."""
    templates = Environment(
        loader=PackageLoader("asrgate.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        percent=numbers.percent,
        bounds=numbers.bounds,
        ms=numbers.milliseconds,
        seconds=numbers.seconds,
        count=numbers.count,
        plain=numbers.plain,
        figure=numbers.figure,
        money=numbers.money,
        moment=numbers.moment,
        fact=_fact,
        unbroken=_unbroken,
    )
    return templates


def _time(run: Run) -> dict[str, object]:
    """What the part on time shows."""
    times = shown_times(run.accuracy) if run.accuracy is not None else ()
    return {
        "times": times,
        "histograms": histograms_of(times),
        "trade_offs": trade_offs_of(run.accuracy) if run.accuracy is not None else None,
    }


def page_context(language: Language) -> dict[str, object]:
    """Return what every page needs: words, style, the signs of verdicts, plots, and what may run in it."""
    loader = environment().loader
    assert loader is not None
    style, _, _ = loader.get_source(environment(), "style.css")
    return {
        "w": words_of(language),
        "style": Markup(style),
        "symbols": SYMBOLS,
        "plot": plot,
        "policy": policy(),
    }


def _fact(value: object) -> str:
    """A value of the environment as a person writes it."""
    match value:
        case None | [] | ():
            return numbers.DASH
        case list() | tuple():
            return ", ".join(map(str, value))
        case float():
            return f"{value:.1f}"
        case _:
            return str(value)


def _unbroken(text: str) -> Markup:
    """Text, escaped, whose requirement IDs stay on one line."""
    return Markup(_ID.sub(r'<span class="id">\g<0></span>', str(escape(text))))


def held(run: Run) -> dict[str, tuple[int, int]]:
    """Return by level how many requirements passed, and how many were judged."""
    judged = (Verdict.PASS, Verdict.FAIL, Verdict.DEVIATION)
    counts = {}
    for level in Level:
        verdicts = [finding.verdict for finding in run.findings if finding.level == level]
        counts[level.value] = (verdicts.count(Verdict.PASS), sum(verdict in judged for verdict in verdicts))
    return counts


def _hotword_lines(run: Run, language: Language) -> list[str]:
    compared = run.accuracy.hotwords if run.accuracy is not None else None
    return hotword_lines(compared, words_of(language)) if compared is not None else []


def _shares(run: Run) -> list[tuple[str, int, float, float]]:
    counts = Counter(finding.verdict for finding in run.findings)
    return plot.shares([(verdict.value, counts[verdict]) for verdict in _SHARE_ORDER])


def _present(run: Run) -> set[Verdict]:
    return {Verdict(finding.verdict) for finding in run.findings}


def _closings(run: Run) -> dict[str, list[ClosingRecord]]:
    """The closings by verdict, bad ones first."""
    return {
        verdict.value: [closing for closing in run.closings if closing.verdict == verdict]
        for verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS)
    }
