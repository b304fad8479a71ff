"""`asrgate fixtures import`: what people have, as a folder of clips."""

import shutil
from pathlib import Path
from typing import cast

import click

from asrgate.audio.importing.formats import FORMATS, format_of
from asrgate.audio.importing.writing import problems_with, write_clips
from asrgate.audio.manifest import Language
from asrgate.errors import UsageError

_SHOWN = 20


@click.command("import")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="What SOURCE is; found out if not given."
)
@click.option(
    "--language",
    type=click.Choice(["zh", "en", "mixed"]),
    help="What is spoken; told by the list, or else by the script of each text, if not given.",
)
@click.option("--tag", "tags", multiple=True, help="A tag for every clip; may be repeated.")
@click.option("--skip-broken", is_flag=True, help="Leave out what is wrong instead of importing nothing.")
def import_clips(
    source: Path,
    directory: Path,
    form: str | None,
    language: str | None,
    tags: tuple[str, ...],
    skip_broken: bool,
) -> None:
    """Make a folder of clips in DIR of a data set that you have.

    SOURCE is a Kaldi folder (wav.scp, text), JSON lines as NeMo has them, a CSV or TSV file, a Hugging Face
    audio folder, AISHELL-1, LibriSpeech, or a folder of sound files with a .txt beside each. Every line that
    is wrong is told; unless --skip-broken is given nothing is imported then.
    """
    if directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty: name another folder")
    listing = FORMATS[form or format_of(source)](source)
    problems = [*listing.problems, *problems_with(listing.recordings)]
    if problems and not skip_broken:
        raise _nothing_imported(problems, source)
    chosen = cast("Language | None", language)
    done = write_clips(listing.recordings, directory, language=chosen, tags=tags)
    broken = [*listing.problems, *done.problems]
    if broken and not skip_broken:
        shutil.rmtree(directory)
        raise _nothing_imported(broken, source)
    _tell(broken)
    if not done.clips:
        raise UsageError(f"{source}: there is nothing in it that can be imported")
    left = f"; {_count(len(broken))}, left out" if broken else ""
    click.echo(f"{done.clips} clips, {done.seconds:.1f} s in {directory}{left}.")
    click.echo(f"Try them: asrgate accuracy --fixtures {directory}")


def _nothing_imported(problems: list[str], source: Path) -> UsageError:
    _tell(problems)
    return UsageError(
        f"{_count(len(problems))} in {source}, nothing was imported: mend them, or leave them out with "
        f"--skip-broken"
    )


def _tell(problems: list[str]) -> None:
    for problem in problems[:_SHOWN]:
        click.echo(problem, err=True)
    if len(problems) > _SHOWN:
        click.echo(f"… and {len(problems) - _SHOWN} more", err=True)


def _count(problems: int) -> str:
    return "1 problem" if problems == 1 else f"{problems} problems"
