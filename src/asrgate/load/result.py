"""The run record of a load: what was measured, whether it is valid, and the exit status."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import asrgate
from asrgate.load.validity import why_invalid
from asrgate.report.assemble import verdict_of
from asrgate.report.load_record import LoadRecord
from asrgate.report.record import EndpointRecord, FindingRecord, Run, Tool
from asrgate.suite.environment import environment_of
from asrgate.suite.ground import Ground
from asrgate.suite.settings import Settings


@dataclass(frozen=True, slots=True)
class Clock:
    """When a run began: by the calendar, and by the clock that is never set."""

    at: datetime
    monotonic_s: float

    @classmethod
    def started(cls) -> "Clock":
        """Now."""
        return cls(datetime.now(UTC), time.monotonic())

    @property
    def passed_s(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self.monotonic_s


def run_of(
    load: LoadRecord,
    settings: Settings,
    ground: Ground,
    clock: Clock,
    *,
    sessions: int,
    audio_s: float,
    findings: tuple[FindingRecord, ...],
    interrupted: bool,
    failure: str | None = None,
) -> Run:
    """The record of a run that judged nothing but how its endpoint bore the load.

    `findings` are those of the LOAD requirements; `failure` is why the search or the load could not be
    finished, None when it could, or was interrupted.
    """
    reason = failure or why_invalid(load)
    return Run(
        started_at=clock.at.isoformat(timespec="milliseconds"),
        duration_s=round(clock.passed_s, 3),
        tool=Tool(version=asrgate.__version__),
        endpoint=EndpointRecord(
            url=ground.endpoint.public_url,
            dialect=ground.dialect.name,
            detected=ground.detection.as_record(),
        ),
        verdict=verdict_of(findings),
        valid=reason is None,
        findings=findings,
        sessions=sessions,
        audio_s=round(audio_s, 3),
        environment=environment_of(settings, ground.clips),
        load=load,
        invalid_reason=reason,
        interrupted=interrupted,
    )


def load_exit_status(run: Run) -> int:
    """Return 0 when every objective was held, 1 when one was missed, 4 when nothing can be concluded.

    Of a search: 0 when there is an answer, 1 when not even one stream held. 1, too, when a MUST of
    the LOAD requirements failed.
    """
    if not run.valid or run.load is None:
        return 4
    if run.verdict == "not conformant":
        return 1
    capacity = run.load.capacity
    if capacity is not None:
        if run.interrupted:
            return 4
        return 0 if capacity.streams else 1
    if any(step.held is False for step in run.load.steps):
        return 1
    if run.interrupted or not run.load.steps or any(step.held is None for step in run.load.steps):
        return 4
    return 0
