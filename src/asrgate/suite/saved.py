"""Saved exchanges as a ground on which checks are judged again, without an endpoint."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from asrgate.audio.clips import ClipSet, bundled_clips_directory, load_clips
from asrgate.errors import UsageError
from asrgate.report.files import EXCHANGES_FOLDER, RUN_FILE, read_run
from asrgate.report.record import FindingRecord, FuzzFailure, Run
from asrgate.suite.given import RECOVERY_S, Given
from asrgate.suite.jobs import Job, NotDriven
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.recording import read_exchange
from asrgate.wire.scenario import AwaitTerminator, Scenario

BUNDLED = "bundled"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """Exchanges by the path of their files, and the run that they come from where there is one."""

    exchanges: Mapping[Path, Exchange]
    run: Run | None
    clips: ClipSet

    @property
    def dialect(self) -> str:
        """The dialect that they were judged by."""
        return next(iter(self.exchanges.values())).dialect

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the run; nothing is known of exchanges without one."""
        return self.run.environment.options if self.run is not None else {}

    def given(self) -> Given:
        """The ground of the run, on which what was not saved counts as not driven."""
        return Given(
            dialect=dialect_named(self.dialect),
            clips=self.clips,
            driven=self._driven,
            seed=self.options.get("seed", 0),
            expected=frozenset(self.options.get("expect", ())),
            recovery_s=self.options.get("recovery_s", RECOVERY_S),
        )

    def findings_on(self, file: Path) -> tuple[FindingRecord, ...]:
        """The findings of the run whose evidence is in this file, in the order of the catalogue."""
        name = f"{EXCHANGES_FOLDER}/{file.name}"
        found = self.run.findings if self.run is not None else ()
        return tuple(f for f in found if any(shown.exchange == name for shown in f.evidence))

    def fuzz_failure_in(self, file: Path) -> FuzzFailure | None:
        """What fuzzing found with the session in this file, None when it is none of its."""
        name = f"{EXCHANGES_FOLDER}/{file.name}"
        failures = self.run.fuzz.failures if self.run is not None and self.run.fuzz is not None else ()
        return next((failure for failure in failures if failure.exchange == name), None)

    def _driven(self, job: Job) -> tuple[Exchange, ...]:
        return tuple(self._exchange(scenario) for scenario in job.scenarios)

    def _exchange(self, scenario: Scenario) -> Exchange:
        found = self._by_steps.get(scenario.fingerprint) or self._by_steps.get(_impatient(scenario))
        if found is None:
            raise NotDriven("its exchange is not among those that were saved")
        return found

    @cached_property
    def _by_steps(self) -> dict[str, Exchange]:
        return {key: exchange for exchange in self.exchanges.values() for key in _keys(exchange.scenario)}


def load_saved(paths: Iterable[Path], fixtures: Path | None = None) -> Saved:
    """Read exchanges: the files that are named, and all those of the folders of runs.

    `fixtures` is the folder of clips; that of the run, or the bundled one, when it is None.

    Raises:
        UsageError: something cannot be read, there is no exchange, or they do not belong together.
    """
    named = tuple(paths)
    files = [file for path in named for file in _files(path)]
    if not files:
        raise UsageError(f"{named[0]}: there are no exchanges; expected *.jsonl files or the folder of a run")
    folders = {run_folder(file) for file in files}
    if len(folders) > 1:
        listed = ", ".join(sorted(str(folder) for folder in folders if folder is not None))
        raise UsageError(f"expected exchanges of one run, got those of {listed}")
    exchanges = {file: read_exchange(file) for file in files}
    dialects = sorted({exchange.dialect for exchange in exchanges.values()})
    if len(dialects) > 1:
        raise UsageError(f"expected exchanges of one dialect, got {', '.join(dialects)}")
    (folder,) = folders
    run = read_run(folder) if folder is not None else None
    return Saved(exchanges=exchanges, run=run, clips=load_clips(fixtures or _fixtures(run)))


def run_folder(file: Path) -> Path | None:
    """The folder of the run that an exchange belongs to, None when it lies by itself."""
    folder = file.resolve().parent.parent
    return folder if (folder / RUN_FILE).is_file() else None


def _files(path: Path) -> Iterator[Path]:
    folder = path.parent if path.name == RUN_FILE else path
    if folder.is_dir():
        inner = folder / EXCHANGES_FOLDER
        yield from sorted((inner if inner.is_dir() else folder).glob("*.jsonl"))
    else:
        yield path


def _fixtures(run: Run | None) -> Path:
    if run is None or run.environment.fixtures == BUNDLED:
        return bundled_clips_directory()
    folder = Path(run.environment.fixtures)
    if not folder.is_dir():
        raise UsageError(
            f"the clips of the run are not in {folder} any more; give their folder by --fixtures"
        )
    return folder


def _keys(scenario: Scenario) -> Iterator[str]:
    yield _impatient(scenario)
    yield scenario.fingerprint


def _impatient(scenario: Scenario) -> str:
    """The fingerprint without the waits: a run shortens them for an endpoint that answers nothing."""
    steps = (replace(s, timeout_s=0.0) if isinstance(s, AwaitTerminator) else s for s in scenario.steps)
    return replace(scenario, steps=tuple(steps)).fingerprint
