"""How much a run shows, and the status that it exits with."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from asrgate.cli.result import conclusion
from asrgate.cli.terminal import Conclusion, Terminal
from asrgate.report.record import RUN, Run
from asrgate.suite.observer import Observer


@dataclass(frozen=True, slots=True)
class Output:
    """With `as_json` nothing but the run on standard output; with `quiet` nothing but the conclusion."""

    as_json: bool
    quiet: bool

    @contextmanager
    def observing(self, conclusion: Conclusion = conclusion) -> Iterator[Observer]:
        """Show how far the run is, and in the end what came of it."""
        with Terminal(as_json=self.as_json, quiet=self.quiet, conclusion=conclusion) as terminal:
            yield terminal

    def exit(self, run: Run, status: int) -> None:
        """Write the run if it was asked for, and exit."""
        if self.as_json:
            click.echo(RUN.dump_json(run))
        sys.exit(status)


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--json` and `--quiet`; it gets them as `output`, an `Output`."""

    @wraps(command)
    def with_output(*args: Any, as_json: bool, quiet: bool, **others: Any) -> Any:
        return command(*args, output=Output(as_json, quiet), **others)

    described: Callable[..., Any] = with_output
    for option in (
        click.option("--quiet", "-q", is_flag=True, envvar="ASRGATE_QUIET", help="Show only the verdict."),
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            envvar="ASRGATE_JSON",
            help="Write the run to standard output as JSON, and nothing else there.",
        ),
    ):
        described = option(described)
    return described
