"""`asrgate validate`: the main job."""

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
def validate(output: Output, **options: Any) -> None:
    """Judge the deployment at URL: does it keep its protocol, and how well does it recognise?

    One run and one report. Without URL the embedded endpoint is judged. Exit status: 0 all held, 1 a MUST
    failed, 2 wrong use, 3 not reachable, 4 no verdict.
    """
    with output.observing() as observer:
        run = run_checks(settings_of(**options, accuracy=True), observer)
    output.exit(run, exit_status_of(run))
