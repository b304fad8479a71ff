"""`asrgate accuracy`: error rates."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from asrgate.audio.clips import MANIFEST_NAME
from asrgate.audio.conditions import DEGRADATIONS, PRESETS
from asrgate.cli.hotword_options import hotword_trial_options
from asrgate.cli.output import Output, output_options
from asrgate.cli.result import rates_conclusion
from asrgate.cli.run_options import ALL_PRESETS, run_options, settings_of
from asrgate.errors import InvalidRun, UsageError
from asrgate.report.record import Run
from asrgate.suite.commands import run_accuracy
from asrgate.suite.given import MODES

_MEASURE_OPTIONS = (
    click.option(
        "--mode",
        "modes",
        multiple=True,
        type=click.Choice(MODES),
        envvar="ASRGATE_ACCURACY_MODE",
        help="Measure in this mode only; may be repeated. All that the endpoint has if not given.",
    ),
    click.option(
        "--rate",
        "rates_hz",
        multiple=True,
        type=click.IntRange(8000, 48000),
        envvar="ASRGATE_ACCURACY_RATE",
        metavar="HZ",
        help="Send the clips at this rate; may be repeated. 16000 if not given.",
    ),
    click.option(
        "--degrade",
        "degradations",
        multiple=True,
        type=click.Choice(tuple(DEGRADATIONS)),
        envvar="ASRGATE_ACCURACY_DEGRADE",
        help="Beside the clean clips, send them with noise or other voices (a number is the SNR in dB), in a "
        "room that echoes, in the band of a telephone, clipped, or quiet; may be repeated.",
    ),
    click.option(
        "--preset",
        "presets",
        multiple=True,
        type=click.Choice((*PRESETS, ALL_PRESETS)),
        envvar="ASRGATE_ACCURACY_PRESET",
        help="Beside the usual chunk_size 5,10,5, send the clips with this one, in modes that have partials; "
        "may be repeated. With --pace real the report shows what it costs in latency and in errors.",
    ),
    click.option(
        "--pace",
        type=click.Choice(["max", "real"]),
        default="max",
        show_default=True,
        envvar="ASRGATE_PACE",
        help="As fast as the endpoint takes it, or at the pace of speech: only then are latencies measured.",
    ),
)


def measure_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how clips are sent to be scored."""
    for option in reversed(_MEASURE_OPTIONS):
        command = option(command)
    return command


@click.command()
@run_options
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    envvar="ASRGATE_MANIFEST",
    metavar="FILE",
    help=f"The {MANIFEST_NAME} of a folder of clips: the same as --fixtures with that folder.",
)
@measure_options
@hotword_trial_options
@output_options
def accuracy(output: Output, manifest: Path | None, fixtures: Path | None, **options: Any) -> None:
    """Measure how well the endpoint at URL recognises every clip, in every mode that it has.

    Without URL the embedded endpoint is measured. Nothing is judged: the exit status is 0 when there is a
    rate.
    """
    if manifest is not None:
        fixtures = _folder_of(manifest, fixtures)
    with output.observing(rates_conclusion) as observer:
        run = run_accuracy(settings_of(**options, fixtures=fixtures, accuracy=True), observer)
    output.exit(run, 0 if _has_rates(run) else InvalidRun.exit_status)


def _has_rates(run: Run) -> bool:
    rates = run.accuracy.slices.values() if run.accuracy is not None else ()
    return run.valid and not run.interrupted and any(rate.value is not None for rate in rates)


def _folder_of(manifest: Path, fixtures: Path | None) -> Path:
    if fixtures is not None:
        raise UsageError("--manifest and --fixtures say the same thing: give one of them")
    if manifest.name != MANIFEST_NAME or not manifest.is_file():
        raise UsageError(f"--manifest {manifest}: expected a file named {MANIFEST_NAME}")
    return manifest.parent
