"""A load run while it lasts: a line that follows it on a terminal, and a line for each step anywhere."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from asrgate.load.engine import Load
from asrgate.load.running import Measured, Watcher
from asrgate.load.step import Step
from asrgate.measure.latency import Distribution
from asrgate.report.numbers import DASH, milliseconds, percent

_PIPE_COLUMNS = 160


class LoadProgress(Watcher):
    """Shows how a load run goes; with `as_json` on standard error, with `quiet` not at all."""

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        file = sys.stderr if as_json else sys.stdout
        self.console = Console(file=file, highlight=False, width=None if file.isatty() else _PIPE_COLUMNS)
        self._quiet = quiet
        self._live = Live(console=self.console, transient=True, auto_refresh=False)

    def __enter__(self) -> Self:
        if self.console.is_terminal and not self._quiet:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()

    def say(self, sentence: str) -> None:
        """Write the sentence."""
        if not self._quiet:
            self.console.print(Text(sentence), soft_wrap=True)

    def alone(self, heard: int, of: int) -> None:
        """Say how many clips were heard."""
        self._show(Text(f"each clip alone, to know its text: {heard} of {of}"))

    def began(self, load: Load, purpose: str) -> None:
        """Say what is being started."""
        self._show(Text(f"{purpose}: callers begin"))

    def looked(self, so_far: Measured) -> None:
        """Show what was measured so far."""
        step = so_far.step
        clock = f"{min(so_far.at_s, so_far.load.total_s):.0f} of {so_far.load.total_s:.0f} s"
        line = Text.assemble((f"{so_far.purpose}  ", "bold"), f"{clock} · {_streams(so_far.speaking)} · ")
        self._show(line.append_text(_figures(step)))

    def ended(self, measured: Measured) -> None:
        """Write what a step gave, and whether it held."""
        if self._quiet:
            return
        line = Text.assemble(_outcome(measured), f" {measured.purpose}: ", _figures(measured.step))
        self.console.print(line, soft_wrap=True)
        for attainment in measured.attainments:
            if attainment.tends is False:
                self.console.print(Text(f"       {attainment.reason}", "red"), soft_wrap=True)

    def _show(self, line: Text) -> None:
        if self._live.is_started:
            line.no_wrap = True
            line.overflow = "ellipsis"
            self._live.update(line, refresh=True)


def _streams(count: int) -> str:
    return "1 stream" if count == 1 else f"{count} streams"


def _outcome(measured: Measured) -> tuple[str, str]:
    if measured.step.generator.saturated is not None:
        return "void  ", "yellow"
    told = [attainment.tends for attainment in measured.attainments if attainment.tends is not None]
    if not told:
        return "      ", ""
    if not all(told):
        return "missed", "bold red"
    claimed = all(attainment.held for attainment in measured.attainments)
    return ("held  ", "green") if claimed else ("held? ", "green")


def _figures(step: Step) -> Text:
    generator = step.generator
    late = f"{generator.p99_ms:.1f} ms late" if generator.p99_ms is not None else "not yet"
    busy = f", {generator.cpu:.0%} of a core" if generator.cpu is not None else ""
    parts = [
        f"first partial {_p95(step.first_partial)}",
        f"final {_p95(step.final)}",
        f"lag {_p95(step.partial_lag)}",
        f"errors {step.failed} of {step.sessions}",
        f"other texts {percent(step.text_mismatch_rate)}" if step.text_mismatches else "",
        f"generator {late}{busy}",
    ]
    return Text(" · ".join(filter(None, parts)))


def _p95(distribution: Distribution) -> str:
    """The 95th percentile, or the largest so far while there are too few for it."""
    if distribution.p95 is not None:
        return f"p95 {milliseconds(distribution.p95)} ms"
    if distribution.largest is not None:
        return f"≤ {milliseconds(distribution.largest)} ms"
    return DASH
