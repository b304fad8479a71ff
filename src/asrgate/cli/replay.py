"""`asrgate replay`: a saved session once more."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click

from asrgate.cli.options import Reach, endpoint_options
from asrgate.errors import InvalidRun, UsageError
from asrgate.fuzz.model import Problem
from asrgate.judge.finding import Verdict
from asrgate.report.files import EXCHANGES_FOLDER
from asrgate.report.record import FuzzFailure
from asrgate.suite.collection import collected_checks
from asrgate.suite.generated_again import generated_again
from asrgate.suite.ground import reached
from asrgate.suite.observer import Observer
from asrgate.suite.replaying import Replayed, concerned, replayed
from asrgate.suite.saved import Saved, load_saved, run_folder
from asrgate.suite.settings import Settings


@click.command()
@click.argument("exchange", type=click.Path(path_type=Path))
@click.option(
    "--endpoint", "url", envvar="ASRGATE_ENDPOINT", metavar="URL", help="Where; as then if not given."
)
@endpoint_options
@click.option(
    "--fixtures",
    type=click.Path(path_type=Path),
    envvar="ASRGATE_FIXTURES",
    metavar="DIR",
    help="Folder of the clips that were sent; that of the run if not given.",
)
@click.option("--destructive", is_flag=True, help="Also what may take a vulnerable server down.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Keep the new exchanges here.")
def replay(
    exchange: Path, url: str | None, reach: Reach, fixtures: Path | None, destructive: bool, out: Path | None
) -> None:
    """Drive the session of a saved EXCHANGE again, and judge what its findings were about.

    Sessions that it is compared with are driven as well. Exit status: 0 fixed, 1 failed, 2 wrong use, 3 not
    reachable, 4 nothing to judge.
    """
    file = exchange.resolve()
    folder = run_folder(file)
    beside = [folder] if folder is not None and file.parent.name == EXCHANGES_FOLDER else [file]
    saved = load_saved(beside, fixtures)
    if file not in saved.exchanges:
        raise UsageError(f"{exchange}: there is no such exchange")
    failure = saved.fuzz_failure_in(file)
    if failure is not None:
        with reached(_settings(saved, file, url, reach, fixtures), _say) as ground:
            problem = generated_again(failure, saved.exchanges[file].scenario, ground)
        for line in _generated_lines(failure, problem):
            click.echo(line)
        sys.exit(1 if problem is not None else 0)
    wanted = concerned(saved, file, collected_checks(), destructive=destructive)
    if not wanted:
        raise InvalidRun(f"{exchange}: no requirement asks for this session, so there is nothing to judge")
    with (
        tempfile.TemporaryDirectory() as scratch,
        reached(_settings(saved, file, url, reach, fixtures), _say) as ground,
    ):
        found = replayed(saved, file, wanted, ground, out or Path(scratch), Observer())
    for line in (line for one in found for line in _lines(one)):
        click.echo(line)
    sys.exit(_status(found))


def _settings(saved: Saved, file: Path, url: str | None, reach: Reach, fixtures: Path | None) -> Settings:
    """Where the session is driven: at `url`, where it was driven then, or against the embedded endpoint."""
    was = saved.exchanges[file].url
    embedded = url is None and saved.options.get("embedded", False)
    return Settings(
        endpoint=None if embedded else reach.endpoint(url or was),
        dialect=saved.dialect,
        tls=embedded and urlsplit(was).scheme == "wss",
        fixtures=fixtures or saved.clips.directory,
        wait_s=reach.wait_s,
    )


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _lines(one: Replayed) -> Iterator[str]:
    requirement = one.check.requirement
    yield click.style(f"{_word(one)}  {requirement.id} {requirement.level}", bold=True) + (
        f"  {requirement.title}"
    )
    if one.before is not None:
        yield f"  then  {one.before.verdict}: {one.before.reason}"
    yield f"  now   {one.now.verdict}: {one.now.reason}"


def _generated_lines(failure: FuzzFailure, problem: Problem | None) -> Iterator[str]:
    yield click.style(f"{'FIXED' if problem is None else 'FAILED'}  {failure.cause}", bold=True)
    yield f"  then  {failure.reason}"
    yield f"  now   {'no rule is broken' if problem is None else problem.sentence}"


def _word(one: Replayed) -> str:
    if one.now.verdict is Verdict.PASS:
        held = one.before is not None and one.before.verdict == Verdict.PASS
        return "HOLDS" if held else "FIXED"
    return "FAILED" if one.now.verdict is Verdict.FAIL else one.now.verdict.upper()


def _status(found: tuple[Replayed, ...]) -> int:
    verdicts = {one.now.verdict for one in found}
    if Verdict.FAIL in verdicts:
        return 1
    return 0 if Verdict.PASS in verdicts else InvalidRun.exit_status
