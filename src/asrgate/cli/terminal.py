"""A run while it lasts: which sessions are being driven, how much was sent, what was found so far."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from asrgate.cli.result import conclusion, tables
from asrgate.judge.catalogue import Requirement
from asrgate.judge.finding import Finding, Verdict
from asrgate.report.record import Run
from asrgate.suite.announcement import announcement
from asrgate.suite.ground import Ground
from asrgate.suite.observer import Observer
from asrgate.suite.plan import Plan
from asrgate.wire.scenario import Scenario

# Wide enough that a reason stays on its line when it goes to a file or a pipe.
_PIPE_COLUMNS = 160
_NAMED_SESSIONS = 3

Conclusion = Callable[[Run, Path], Iterator[Text]]


class _Console(Console):
    """A console whose reader may leave, as `| head` does: the run goes on to its report and its status."""

    def on_broken_pipe(self) -> None:
        """Write nowhere from now on, as Python's documentation on SIGPIPE advises."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


class Terminal(Observer):
    """Shows progress on a terminal, and what came of it anywhere.

    With `as_json` nothing is written to standard output and results are not shown; with `quiet` only the
    conclusion is.
    """

    def __init__(self, *, as_json: bool, quiet: bool, conclusion: Conclusion = conclusion) -> None:
        self._as_json = as_json
        self._quiet = quiet
        self._conclusion = conclusion
        self._console = _console(to_errors=as_json)
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f} of {task.total:.0f} s of audio"),
            TextColumn("{task.fields[sessions]}"),
            TextColumn("{task.fields[judged]}"),
            TextColumn("{task.fields[driven]}", style="dim"),
            console=self._console,
            transient=True,
            disable=quiet or not self._console.is_terminal,
        )
        self._task = self._progress.add_task("", total=1, sessions="", judged="", driven="")
        self._running: list[str] = []
        self._sessions = self._ended = self._judged = self._failed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, sentence: str) -> None:
        """Write the sentence."""
        self._write([Text(sentence)])

    def planned(self, ground: Ground, plan: Plan, streams: int) -> None:
        """Say what will be sent, before anything is, and begin to show progress."""
        self.say(announcement(ground, plan, streams))
        self._sessions = len(plan.scenarios)
        self._progress.update(self._task, total=max(plan.audio_s, 1))
        self._show()
        self._progress.start()

    def began(self, scenario: Scenario) -> None:
        """Name the session."""
        self._running.append(scenario.name)
        self._show()

    def sent(self, audio_s: float) -> None:
        """Move the bar."""
        self._progress.advance(self._task, audio_s)

    def ended(self, scenario: Scenario) -> None:
        """Count the session."""
        self._running.remove(scenario.name)
        self._ended += 1
        self._show()

    def fuzzing(self, doing: str, sessions: int, planned: int | None, causes: int) -> None:
        """Say how far the generated sessions are."""
        of = f" of {planned}" if planned is not None else ""
        found = f", {causes} causes" if causes > 1 else ", 1 cause" if causes else ""
        self._progress.update(self._task, driven=f"{doing}: {sessions}{of}{found}")

    def found(self, requirement: Requirement, finding: Finding) -> None:
        """Count the finding."""
        self._judged += 1
        self._failed += finding.verdict is Verdict.FAIL
        self._show()

    def finished(self, run: Run, report: Path) -> None:
        """Show what was found, the verdict, and where the report is."""
        self._progress.stop()
        if self._as_json:
            return
        self._write(tables(run))
        for line in self._conclusion(run, report):
            self._console.print(line, soft_wrap=True)

    def _show(self) -> None:
        failed = f", {self._failed} failed" if self._failed else ""
        self._progress.update(
            self._task,
            sessions=f"{self._ended} of {self._sessions} sessions",
            judged=f"{self._judged} judged{failed}" if self._judged else "",
            driven=_named(self._running),
        )

    def _write(self, lines: Iterable[RenderableType]) -> None:
        if not self._quiet:
            for line in lines:
                self._print(line)

    def _print(self, line: RenderableType) -> None:
        """Print, without the spaces with which rich fills lines up when nobody sees them."""
        if self._console.is_terminal:
            self._console.print(line)
            return
        with self._console.capture() as capture:
            self._console.print(line)
        try:
            for text in capture.get().splitlines():
                print(text.rstrip(), file=self._console.file)
        except BrokenPipeError:
            self._console.on_broken_pipe()


def _console(*, to_errors: bool) -> Console:
    file = sys.stderr if to_errors else sys.stdout
    return _Console(file=file, highlight=False, width=None if file.isatty() else _PIPE_COLUMNS)


def _named(running: list[str]) -> str:
    more = len(running) - _NAMED_SESSIONS
    return ", ".join(running[:_NAMED_SESSIONS]) + (f" and {more} more" if more > 0 else "")
