"""`asrgate validate`: the main job."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from asrgate.cli.output import Output, output_options
from asrgate.cli.run_options import check_options, run_options, settings_of
from asrgate.errors import UsageError
from asrgate.report.assemble import exit_status_of
from asrgate.report.load_record import LoadRecord
from asrgate.suite.commands import run_checks
from asrgate.suite.ground import Ground
from asrgate.suite.observer import Observer
from asrgate.suite.settings import Settings


@click.command()
@run_options
@check_options
@click.option(
    "--load-streams",
    type=click.IntRange(0, 64),
    default=4,
    show_default=True,
    metavar="N",
    help="Callers at a time in the short load at the end; 0 leaves it out.",
)
@output_options
def validate(output: Output, load_streams: int, **options: Any) -> None:
    """Judge the deployment at URL: does it keep its protocol, how well does it recognise, a few at a time?

    One run and one report. Without URL the embedded endpoint is judged. Exit status: 0 all held, 1 a MUST
    failed or the short load was not borne, 2 wrong use, 3 not reachable, 4 no verdict.
    """
    settings = settings_of(**options, accuracy=True)
    with output.observing() as observer:

        def under_load(ground: Ground, alone: Mapping[str, str], folder: Path) -> LoadRecord | None:
            return _under_load(settings, ground, alone, folder, load_streams, observer)

        run = run_checks(settings, observer, under_load if load_streams else None)
    output.exit(run, exit_status_of(run))


def _under_load(
    settings: Settings,
    ground: Ground,
    alone: Mapping[str, str],
    folder: Path,
    streams: int,
    observer: Observer,
) -> LoadRecord | None:
    """The short load, where what generates it is installed."""
    try:
        # Only here: it is an extra, and the rest of the run does without.
        from asrgate.load.brief import MEASURED_S, brief_load
    except UsageError as error:
        observer.say(f"The short load was left out: {error}")
        return None
    observer.say(
        f"Then a short load: {streams} callers at a time, at the pace of speech, for {MEASURED_S:g} s or more"
    )
    return brief_load(settings, ground, alone, folder, streams=streams)
