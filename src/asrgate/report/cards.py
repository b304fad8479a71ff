"""What a report says of a finding that did not hold: the frames that decided, and how to see it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asrgate.judge.finding import Level, Verdict
from asrgate.report.ladder import Ladder, ladder_of
from asrgate.report.record import DeviationRecord, FindingRecord, FuzzFailure, Run
from asrgate.report.reproduction import replay_command, reproducing
from asrgate.wire.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A finding with the exchanges that show it; the file's name stands where there is no recording.

    `replay` drives it again. `listed` is its entry among the known deviations, known or expired.
    """

    finding: FindingRecord
    shown: tuple[Ladder | str, ...]
    replay: str | None
    listed: DeviationRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzCard:
    """A generated session that broke the model, shrunk."""

    failure: FuzzFailure
    shown: Ladder | str
    replay: str


def failed_cards(run: Run, exchanges: Mapping[str, Exchange]) -> list[Card]:
    """Return what failed: what takes servers down first, then MUST before SHOULD."""
    failed = [f for f in run.findings if f.verdict in (Verdict.FAIL, Verdict.ERROR)]
    failed.sort(key=lambda f: (not f.destructive, f.level != Level.MUST, f.verdict != Verdict.FAIL))
    return _cards(failed, run, exchanges)


def deviation_cards(run: Run, exchanges: Mapping[str, Exchange]) -> list[Card]:
    """Return what is known to fail and does, MUST before SHOULD."""
    known = [f for f in run.findings if f.verdict == Verdict.DEVIATION]
    known.sort(key=lambda f: f.level != Level.MUST)
    return _cards(known, run, exchanges)


def fuzz_cards(run: Run, exchanges: Mapping[str, Exchange]) -> list[FuzzCard]:
    """Return what fuzzing found, the shortest session first."""
    failures = sorted(run.fuzz.failures, key=lambda failure: failure.steps) if run.fuzz is not None else []
    destructive = bool(run.environment.options.get("destructive"))
    return [
        FuzzCard(
            failure=failure,
            shown=_shown(failure.exchange, (), exchanges),
            replay=replay_command(failure.exchange, run, destructive=destructive),
        )
        for failure in failures
    ]


def _cards(findings: Iterable[FindingRecord], run: Run, exchanges: Mapping[str, Exchange]) -> list[Card]:
    entries = {entry.requirement: entry for entry in run.deviations}
    return [
        Card(
            finding=finding,
            shown=_evidence(finding, exchanges),
            replay=reproducing(finding, run),
            listed=entries.get(finding.id),
        )
        for finding in findings
    ]


def _evidence(finding: FindingRecord, exchanges: Mapping[str, Exchange]) -> tuple[Ladder | str, ...]:
    frames: dict[str, set[int]] = {}
    for shown in finding.evidence:
        frames.setdefault(shown.exchange, set()).update(shown.frames)
    return tuple(_shown(name, deciding, exchanges) for name, deciding in frames.items())


def _shown(name: str, deciding: Iterable[int], exchanges: Mapping[str, Exchange]) -> Ladder | str:
    return ladder_of(exchanges[name], set(deciding)) if name in exchanges else name
