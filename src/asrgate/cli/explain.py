"""`asrgate explain`: what a requirement asks, and what was seen of it in a run."""

from collections.abc import Iterator
from pathlib import Path

import click

from asrgate.errors import UsageError
from asrgate.judge.catalogue import Requirement, load_catalogue
from asrgate.judge.deviations import load_deviations
from asrgate.judge.finding import Verdict
from asrgate.report.files import read_exchanges, read_run
from asrgate.report.ladder import ladder_of
from asrgate.report.language import words_of
from asrgate.report.record import FindingRecord, Run
from asrgate.report.reproduction import reproducing
from asrgate.report.transcript import transcript_lines
from asrgate.suite.arguments import names_of
from asrgate.suite.checks import Check
from asrgate.suite.collection import collected_checks
from asrgate.suite.locations import deviations_file, requirements_file

_LABEL = 12


@click.command()
@click.argument("requirement", metavar="ID")
@click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also show what this run saw of it: its folder or its run.json.",
)
def explain(requirement: str, folder: Path | None) -> None:
    """Say what the requirement ID asks, on what authority, and what shows it.

    With --run: the verdict, what was sent, what came, why that decides, and the command that shows it again.
    """
    catalogue = load_catalogue(requirements_file())
    asked = catalogue.get(requirement.upper())
    if asked is None:
        families = sorted({other.family for other in catalogue.values()})
        raise UsageError(
            f"there is no requirement {requirement}; expected an ID like END-01, of the families "
            f"{', '.join(families)}"
        )
    check = next((c for c in collected_checks() if c.requirement.id == asked.id), None)
    for line in _requirement_lines(asked, check, tuple(catalogue)):
        click.echo(line)
    if folder is not None:
        click.echo()
        for line in _run_lines(asked.id, read_run(folder), folder if folder.is_dir() else folder.parent):
            click.echo(line)


def _requirement_lines(asked: Requirement, check: Check | None, ids: tuple[str, ...]) -> Iterator[str]:
    yield click.style(f"{asked.id}  {asked.level}", bold=True) + f"  {asked.status}"
    yield asked.title
    yield asked.title_zh
    yield ""
    yield _fact("source", asked.source)
    yield _fact("dialects", ", ".join(asked.dialects))
    if asked.unsupported:
        yield _fact("not others", asked.unsupported)
    if asked.needs:
        yield _fact("needs", f"{asked.needs}; a deployment that is found not to have it is not judged")
    if asked.destructive:
        yield _fact("danger", f"{asked.hazard} of 9: may take a server down, asked only with --destructive")
    if asked.unproved:
        yield _fact("unproved", asked.unproved)
    for dialect in asked.dialects:
        file = deviations_file(dialect)
        for entry in load_deviations(file, ids, shipped=True) if file.is_file() else ():
            if entry.requirement == asked.id:
                yield _fact("known", f"upstream's {dialect}: {entry.reason} ({entry.link})")
    if check is not None:
        for name in names_of(check.judge):
            if name in check.named:
                yield _fact("driven", f"{name}: {check.named[name].purpose}")


def _run_lines(id_: str, run: Run, folder: Path) -> Iterator[str]:
    finding = next((found for found in run.findings if found.id == id_), None)
    yield f"{folder}: {run.endpoint.url}, {run.endpoint.dialect}, {run.started_at}"
    if finding is None:
        yield f"{id_} was not known to that version of asrgate ({run.tool.version})"
        return
    words = words_of("en")
    yield click.style(words(f"verdict.{finding.verdict}"), bold=True) + f": {finding.reason}"
    for entry in run.deviations:
        if entry.requirement == id_ and entry.state in ("known", "expired"):
            until = f", until {entry.expires}" if entry.expires else ""
            yield f"listed in {entry.file}{until}: {entry.reason} ({entry.link or 'no link'})"
    yield from _evidence_lines(finding, folder)
    command = reproducing(finding, run, folder=folder)
    if command is not None and finding.verdict in (Verdict.FAIL, Verdict.DEVIATION, Verdict.PASS):
        yield ""
        yield _fact("see again", command)


def _evidence_lines(finding: FindingRecord, folder: Path) -> Iterator[str]:
    frames: dict[str, set[int]] = {}
    for shown in finding.evidence:
        frames.setdefault(shown.exchange, set()).update(shown.frames)
    exchanges = read_exchanges(frames, folder)
    for name, deciding in frames.items():
        yield ""
        if name not in exchanges:
            yield f"{name} is not there"
            continue
        ladder = ladder_of(exchanges[name], deciding)
        yield f"{name}  {ladder.purpose}".rstrip()
        yield from transcript_lines(ladder)


def _fact(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}"
