"""Conformance before and after: which requirements have another verdict."""

from collections.abc import Sequence

from asrgate.gate.record import Change, ComparedRequirement
from asrgate.judge.finding import Level, Verdict
from asrgate.report.record import FindingRecord, Run

_NOT_ASKED = (Verdict.SKIPPED,)
_WORST_FIRST = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.DEVIATION,
    Verdict.INCONCLUSIVE,
    Verdict.PASS,
    Verdict.UNSUPPORTED,
    Verdict.SKIPPED,
)


def compared_requirements(base: Sequence[Run], new: Sequence[Run]) -> tuple[ComparedRequirement, ...]:
    """Every requirement that was judged on both sides with another verdict, the newly failing ones first.

    Over repeats the worst verdict counts on the new side and on the base: what failed once was failing.
    """
    before, after = _worst(base), _worst(new)
    changed = [
        _compared(before[id_], finding)
        for id_, finding in after.items()
        if id_ in before and before[id_].verdict != finding.verdict
    ]
    order: tuple[Change, ...] = ("newly failing", "new deviation", "other", "fixed")
    return tuple(sorted(changed, key=lambda one: (order.index(one.change), one.level != Level.MUST)))


def _worst(runs: Sequence[Run]) -> dict[str, FindingRecord]:
    found: dict[str, FindingRecord] = {}
    for run in runs:
        for finding in run.findings:
            if finding.verdict in _NOT_ASKED:
                continue
            known = found.get(finding.id)
            if known is None or _rank(finding) < _rank(known):
                found[finding.id] = finding
    return found


def _rank(finding: FindingRecord) -> int:
    return _WORST_FIRST.index(Verdict(finding.verdict))


def _compared(before: FindingRecord, after: FindingRecord) -> ComparedRequirement:
    return ComparedRequirement(
        id=after.id,
        level=after.level,
        title=after.title,
        title_zh=after.title_zh,
        before=before.verdict,
        after=after.verdict,
        change=_change(Verdict(before.verdict), Verdict(after.verdict)),
        reason=after.reason,
    )


def _change(before: Verdict, after: Verdict) -> Change:
    if after is Verdict.FAIL:
        return "newly failing"
    if after is Verdict.DEVIATION and before is not Verdict.FAIL:
        return "new deviation"
    if before in (Verdict.FAIL, Verdict.DEVIATION) and after is Verdict.PASS:
        return "fixed"
    return "other"
