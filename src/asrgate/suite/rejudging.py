"""Today's judges on saved exchanges, beside what was found when they were recorded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from asrgate.judge.catalogue import Requirement
from asrgate.judge.finding import Finding, Verdict
from asrgate.report.record import FindingRecord
from asrgate.suite.checks import Check
from asrgate.suite.saved import Saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """A requirement, what was found then (None without a run, or when it is new), and what is found now."""

    requirement: Requirement
    before: FindingRecord | None
    now: Finding

    @property
    def changed(self) -> bool:
        """Whether the verdict is another one."""
        return self.before is not None and self.before.verdict != self.now.verdict


def rejudged(saved: Saved, checks: Iterable[Check]) -> tuple[Rejudged, ...]:
    """Judge every check for which there are exchanges; what the run had excused stays excused.

    Checks that the run did not judge, because they were not selected, are left out.
    """
    before = {finding.id: finding for finding in saved.run.findings} if saved.run is not None else {}
    found = []
    for check in checks:
        then = before.get(check.requirement.id)
        if then is not None and then.verdict == Verdict.SKIPPED:
            continue
        now = _as_excused(check.judged(saved.given()), then)
        found.append(Rejudged(requirement=check.requirement, before=then, now=now))
    return tuple(found)


def _as_excused(now: Finding, then: FindingRecord | None) -> Finding:
    excused = then is not None and then.verdict == Verdict.DEVIATION and now.verdict is Verdict.FAIL
    return replace(now, verdict=Verdict.DEVIATION) if excused else now
