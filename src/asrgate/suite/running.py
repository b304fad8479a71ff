"""A run while it lasts: what is driven, what was found so far, and the report that comes of it."""

import json
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import asrgate
from asrgate.errors import UsageError
from asrgate.judge.catalogue import Requirement
from asrgate.judge.deviations import NONE_KNOWN, KnownDeviations
from asrgate.judge.finding import Finding, Level, Verdict
from asrgate.judge.generated import Generated
from asrgate.measure.accuracy import Accuracy
from asrgate.measure.latency import latencies_of
from asrgate.report.assemble import closings_of, deviations_of, records_of, verdict_of
from asrgate.report.files import EXCHANGES_FOLDER, write_run
from asrgate.report.load_record import LoadRecord
from asrgate.report.record import EndpointRecord, FindingRecord, Run, Tool
from asrgate.suite.driver import Driver
from asrgate.suite.environment import environment_of
from asrgate.suite.given import Given, nothing_generated
from asrgate.suite.ground import Ground
from asrgate.suite.hotwording import compare_hotwords
from asrgate.suite.jobs import Job
from asrgate.suite.known import update_own
from asrgate.suite.observer import Observer
from asrgate.suite.plan import audio_s, plan_of
from asrgate.suite.probes import Probe, features_of
from asrgate.suite.scoring import accuracy_sessions, score, spoken_sessions
from asrgate.suite.settings import Settings, default_directory
from asrgate.wire.dialects import Dialect
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Scenario

if TYPE_CHECKING:
    from asrgate.suite.fuzzing import Fuzzing

FINDINGS_FILE = "findings.jsonl"
LOADS_FOLDER = "loads"

Wanted = Callable[[Given], object]
"""Something that builds exchanges on a ground: a check, or the accuracy part."""

_SCORED: tuple[Wanted, ...] = (accuracy_sessions, spoken_sessions, compare_hotwords)

UnderLoad = Callable[[Ground, Mapping[str, str], Path], LoadRecord | None]
"""Puts load on an endpoint for a short while and returns what was measured, None when nothing could be.

It is given the text that each clip gave before, and a folder of its own.
"""


class Running:
    """One run, from its plan to its report. Everything that it measures is in its directory at once.

    As a context it drives while it lasts, and leaves no connection open whatever happens.
    """

    def __init__(
        self,
        settings: Settings,
        ground: Ground,
        catalogue: Mapping[str, Requirement],
        wanted: Iterable[Wanted],
        observer: Observer,
        known: KnownDeviations = NONE_KNOWN,
        probes: Sequence[Probe] = (),
    ) -> None:
        """Plan what is wanted; the record tells the features that `probes` find.

        Raises:
            UsageError: nothing can be written where the report shall land.
        """
        self._settings = settings
        self._ground = ground
        self._catalogue = catalogue
        self._observer = observer
        self._known = known
        self._probes = probes
        self._findings: list[Finding] = []
        self._interrupted = False
        self._load: LoadRecord | None = None
        self._started_at = datetime.now(UTC)
        self._began_s = time.monotonic()
        self._directory = settings.directory or default_directory(settings.endpoint)
        _make_writable(self._directory)
        self._wants_generated = False
        self._plan = plan_of(self._jobs(wanted), ground.clips)
        self._fuzzing = self._generator() if self._wants_generated else None
        self._driver = Driver(
            self._plan,
            endpoint=ground.endpoint,
            dialect=ground.dialect,
            clips=ground.clips,
            streams=settings.streams,
            directory=self._directory / EXCHANGES_FOLDER,
            observer=observer,
            interlude=self._fuzzing,
        )

    def __enter__(self) -> Self:
        # A pipeline that is cancelled sends SIGTERM: what was measured is as good as after Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self._observer.planned(self._ground, self._plan, self._settings.streams)
        if self._fuzzing is not None:
            self._observer.say(self._fuzzing.announcement)
        self._driver.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._driver.stop()

    @property
    def given(self) -> Given:
        """The ground on which what was wanted is built again, now with the exchanges that were driven."""
        return self._given(self._driver, self._fuzzing.result if self._fuzzing else nothing_generated)

    def _given(
        self, driven: Callable[[Job], tuple[Exchange, ...]], generated: Callable[[], Generated]
    ) -> Given:
        ground = self._ground
        return Given(
            dialect=ground.dialect,
            clips=ground.clips,
            driven=driven,
            seed=self._settings.seed,
            expected=frozenset(self._settings.expect),
            recovery_s=self._settings.recovery_s,
            fuzz=self._settings.fuzz,
            generated=generated,
            only_modes=self._settings.modes,
            scored_pace=1.0 if self._settings.real_time else None,
            conditions=self._settings.conditions,
            hotword_trial=self._settings.hotword_trial,
        )

    def _jobs(self, wanted: Iterable[Wanted]) -> list[Job]:
        """Let everything that is wanted ask for its scenarios, and note them."""
        jobs: list[Job] = []

        def note(job: Job) -> tuple[Exchange, ...]:
            jobs.append(job)
            return tuple(untouched(scenario, self._ground.dialect) for scenario in job.scenarios)

        def note_generated() -> Generated:
            self._wants_generated = self._settings.fuzz is not None
            return nothing_generated()

        for build in (*wanted, *(_SCORED if self._settings.accuracy else ())):
            # Whatever is wrong with it shows again, and is reported, when it is judged.
            with suppress(Exception):
                build(self._given(note, note_generated))
        return jobs

    def _generator(self) -> "Fuzzing":
        # Only a run that generates sessions needs Hypothesis, which takes its time to load.
        from asrgate.suite.fuzzing import Fuzzing

        exchanges = self._directory / EXCHANGES_FOLDER
        return Fuzzing(self._settings, self._ground, exchanges, self._observer)

    def excused(self, finding: Finding) -> Finding:
        """The finding as the known deviations leave it."""
        return self._known.excuse(finding)

    def found(self, finding: Finding) -> None:
        """Keep a finding; it is in the directory when this returns."""
        self._findings.append(finding)
        with (self._directory / FINDINGS_FILE).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(json.dumps(asdict(finding), ensure_ascii=False) + "\n")
        self._observer.found(self._catalogue[finding.requirement], finding)

    def wait(self) -> None:
        """Wait until everything that was planned has been driven."""
        self._driver.wait()

    def put_under_load(self, under_load: UnderLoad) -> None:
        """Put load on the endpoint, now that nothing else is driven; not on one that went away."""
        if self._driver.lost is not None:
            return
        folder = self._directory / LOADS_FOLDER
        self._load = under_load(self._ground, self._texts(), folder)

    def _texts(self) -> dict[str, str]:
        """What each clip gave in the main mode."""
        if self._accuracy is None:
            return {}
        main = self._accuracy.mode
        return {clip.id: clip.hypothesis for clip in self._accuracy.clips if clip.mode == main}

    @cached_property
    def _accuracy(self) -> Accuracy | None:
        """How well everything that was driven was recognised."""
        return score(self.given) if self._settings.accuracy else None

    def break_off(self) -> None:
        """Drive nothing more: the run was interrupted. Whoever interrupts again ends the process at once."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._interrupted = True
        self._driver.stop()

    def finish(self, left_out: Iterable[Finding] = ()) -> Run:
        """Score what was driven, and write the report.

        `left_out` are findings that say why a requirement was not judged.
        """
        self._driver.stop()
        findings = records_of(
            [*self._findings, *left_out],
            self._catalogue,
            absent="interrupted before it was judged" if self._interrupted else "not selected",
        )
        run = self._record(findings)
        report = write_run(run, self._directory, language=self._settings.language)
        if self._settings.update_deviations:
            self._observer.say(self._update_deviations(run))
        self._observer.finished(run, report)
        return run

    def _record(self, findings: tuple[FindingRecord, ...]) -> Run:
        clips, exchanges = self._ground.clips, self._driver.exchanges
        invalid_reason = self._why_invalid(findings)
        return Run(
            started_at=self._started_at.isoformat(timespec="milliseconds"),
            duration_s=round(time.monotonic() - self._began_s, 3),
            tool=Tool(version=asrgate.__version__),
            endpoint=EndpointRecord(
                url=self._ground.endpoint.public_url,
                dialect=self._ground.dialect.name,
                detected=self._ground.detection.as_record(),
            ),
            verdict=verdict_of(findings),
            valid=invalid_reason is None,
            findings=findings,
            sessions=len(exchanges),
            audio_s=round(sum(audio_s(exchange.scenario, clips) for exchange in exchanges), 3),
            environment=environment_of(self._settings, clips),
            latencies=latencies_of(exchanges, clips),
            accuracy=self._accuracy,
            load=self._load,
            invalid_reason=invalid_reason,
            interrupted=self._interrupted,
            features=features_of(self._probes, self.given),
            closings=closings_of(exchanges),
            deviations=deviations_of(self._known, findings),
            fuzz=self._fuzzing.record if self._fuzzing is not None else None,
        )

    def _update_deviations(self, run: Run) -> str:
        if run.interrupted or not run.valid:
            return f"{self._settings.deviations} was not updated: the run is not whole"
        return update_own(self._settings, self._ground, run.findings)

    def _why_invalid(self, findings: Iterable[FindingRecord]) -> str | None:
        """Why no verdict may be read from the run, None when one may.

        An endpoint that went away leaves most requirements open: that is a verdict only when a MUST failed.
        """
        broken = [finding for finding in findings if finding.verdict == Verdict.ERROR]
        if broken:
            return f"the suite itself failed in {broken[0].id}: {broken[0].reason}"
        must_failed = any(f.level == Level.MUST and f.verdict == Verdict.FAIL for f in findings)
        return None if must_failed else self._driver.lost or self._driver.fatal


def untouched(scenario: Scenario, dialect: Dialect) -> Exchange:
    """An exchange in which nothing has happened yet."""
    return Exchange(scenario=scenario, dialect=dialect.name, url="", started_at="")


def _make_writable(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / FINDINGS_FILE).write_text("", encoding="utf-8")
    except OSError as error:
        expected = "expected a folder that can be written"
        raise UsageError(f"--out {directory}: {error.strerror}; {expected}") from error
