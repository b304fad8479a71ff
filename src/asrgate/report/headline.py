"""What a run says in a sentence, and what it does not say."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import urlsplit

from asrgate.judge.finding import Level, Verdict
from asrgate.report.assemble import CORE_FAMILIES
from asrgate.report.language import Language, Words, words_of
from asrgate.report.load_headline import (
    LoadStanding,
    generator,
    load_alone,
    load_headline,
    load_qualifications,
    load_standing,
    load_title,
    missed_beside,
    step_sentence,
)
from asrgate.report.numbers import bounds, percent
from asrgate.report.rates import main_rate
from asrgate.report.record import FindingRecord, Run, RunVerdict

Standing = RunVerdict | LoadStanding | Literal["invalid"]

_JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.DEVIATION)
_OPEN = (Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.SKIPPED, Verdict.UNSUPPORTED)
_NAMED_IDS = 6


def standing(run: Run) -> Standing:
    """Return what the run comes to: its verdict, unless it is not valid or nothing was to be judged."""
    if not run.valid:
        return "invalid"
    load = load_alone(run)
    if load is not None:
        return load_standing(run, load)
    left_out = (Verdict.SKIPPED, Verdict.UNSUPPORTED)
    if run.accuracy is not None and all(finding.verdict in left_out for finding in run.findings):
        return "measured"
    return run.verdict


def title(run: Run, language: Language) -> str:
    """Return the verdict in a word or two, for the head of a page."""
    words = words_of(language)
    load = load_alone(run)
    return load_title(run, load, words) if load is not None and run.valid else words(f"run.{standing(run)}")


def headline(run: Run, language: Language) -> str:
    """Return what the run comes to as one sentence that can be quoted, with the counts that it rests on."""
    words = words_of(language)
    host = urlsplit(run.endpoint.url).netloc or run.endpoint.url
    if not run.valid:
        return words("headline.invalid", reason=run.invalid_reason or words("headline.no_reason"))
    load = load_alone(run)
    if load is not None:
        return load_headline(run, load, words)
    if run.accuracy is not None and standing(run) == "measured":
        main = main_rate(run.accuracy)
        return words(
            "headline.measured",
            host=host,
            name=words(f"rate.{main.name}").lower(),
            rate=percent(main.rate.value),
            interval=bounds(main.rate.ci95),
            clips=main.rate.clips,
        )
    musts = [finding for finding in run.findings if finding.level == Level.MUST]
    failed = [finding for finding in musts if finding.verdict == Verdict.FAIL]
    not_judged = (Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.SKIPPED)
    sentence = words(
        f"headline.{run.verdict}",
        host=host,
        keeps=_keeps(run, words),
        holds=words("headline.hold_or_listed" if _has_deviation(musts) else "headline.hold"),
        judged=sum(finding.verdict in _JUDGED for finding in musts),
        failed=len(failed),
        ids=_ids(failed, language),
        open=sum(f.family in CORE_FAMILIES and not f.destructive and f.verdict in not_judged for f in musts),
    )
    return sentence + words("headline.but_under_load") if missed_beside(run) else sentence


def _keeps(run: Run, words: Words) -> str:
    known = sum(finding.verdict == Verdict.DEVIATION for finding in run.findings)
    key = {0: "headline.keeps", 1: "headline.keeps_but_one"}.get(known, "headline.keeps_but")
    return words(key, n=known, dialect=run.endpoint.dialect)


def _has_deviation(findings: Iterable[FindingRecord]) -> bool:
    return any(finding.verdict == Verdict.DEVIATION for finding in findings)


def qualifications(run: Run, language: Language) -> tuple[str, ...]:
    """Return the sentences without which the headline would say too much, gravest first."""
    words = words_of(language)
    said = []
    if run.interrupted:
        said.append(words("headline.interrupted"))
    if run.load is not None and run.valid:
        if load_alone(run) is None:
            under_load = step_sentence(run, run.load, words)
            said.append(words("headline.under_load", said=under_load, generator=generator(run.load, words)))
        said += load_qualifications(run, run.load, words)
    if load_alone(run) is not None:
        return (*said, *(_shoulds(run, language) if run.valid else ()))
    crashed = [f for f in run.findings if f.destructive and f.verdict == Verdict.FAIL]
    if crashed:
        said.append(words("headline.destructive", ids=_ids(crashed, language)))
    said += _fuzzed(run, words)
    said += _shoulds(run, language)
    for key, ids in (
        ("expired", [d.requirement for d in run.deviations if d.state == "expired"]),
        ("deviation", [finding.id for finding in run.findings if finding.verdict == Verdict.DEVIATION]),
        ("fixed", [d.requirement for d in run.deviations if d.state == "fixed" and not d.shipped]),
    ):
        if ids:
            said.append(words(f"headline.{key}", ids=_named(ids, language)))
    better = sum(d.state == "fixed" and d.shipped for d in run.deviations)
    if better:
        key = "headline.better_one" if better == 1 else "headline.better"
        said.append(words(key, n=better, dialect=run.endpoint.dialect))
    bad = sum(closing.verdict == Verdict.FAIL for closing in run.closings)
    if bad:
        said.append(words("headline.closings", bad=bad, n=len(run.closings)))
    absent = [words.named("features", f.name).lower() for f in run.features if f.found is False]
    if absent:
        said.append(words("headline.absent", names=words("count.separator").join(absent)))
    said.append(_not_judged(run.findings, language))
    return tuple(said)


def _shoulds(run: Run, language: Language) -> list[str]:
    failed = [f for f in run.findings if f.level != Level.MUST and f.verdict == Verdict.FAIL]
    if not failed:
        return []
    key = "headline.should_one" if len(failed) == 1 else "headline.should"
    return [words_of(language)(key, n=len(failed), ids=_ids(failed, language))]


def _fuzzed(run: Run, words: Words) -> list[str]:
    if run.fuzz is None:
        return []
    causes = len(run.fuzz.failures)
    key = {0: "headline.fuzz_nothing", 1: "headline.fuzz_one"}.get(causes, "headline.fuzz")
    return [words(key, n=causes, sessions=run.fuzz.sessions)]


def _not_judged(findings: Iterable[FindingRecord], language: Language) -> str:
    words = words_of(language)
    counts = Counter(finding.verdict for finding in findings)
    parts = [words(f"count.{verdict}", n=counts[verdict]) for verdict in _OPEN if counts[verdict]]
    if not parts:
        return words("headline.all_judged")
    return words("headline.not_judged", parts=words("count.separator").join(parts))


def _ids(findings: Iterable[FindingRecord], language: Language) -> str:
    return _named([finding.id for finding in findings], language)


def _named(ids: Sequence[str], language: Language) -> str:
    words = words_of(language)
    named = words("count.separator").join(ids[:_NAMED_IDS])
    left = len(ids) - _NAMED_IDS
    return words("headline.more", ids=named, n=left) if left > 0 else named
