"""Which deviations a run knows of: those in the user's file, and those that are shipped for the dialect."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from asrgate.errors import UsageError
from asrgate.judge.catalogue import Requirement
from asrgate.judge.deviations import (
    Deviation,
    KnownDeviations,
    known_deviations,
    load_deviations,
    updated,
)
from asrgate.judge.finding import Verdict
from asrgate.report.record import FindingRecord
from asrgate.suite.ground import Ground
from asrgate.suite.locations import deviations_file
from asrgate.suite.settings import Settings


def own_deviations(settings: Settings, catalogue: Mapping[str, Requirement]) -> tuple[Deviation, ...]:
    """What the file of `--deviations` lists.

    Raises:
        UsageError: it cannot be read, or `--update-deviations` has no file to write.
    """
    file = settings.deviations
    if file is None:
        if settings.update_deviations:
            raise UsageError("--update-deviations needs --deviations FILE: the file to write")
        return ()
    if settings.update_deviations and not file.exists():
        return ()
    return load_deviations(file, catalogue)


def known_to(
    ground: Ground, settings: Settings, catalogue: Mapping[str, Requirement], own: Iterable[Deviation]
) -> KnownDeviations:
    """The entries that apply to the endpoint: the user's own come before the shipped ones.

    Raises:
        UsageError: the shipped file cannot be read.
    """
    shipped: tuple[Deviation, ...] = ()
    file = deviations_file(ground.dialect.name)
    if file.is_file() and not settings.strict:
        shipped = load_deviations(file, catalogue, shipped=True)
    return known_deviations(
        (*own, *shipped), dialect=ground.dialect.name, server=ground.server, today=today()
    )


def update_own(settings: Settings, ground: Ground, findings: Iterable[FindingRecord]) -> str:
    """Bring the user's file up to date with what was found, and say in one sentence what changed.

    Raises:
        UsageError: it cannot be written.
    """
    file = settings.deviations
    assert file is not None
    by_verdict: dict[str, dict[str, str]] = {}
    for finding in findings:
        by_verdict.setdefault(finding.verdict, {})[finding.id] = finding.reason
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    after = updated(
        before,
        failed=by_verdict.get(Verdict.FAIL, {}),
        passed=by_verdict.get(Verdict.PASS, {}),
        dialect=ground.dialect.name,
        server=ground.server,
    )
    if after == before:
        return f"{file} is up to date"
    try:
        file.write_text(after, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--deviations {file}: {error.strerror}; it was not updated") from error
    return f"{file} was updated; the next run goes by it"


def today() -> date:
    """The day by which expiry is read, in UTC."""
    return datetime.now(UTC).date()
