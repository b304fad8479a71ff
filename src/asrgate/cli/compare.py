"""`asrgate compare`: a regression gate."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import click

from asrgate.audio.clips import bundled_clips_directory
from asrgate.cli.options import Reach, endpoint_options
from asrgate.errors import InvalidRun, UsageError
from asrgate.gate.compare import compare as compared
from asrgate.gate.compare import confirmed
from asrgate.gate.files import MARKDOWN, write_comparison
from asrgate.gate.record import COMPARISON, Comparison
from asrgate.gate.sides import Runs, read_runs
from asrgate.gate.tolerance import DEFAULTS, Tolerances, parse_tolerances
from asrgate.judge.finding import Verdict
from asrgate.report.assemble import command_line
from asrgate.report.language import LANGUAGES, Language
from asrgate.suite.commands import run_accuracy, run_checks
from asrgate.suite.observer import Observer
from asrgate.suite.settings import Settings


@click.command()
@click.argument("base", metavar="BASE", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW", type=click.Path(path_type=Path))
@endpoint_options
@click.option(
    "--tolerance",
    "tolerances",
    multiple=True,
    metavar="NAME=AMOUNT",
    help=f"The smallest rise that matters, as cer=0.5% or final=80ms; names: {', '.join(DEFAULTS)}.",
)
@click.option(
    "--on-noisy",
    type=click.Choice(["pass", "fail"]),
    default="fail",
    show_default=True,
    help="Whether to exit with 0 or 4 when it cannot be told.",
)
@click.option("--confirm", metavar="URL", help="Measure NEW once more at URL before saying that it is worse.")
@click.option(
    "--fixtures", type=click.Path(path_type=Path), metavar="DIR", help="For --confirm: the clips of the runs."
)
@click.option(
    "--streams",
    type=click.IntRange(1, 64),
    help="For --confirm: clips at a time; as many as NEW was measured with if not given.",
)
@click.option(
    "--out", "directory", type=click.Path(path_type=Path), metavar="DIR", help="Where the comparison lands."
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Write the comparison to standard output as JSON.")
def compare(
    base: Path,
    new: Path,
    reach: Reach,
    tolerances: tuple[str, ...],
    on_noisy: str,
    confirm: str | None,
    fixtures: Path | None,
    streams: int | None,
    directory: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Say whether the deployment of the run NEW is worse than that of the run BASE.

    Each is a run's folder, or a folder of several runs of one deployment (repeats). One of four answers: not
    worse (exit status 0), worse (1), too noisy to tell or not comparable (4; 0 with --on-noisy pass if it is
    too noisy).
    """
    directory = directory or Path("reports") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-compare"
    before, after = read_runs(base), read_runs(new)
    tolerated = parse_tolerances(tolerances)
    comparison = compared(before, after, tolerated)
    if comparison.answer == "worse" and confirm is not None:
        settings = _as_measured(after, reach, confirm, fixtures, streams, directory / "confirmation")
        comparison = _confirmed(comparison, before, after, settings, tolerated)
    page = write_comparison(comparison, directory, cast(Language, lang))
    if as_json:
        click.echo(COMPARISON.dump_json(comparison))
    else:
        click.echo((directory / MARKDOWN).read_text(encoding="utf-8"))
        click.echo(f"Report: {page}")
    sys.exit(_status(comparison, on_noisy))


def _confirmed(
    comparison: Comparison, before: Runs, after: Runs, settings: Settings, tolerated: Tolerances
) -> Comparison:
    assert settings.endpoint is not None
    click.echo(f"It seems worse: measuring {settings.endpoint.public_url} once more.", err=True)
    judged = any(f.verdict != Verdict.SKIPPED for run in after.runs for f in run.findings)
    again = run_checks(settings, Observer()) if judged else run_accuracy(settings, Observer())
    assert settings.directory is not None
    return confirmed(comparison, compared(before, Runs((settings.directory,), (again,)), tolerated))


def _as_measured(
    after: Runs, reach: Reach, url: str, fixtures: Path | None, streams: int | None, directory: Path
) -> Settings:
    """The settings that measure again what the runs measured."""
    # Of a folder of runs only those that scored clips say with which clips, modes and pace.
    first = next(iter(after.scored), after.runs[0])
    options = first.environment.options
    if fixtures is None and first.environment.fixtures != "bundled":
        fixtures = Path(first.environment.fixtures)
        if not fixtures.is_dir():
            raise UsageError(
                f"--confirm: the clips of {after.paths[0]} are not at {fixtures}: give --fixtures"
            )
    return Settings(
        endpoint=reach.endpoint(url),
        dialect=first.endpoint.dialect,
        fixtures=fixtures or bundled_clips_directory(),
        streams=streams or int(options.get("streams", 4)),
        seed=int(options.get("seed", 0)),
        accuracy=first.accuracy is not None,
        modes=tuple(options.get("modes", ())),
        real_time=options.get("pace") == "real",
        rates_hz=tuple(options.get("rates_hz", ())),
        degradations=tuple(options.get("degrade", ())),
        presets=tuple(options.get("presets", ())),
        wait_s=reach.wait_s,
        directory=directory,
        command=command_line(["asrgate", *sys.argv[1:]]),
    )


def _status(comparison: Comparison, on_noisy: str) -> int:
    match comparison.answer:
        case "worse":
            return 1
        case "not worse":
            return 0
        case "too noisy" if on_noisy == "pass":
            return 0
        case _:
            return InvalidRun.exit_status
