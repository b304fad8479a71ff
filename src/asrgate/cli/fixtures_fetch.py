"""`asrgate fixtures fetch`: a public test set as a folder of clips."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from asrgate.audio.fetching import downloading
from asrgate.audio.fetching.catalogue import TEST_SETS, Archive, TestSet
from asrgate.audio.importing.formats import FORMATS
from asrgate.audio.importing.writing import write_clips
from asrgate.errors import AsrgateError, UsageError

_CACHE = Path("~/.cache/asrgate/test-sets")
_STEPS = 10


@click.command()
@click.argument("name", metavar="NAME", type=click.Choice(list(TEST_SETS)))
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=_CACHE,
    show_default=True,
    metavar="DIR",
    help="Where downloads are kept, and gone on with.",
)
@click.option("--mirror", metavar="URL", help="A folder on the web that has the same files.")
@click.option("--first", type=click.IntRange(min=1), metavar="N", help="Only the first N utterances.")
def fetch(name: str, directory: Path, cache: Path, mirror: str | None, first: int | None) -> None:
    """Download the public test set NAME, and make a folder of clips in DIR of it.

    A download that was interrupted goes on where it ended, and is checked against its checksum. The names:
    aishell-1 (15 GB for its test part), fleurs-zh, fleurs-en, librispeech (test-clean).
    """
    if directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty: name another folder")
    test_set = TEST_SETS[name]
    click.echo(f"{test_set.title}, {test_set.licence}", err=True)
    archives = tuple(_fetched(archive, mirror, cache.expanduser() / name) for archive in test_set.archives)
    click.echo("Unpacking", err=True)
    with tempfile.TemporaryDirectory(dir=cache.expanduser(), prefix="unpacked-") as unpacked:
        _make(test_set, archives, Path(unpacked), directory, first)


def _make(
    test_set: TestSet, archives: tuple[Path, ...], unpacked: Path, directory: Path, first: int | None
) -> None:
    test_set.unpack(archives, unpacked)
    listing = FORMATS[test_set.form](unpacked / "list.tsv" if test_set.form == "table" else unpacked)
    recordings = sorted(listing.recordings, key=lambda recording: recording.id)[:first]
    done = write_clips(recordings, directory, language=test_set.language, tags=())
    for problem in (*listing.problems, *done.problems):
        click.echo(problem, err=True)
    if not done.clips:
        raise AsrgateError(f"there is no utterance in {archives[-1]}")
    click.echo(f"{done.clips} clips, {done.seconds:.1f} s in {directory}.")
    click.echo(f"Try them: asrgate accuracy --fixtures {directory}")


def _fetched(archive: Archive, mirror: str | None, folder: Path) -> Path:
    if mirror is not None:
        archive = replace(archive, url=f"{mirror.rstrip('/')}/{archive.name}")
    with _told(archive.name) as progress:
        return downloading.download(archive, folder, progress)


@contextmanager
def _told(name: str) -> Iterator[downloading.Progress]:
    """Say how far a download is: a bar on a terminal, a line for each tenth elsewhere."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        said = [-1]

        def line(have: int, whole: int | None) -> None:
            tenth = have * _STEPS // whole if whole else have // (100 << 20)
            if tenth > said[0]:
                said[0] = tenth
                click.echo(
                    f"{name}: {have / 1e6:.0f} MB{f' of {whole / 1e6:.0f}' if whole else ''}", err=True
                )

        yield line
        return
    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda have, whole: bar.update(task, completed=have, total=whole)
