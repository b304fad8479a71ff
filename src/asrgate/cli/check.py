"""`asrgate check`: conformance."""

from typing import Any

import click

from asrgate.cli.output import Output, output_options
from asrgate.cli.run_options import check_options, run_options, settings_of
from asrgate.report.assemble import exit_status_of
from asrgate.suite.commands import run_checks


@click.command()
@run_options
@check_options
@output_options
def check(output: Output, **options: Any) -> None:
    """Judge whether the endpoint at URL keeps its protocol; without URL, the embedded endpoint.

    The same run as `pytest conformance --endpoint URL`. Nothing that is known to harm a server is sent unless
    --destructive asks for it. Exit status: 0 all held, 1 a MUST failed, 2 wrong use, 3 not reachable,
    4 no verdict.
    """
    with output.observing() as observer:
        run = run_checks(settings_of(**options), observer)
    output.exit(run, exit_status_of(run))
