"""Runs `asrgate load` and `asrgate capacity` as a user does, against endpoints with something wrong."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from asrgate.report.headline import headline, qualifications
from asrgate.report.record import RUN, Run

ASRGATE = (sys.executable, "-m", "asrgate")
DIALECT = "funasr-2pass"

STOPPED_S = 0.1
"""For so long a starved generator is stopped, and then runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command came to: its exit status, and what the run record says."""

    status: int
    run: Run

    @property
    def sentence(self) -> str:
        """What the report says of it."""
        return " ".join((headline(self.run, "en"), *qualifications(self.run, "en")[:2]))

    @property
    def streams(self) -> int:
        """The capacity that was found, 0 without."""
        capacity = self.run.load.capacity if self.run.load else None
        return capacity.streams if capacity else 0

    @property
    def interval(self) -> tuple[int, int]:
        """The interval of the capacity."""
        capacity = self.run.load.capacity if self.run.load else None
        return capacity.interval if capacity else (0, 0)

    @property
    def limiting(self) -> str:
        """The objective that limits it."""
        capacity = self.run.load.capacity if self.run.load else None
        return (capacity.limiting if capacity else None) or ""

    @property
    def invalid(self) -> str:
        """Why the run is not valid."""
        return self.run.invalid_reason or ""

    @property
    def errors(self) -> int:
        """Calls that failed."""
        return sum(sum(step.errors.values()) for step in self.run.load.steps) if self.run.load else 0

    @property
    def mismatches(self) -> int:
        """Calls with a wrong text."""
        return sum(step.text_mismatches for step in self.run.load.steps) if self.run.load else 0

    @property
    def crossed(self) -> int:
        """Calls that were told what another one spoke."""
        return sum(step.crossed for step in self.run.load.steps) if self.run.load else 0

    @property
    def failed(self) -> tuple[str, ...]:
        """The requirements that failed."""
        return tuple(finding.id for finding in self.run.findings if finding.verdict == "fail")

    @property
    def died_at(self) -> int | None:
        """With how many streams the endpoint died, None when it did not."""
        deaths = self.run.load.deaths if self.run.load else ()
        return deaths[0].streams if deaths else None


Beside = Callable[[int], AbstractContextManager[None]]
"""Does something to the command with this process ID while it runs."""


def result_of(folder: Path, *arguments: str, beside: Beside = lambda pid: nullcontext()) -> Result:
    """Run a command; its report and its log lie in the folder."""
    command = [*ASRGATE, *arguments, "--dialect", DIALECT, "--out", str(folder)]
    with (
        (folder / "log.txt").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True) as process,
        beside(process.pid),
    ):
        status = process.wait()
    run = RUN.validate_json((folder / "run.json").read_bytes())
    return Result(status=status, run=run)


@contextmanager
def endpoint(*, cores: tuple[int, ...] | None = None) -> Iterator[str]:
    """The embedded endpoint on all cores, or on these."""
    command = [*ASRGATE, "serve", "--embedded", "--port", "0", "--dialect", DIALECT]
    command += ["--workers", str(len(cores or os.sched_getaffinity(0)))]

    def pin() -> None:
        if cores is not None:
            os.sched_setaffinity(0, cores)

    with _speaking(command, pin) as url:
        yield url


@contextmanager
def broken(url: str, fault: str) -> Iterator[str]:
    """An endpoint behind a proxy with a fault."""
    with _speaking(
        [*ASRGATE, "break", url, "--fault", fault, "--listen", "127.0.0.1:0"], lambda: None
    ) as line:
        yield line.partition(": ")[2].split()[0]


@contextmanager
def starved(pid: int) -> Iterator[None]:
    """Stop the generator of a command for half of the time, as a machine without a core for it would."""
    over = threading.Event()

    def starve() -> None:
        while not over.wait(STOPPED_S):
            for signal_ in (signal.SIGSTOP, signal.SIGCONT):
                for process in _locusts(pid):
                    with suppress(psutil.NoSuchProcess):
                        process.send_signal(signal_)
                if signal_ is signal.SIGSTOP:
                    over.wait(STOPPED_S)

    thread = threading.Thread(target=starve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _locusts(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(pid).children(recursive=True)
        return [child for child in children if "locust" in " ".join(child.cmdline())]
    return []


@contextmanager
def _speaking(command: list[str], before: Callable[[], None]) -> Iterator[str]:
    """A process that says in its first line where it is reached."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=before,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
