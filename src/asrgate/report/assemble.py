"""From findings to a run's verdict: pure functions over findings, requirements and the run record."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

from asrgate.judge.catalogue import Requirement
from asrgate.judge.closing import judge_closing
from asrgate.judge.deviations import KnownDeviations
from asrgate.judge.finding import Finding, Level, Verdict
from asrgate.report.record import (
    ClosingRecord,
    DeviationRecord,
    EvidenceRecord,
    FindingRecord,
    Run,
    RunVerdict,
)
from asrgate.wire.exchange import Exchange

CORE_FAMILIES = frozenset({"HS", "SCH", "END"})
"""Handshake, schema and end of session: what every session meets, whatever clips and models there are."""

_WORST_FIRST = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.DEVIATION,
    Verdict.INCONCLUSIVE,
    Verdict.PASS,
    Verdict.SKIPPED,
    Verdict.UNSUPPORTED,
)


def records_of(
    findings: Iterable[Finding],
    catalogue: Mapping[str, Requirement],
    *,
    absent: str = "not selected",
    absent_destructive: str = "destructive: judged only with --destructive",
) -> tuple[FindingRecord, ...]:
    """Join findings with their requirements, in the catalogue's order.

    A requirement with several findings gets the worst verdict and the reasons for it; one without any is
    `skipped` for the reason in `absent`, so that nothing that was not judged can go unseen.

    Raises:
        KeyError: a finding names a requirement that the catalogue lacks.
    """
    found: dict[str, list[Finding]] = {id_: [] for id_ in catalogue}
    for finding in findings:
        found[finding.requirement].append(finding)
    return tuple(
        _record(
            requirement,
            found[requirement.id] or [_skipped(requirement, absent, absent_destructive)],
        )
        for requirement in catalogue.values()
    )


def deviations_of(known: KnownDeviations, findings: Iterable[FindingRecord]) -> tuple[DeviationRecord, ...]:
    """Say what became of each known deviation."""
    verdicts = {finding.id: finding.verdict for finding in findings}
    return tuple(
        DeviationRecord(
            requirement=entry.requirement,
            state=state.value,
            reason=entry.reason,
            link=entry.link,
            expires=entry.expires.isoformat() if entry.expires else None,
            file=entry.file,
            shipped=entry.shipped,
        )
        for entry, state in known.outcomes(verdicts)
    )


def verdict_of(findings: Iterable[FindingRecord]) -> RunVerdict:
    """Return the verdict of a run.

    `not conformant` when any MUST failed. `conformant` when no MUST failed and every core MUST was judged:
    those of `CORE_FAMILIES` that apply to the dialect and do no harm. `inconclusive` otherwise, so that an
    endpoint which gave nothing to judge on, or a run which left the core out, never looks better than one
    that was judged.
    """
    musts = [finding for finding in findings if finding.level == Level.MUST]
    if any(finding.verdict == Verdict.FAIL for finding in musts):
        return "not conformant"
    core = [finding for finding in musts if finding.family in CORE_FAMILIES and not finding.destructive]
    judged = (Verdict.PASS, Verdict.DEVIATION, Verdict.UNSUPPORTED)
    held = any(finding.verdict == Verdict.PASS for finding in core)
    return "conformant" if held and all(finding.verdict in judged for finding in core) else "inconclusive"


def exit_status_of(run: Run) -> int:
    """Return the process exit status: 0 all held, 1 a MUST failed, 4 no verdict can be read from the run.

    1, too, when an objective was missed under load.

    A run that left requirements out because they were not selected exits with 0 when those that were selected
    held: its verdict is `inconclusive`, its status answers the question that was asked.
    """
    if not run.valid:
        return 4
    if run.verdict == "not conformant":
        return 1
    if run.interrupted:
        return 4
    if run.load is not None and any(step.held is False for step in run.load.steps):
        return 1
    if run.verdict == "conformant":
        return 0
    unanswered = (Verdict.INCONCLUSIVE, Verdict.ERROR)
    core = [f for f in run.findings if f.level == Level.MUST and f.family in CORE_FAMILIES]
    anything = run.accuracy is not None or any(finding.verdict == Verdict.PASS for finding in run.findings)
    return 4 if any(finding.verdict in unanswered for finding in core) or not anything else 0


def command_line(arguments: Sequence[str]) -> str:
    """Return a command as it can be typed again, with the values of secret headers left out.

    `--header 'Authorization: …'` keeps the name of its header; a URL loses its user, password and query.
    """
    shown: list[str] = []
    previous = ""
    for argument in arguments:
        if previous == "--header":
            shown.append(_without_value(argument))
        elif argument.startswith("--header="):
            shown.append("--header=" + _without_value(argument.removeprefix("--header=")))
        else:
            shown.append(_public(argument))
        previous = argument
    return shlex.join(shown)


def closings_of(exchanges: Iterable[Exchange]) -> tuple[ClosingRecord, ...]:
    """The verdicts on how these exchanges ended."""
    return tuple(
        ClosingRecord(
            exchange=_file_of(finding.exchange),
            verdict=finding.verdict,
            who=finding.who,
            code=finding.code,
            clean=finding.clean,
            took_ms=finding.took_ms,
            reason=_encodable(finding.reason),
        )
        for finding in map(judge_closing, exchanges)
    )


def _skipped(requirement: Requirement, absent: str, absent_destructive: str) -> Finding:
    reason = absent_destructive if requirement.destructive else absent
    return Finding(requirement=requirement.id, verdict=Verdict.SKIPPED, reason=reason)


def _record(requirement: Requirement, findings: Sequence[Finding]) -> FindingRecord:
    verdict = min((finding.verdict for finding in findings), key=_WORST_FIRST.index)
    deciding = [finding for finding in findings if finding.verdict == verdict]
    return FindingRecord(
        id=requirement.id,
        level=requirement.level,
        status=requirement.status,
        title=requirement.title,
        title_zh=requirement.title_zh,
        source=requirement.source,
        verdict=verdict,
        reason=_encodable("; ".join(dict.fromkeys(finding.reason for finding in deciding))),
        evidence=tuple(
            EvidenceRecord(exchange=_file_of(shown.exchange), frames=shown.frames)
            for finding in deciding
            for shown in finding.evidence
        ),
        destructive=requirement.destructive,
    )


def _file_of(exchange: str) -> str:
    """Where an exchange lies in the directory of a run."""
    return f"exchanges/{exchange}.jsonl"


def _encodable(text: str) -> str:
    """Text whose lone surrogates, which JSON can carry and UTF-8 cannot, are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _without_value(header: str) -> str:
    return f"{header.partition(':')[0]}: …"


def _public(argument: str) -> str:
    """A URL without user, password and query, also one behind `--option=`; anything else as it is."""
    if "://" not in argument:
        return argument
    option, equals, value = argument.partition("=")
    if equals and option.startswith("--"):
        return f"{option}={_public(value)}"
    parts = urlsplit(argument)
    authority = f"…@{parts.netloc.rpartition('@')[2]}" if "@" in parts.netloc else parts.netloc
    return urlunsplit((parts.scheme, authority, parts.path, "…" if parts.query else "", parts.fragment))
