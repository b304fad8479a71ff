"""`asrgate fixtures`: the clips that checks are run with."""

import subprocess
import sys
from pathlib import Path

import click
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from asrgate.audio.clips import MANIFEST_NAME, Clip, ClipSet, bundled_clips_directory, load_clips
from asrgate.audio.verification import problems_in
from asrgate.cli.fixtures_fetch import fetch
from asrgate.cli.fixtures_import import import_clips
from asrgate.cli.fixtures_record import record
from asrgate.errors import UsageError

# Wide enough that no line of the table is cut when it goes to a file or a pipe.
_PIPE_COLUMNS = 160

_clips_option = click.option(
    "--fixtures",
    "directory",
    type=click.Path(path_type=Path),
    envvar="ASRGATE_FIXTURES",
    metavar="DIR",
    help="Folder with a manifest.jsonl; the bundled clips if not given.",
)


@click.group()
def fixtures() -> None:
    """List, verify, make, import, fetch and record the clips that checks are run with."""


fixtures.add_command(import_clips)
fixtures.add_command(fetch)
fixtures.add_command(record)


@fixtures.command("list")
@_clips_option
@click.option("--tag", "tags", multiple=True, help="Only clips with this tag; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="All facts as JSON on standard output, nothing else.")
def list_clips(directory: Path | None, tags: tuple[str, ...], as_json: bool) -> None:
    """List the clips and what is known about each."""
    clip_set = load_clips(directory or bundled_clips_directory())
    clips = clip_set.tagged(*tags)
    if as_json:
        click.echo(TypeAdapter(tuple[Clip, ...]).dump_json(clips, indent=2).decode())
        return
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else _PIPE_COLUMNS)
    console.print(_table(clips))
    console.print(_sum(ClipSet(clip_set.directory, clips)), highlight=False, soft_wrap=True)


@fixtures.command()
@_clips_option
def verify(directory: Path | None) -> None:
    """Check every field and every file; one line per problem, exit status 2 if there is any."""
    directory = directory or bundled_clips_directory()
    problems = problems_in(directory)
    for problem in problems:
        click.echo(problem)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise UsageError(f"{count} in {directory}: see the lines above; docs/fixtures.md describes the form.")
    click.echo(f"{_sum(load_clips(directory))}: all hold.")


@fixtures.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="Replace the clips of a folder that has a manifest already.")
def make(directory: Path, force: bool) -> None:
    """Make the bundled clips anew in DIR with espeak-ng.

    The same versions of espeak-ng, soxr and soundfile make the same files; what differs is counted.
    """
    if (directory / MANIFEST_NAME).exists() and not force:
        raise UsageError(
            f"{directory} holds clips already: name another folder, or replace them with --force."
        )
    bundled = load_clips(bundled_clips_directory())
    recipe = bundled.directory / "recipe" / "make_clips.py"
    done = subprocess.run(
        [sys.executable, "-B", str(recipe), str(directory)], stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise UsageError(f"The clips cannot be made: {done.stderr.strip()}")
    made = load_clips(directory)
    click.echo(f"{_sum(made)}: {_difference(made, bundled)}")


def _difference(made: ClipSet, bundled: ClipSet) -> str:
    known = {clip.id: clip for clip in bundled.clips}
    differing = [clip for clip in made.clips if clip.id not in known or clip.sha256 != known[clip.id].sha256]
    if not differing:
        return "identical to the bundled ones."
    first = differing[0]
    return f"{len(differing)} differ from the bundled ones, the first is {first.id} ({first.voice})."


def _table(clips: tuple[Clip, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("clip", "lang", "voice", "wpm"):
        table.add_column(name, no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("tags")
    table.add_column("text", no_wrap=True, max_width=40)
    for clip in clips:
        table.add_row(
            clip.id,
            clip.language,
            clip.voice or "-",
            str(clip.words_per_minute or "-"),
            f"{clip.duration_ms / 1000:.1f}",
            " ".join(clip.tags),
            clip.text or "-",
        )
    return table


def _sum(clip_set: ClipSet) -> str:
    seconds = sum(clip.duration_ms for clip in clip_set.clips) / 1000
    size_bytes = sum(clip.path.stat().st_size for clip in clip_set.clips)
    return f"{len(clip_set.clips)} clips, {seconds:.1f} s, {size_bytes / 1e6:.1f} MB in {clip_set.directory}"
