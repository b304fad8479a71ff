"""HOT: terms that a client asks the recogniser to expect (docs/protocol.md section 3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.configuration import unanswered
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed
from asrgate.judge.utterances import text_of
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange

ENOUGH_CLIPS = 5
"""Clips that a recall is measured on, at the least (HOT-02)."""

ENOUGH_MISSED = 3
"""Of these, terms missed without hotwords, at the least: only there can a hotword show an effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotwordRuns:
    """A clip with a rare term: without hotwords, with the term as hotword, and without beside the latter."""

    term: str
    without: Exchange
    biased: Exchange
    beside: Exchange


def guide_form_accepted(exchange: Exchange, plain: Exchange) -> Finding:
    """HOT-01: hotwords as a JSON object inside a string, with integer weights, leave the session as it is.

    `plain` is the same audio without hotwords.
    """
    return _accepted("HOT-01", exchange, plain)


def plain_words_accepted(exchange: Exchange, plain: Exchange) -> Finding:
    """HOT-05: hotwords as words between blanks leave the session as it is.

    `plain` is the same audio without hotwords.
    """
    return _accepted("HOT-05", exchange, plain)


def _accepted(requirement: str, exchange: Exchange, plain: Exchange) -> Finding:
    problem = unanswered(exchange)
    if problem is None:
        return passed(requirement, f"accepted, transcribed as {text_of(exchange)!r}", evidence(exchange))
    if not text_of(plain):
        nothing = why_nothing([plain], "no text without hotwords either")
        return inconclusive(requirement, nothing, evidence(plain))
    return failed(
        requirement,
        f"with hotwords: {problem}; without: {text_of(plain)!r}",
        evidence(exchange, *exchange.sent("config")),
    )


def hotwords_raise_recall(runs: Sequence[HotwordRuns]) -> Finding:
    """HOT-02: half of the terms missed without hotwords are recognised with them, or more."""
    heard = [run for run in runs if text_of(run.without)]
    shown = [_shown(run.biased) for run in heard]
    if len(heard) < ENOUGH_CLIPS:
        few = f"text for {counted(len(heard), 'clip')} only, {ENOUGH_CLIPS} are needed"
        return inconclusive("HOT-02", why_nothing([run.without for run in runs], few), *shown)
    missed = [run for run in heard if not term_in(run.without, run.term)]
    found = [run for run in missed if term_in(run.biased, run.term)]
    if len(missed) < ENOUGH_MISSED:
        return inconclusive(
            "HOT-02",
            f"{len(heard) - len(missed)} of {len(heard)} terms were recognised without hotwords, "
            f"so that hotwords could show no effect",
            *shown,
        )
    recall = (
        f"{len(found)} of {len(missed)} terms that were missed without hotwords were recognised with them"
    )
    if 2 * len(found) >= len(missed):
        return passed("HOT-02", f"{recall}, for example {found[0].term}", *shown)
    lost = next(run for run in missed if run not in found)
    return failed(
        "HOT-02",
        f"{recall}; with hotword {lost.term}: {text_of(lost.biased)!r}",
        *(_shown(r.biased) for r in missed),
    )


def hotwords_do_not_leak(runs: Sequence[HotwordRuns]) -> Finding:
    """HOT-04: hotwords of one session have no effect on another that runs beside it.

    Judged on clips where the hotword had an effect on its own session.
    """
    effective = [run for run in runs if term_in(run.biased, run.term) and not term_in(run.without, run.term)]
    breaches = [
        Breach(
            f"{run.term} recognised without hotwords while another session had it as one: "
            f"{text_of(run.beside)!r}, alone {text_of(run.without)!r}",
            _shown(run.beside),
        )
        for run in effective
        if term_in(run.beside, run.term)
    ]
    return conclude(
        "HOT-04",
        breaches,
        judged=sum(1 for run in effective if text_of(run.beside)),
        held=f"{counted(len(effective), 'term')} recognised only where it was a hotword"
        + (f", for example {effective[0].term}" if effective else ""),
        nothing=why_nothing([run.without for run in runs], "no hotword had an effect on its own session"),
        shown=[_shown(run.beside) for run in effective],
    )


def term_in(exchange: Exchange, term: str) -> bool:
    """Whether a term was recognised in a session, spaces and punctuation aside."""
    return TEXT(term).replace(" ", "") in TEXT(text_of(exchange)).replace(" ", "")


def _shown(exchange: Exchange) -> Evidence:
    return evidence(exchange, *(frame for frame, _ in exchange.replies()))
