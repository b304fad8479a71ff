"""`asrgate report`: render saved runs again, one alone or several side by side."""

from pathlib import Path
from typing import cast

import click

from asrgate.errors import UsageError
from asrgate.report.files import read_run, render_comparison, render_run
from asrgate.report.language import LANGUAGES, Language


@click.command()
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to. One RUN: its own folder if not given; several: the current folder.",
)
def report(runs: tuple[Path, ...], lang: str, out: Path | None) -> None:
    """Render each RUN (a run's folder or its run.json) again, without measuring anything.

    One RUN gives report.html, summary.md and junit.xml; several give comparison.html, the verdicts side by
    side.
    """
    language = cast(Language, lang)
    if out is not None and out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is a file: expected a folder.")
    records = [(_folder(run), read_run(run)) for run in runs]
    if len(records) == 1:
        folder, record = records[0]
        page = render_run(record, folder, out or folder, language=language)
    else:
        named = [(folder.resolve().name, record) for folder, record in records]
        page = render_comparison(named, out or Path(), language=language)
    click.echo(page)


def _folder(run: Path) -> Path:
    return run if run.is_dir() else run.parent
