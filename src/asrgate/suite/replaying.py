"""Drives a saved session again, with its relatives, and says what becomes of the findings that cite it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from asrgate.errors import UsageError
from asrgate.judge.finding import Finding, Verdict
from asrgate.report.record import FindingRecord
from asrgate.suite.checks import Check
from asrgate.suite.driver import Driver
from asrgate.suite.given import Given
from asrgate.suite.ground import Ground
from asrgate.suite.jobs import Job, NotDriven
from asrgate.suite.observer import Observer
from asrgate.suite.plan import plan_of
from asrgate.suite.running import untouched
from asrgate.suite.saved import Saved
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A check, what the run found (None when it said nothing), and what is found now."""

    check: Check
    before: FindingRecord | None
    now: Finding


def concerned(
    saved: Saved, file: Path, checks: Iterable[Check], *, destructive: bool
) -> tuple[tuple[Check, FindingRecord | None], ...]:
    """The checks whose findings a saved exchange decided.

    Those that failed; if none did, all that cite it; without a run all that ask for its scenario.

    Raises:
        UsageError: one may take a server down, and that was not asked for.
    """
    by_id = {check.requirement.id: check for check in checks}
    cited = [finding for finding in saved.findings_on(file) if finding.id in by_id]
    failed = [finding for finding in cited if finding.verdict in (Verdict.FAIL, Verdict.DEVIATION)]
    found: list[tuple[Check, FindingRecord | None]] = [(by_id[f.id], f) for f in failed or cited]
    if not found:
        wanted = saved.exchanges[file].scenario.fingerprint
        given = saved.given()
        found = [
            (check, None)
            for check in by_id.values()
            if check.why_unsupported(given.dialect) is None
            and any(wanted == s.fingerprint for job in _jobs(check, given) for s in job.scenarios)
        ]
    for check, _ in found:
        if check.requirement.destructive and not destructive:
            raise UsageError(
                f"{check.requirement.id} is destructive: {file.name} may take the server down; "
                "give --destructive to send it again"
            )
    return tuple(found)


def replayed(
    saved: Saved,
    file: Path,
    wanted: Sequence[tuple[Check, FindingRecord | None]],
    ground: Ground,
    directory: Path,
    observer: Observer,
) -> tuple[Replayed, ...]:
    """Drive a saved scenario again and judge.

    First what the findings point at; for a check that cannot be judged by that alone, all that it asks for.
    Exchanges are written to `directory`.
    """
    given = saved.given()
    cited = {saved.exchanges[file].scenario.fingerprint}
    for _, before in wanted:
        names = (
            {shown.exchange.rpartition("/")[2] for shown in before.evidence} if before is not None else set()
        )
        cited |= {e.scenario.fingerprint for path, e in saved.exchanges.items() if path.name in names}
    found: dict[str, Finding] = {}
    left = [check for check, _ in wanted]
    for narrow in (True, False):
        jobs = [job for check in left for job in _jobs(check, given)]
        with _driving(_within(jobs, cited) if narrow else jobs, ground, directory, observer) as driven:
            for check in left:
                found[check.requirement.id] = check.finding(replace(given, driven=driven))
        left = [check for check in left if found[check.requirement.id].verdict is Verdict.INCONCLUSIVE]
        if not left:
            break
    return tuple(
        Replayed(check=check, before=before, now=found[check.requirement.id]) for check, before in wanted
    )


def _jobs(check: Check, given: Given) -> list[Job]:
    """What a check asks for, on a ground where nothing has been driven."""
    jobs: list[Job] = []

    def note(job: Job) -> tuple[Exchange, ...]:
        jobs.append(job)
        return tuple(untouched(scenario, given.dialect) for scenario in job.scenarios)

    with suppress(Exception):
        check.build(replace(given, driven=note))
    return jobs


def _within(jobs: Iterable[Job], cited: set[str]) -> list[Job]:
    """The jobs that drive what is cited, and those that they come after."""
    every = list(jobs)
    wanted = set(cited)
    kept: list[Job] = []
    while True:
        fresh = [
            job for job in every if job not in kept and any(s.fingerprint in wanted for s in job.scenarios)
        ]
        if not fresh:
            return kept
        kept += fresh
        wanted |= {fingerprint for job in fresh for fingerprint in job.after}


@contextmanager
def _driving(
    jobs: Iterable[Job], ground: Ground, directory: Path, observer: Observer
) -> Iterator[Callable[[Job], tuple[Exchange, ...]]]:
    plan = plan_of(jobs, ground.clips)
    planned: set[Scenario] = set(plan.scenarios)
    driver = Driver(
        plan,
        endpoint=ground.endpoint,
        dialect=ground.dialect,
        clips=ground.clips,
        streams=max((job.width for phase in plan.phases for job in phase), default=1),
        directory=directory,
        observer=observer,
    )

    def driven(job: Job) -> tuple[Exchange, ...]:
        if not planned.issuperset(job.scenarios):
            raise NotDriven("not driven again")
        return driver(job)

    driver.start()
    try:
        yield driven
    finally:
        driver.stop()
