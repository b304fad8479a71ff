"""`asrgate calibrate`: the noise of one deployment."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from asrgate.cli.accuracy import measure_options
from asrgate.cli.run_options import run_options, settings_of
from asrgate.gate.calibration import FEWEST_REPEATS, keep, noise_of, tolerances_for, written
from asrgate.gate.sides import Runs
from asrgate.report.record import Run
from asrgate.suite.commands import run_accuracy
from asrgate.suite.observer import Observer
from asrgate.suite.settings import default_directory


@click.command()
@run_options
@measure_options
@click.option(
    "--repeats",
    type=click.IntRange(FEWEST_REPEATS, 50),
    default=5,
    show_default=True,
    envvar="ASRGATE_REPEATS",
    metavar="N",
    help="How often to measure.",
)
@click.option(
    "--write",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("asrgate.toml"),
    show_default=True,
    metavar="FILE",
    help="Configuration file that gets the tolerances, in its table [compare].",
)
def calibrate(repeats: int, file: Path, **options: Any) -> None:
    """Measure the endpoint at URL several times, and write the tolerances that `asrgate compare` shall use.

    The runs stay in the folder, which can be given to `asrgate compare` as BASE. Without URL the embedded
    endpoint is measured.
    """
    settings = settings_of(**options, accuracy=True)
    directory = settings.directory or default_directory(settings.endpoint)
    paths: list[Path] = []
    runs: list[Run] = []
    for number in range(1, repeats + 1):
        click.echo(f"Repeat {number} of {repeats}", err=True)
        path = directory / f"repeat-{number}"
        run = run_accuracy(replace(settings, directory=path), Observer())
        if run.interrupted:
            raise KeyboardInterrupt
        paths.append(path)
        runs.append(run)
    noise = noise_of(Runs(tuple(paths), tuple(runs)))
    tolerances = tolerances_for(noise)
    keep(tolerances, file)
    click.echo(f"Largest differences between two of {repeats} repeats: {', '.join(written(noise))}")
    click.echo(f"Tolerances: {', '.join(written(tolerances))}, written to {file}")
    click.echo(f"Runs: {directory} (give it to asrgate compare as BASE)")
