"""What a run leaves in its directory: run.json, report.html, junit.xml, summary.md.

The exchanges that the findings point at lie in exchanges/, where they were written while they happened.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from asrgate.errors import UsageError
from asrgate.judge.finding import Verdict
from asrgate.report.comparison import comparison_html
from asrgate.report.junit import junit_xml
from asrgate.report.language import Language
from asrgate.report.page import report_html
from asrgate.report.players import players_of
from asrgate.report.record import RUN, SCHEMA_VERSION, Run
from asrgate.report.summary import summary_markdown
from asrgate.wire.exchange import Exchange
from asrgate.wire.recording import read_exchange

RUN_FILE = "run.json"
EXCHANGES_FOLDER = "exchanges"


def write_run(run: Run, directory: Path, *, language: Language = "en") -> Path:
    """Write the record of a run and render it, and return the path of report.html.

    The record comes first, so that it is there whatever happens while rendering.
    """
    directory.mkdir(parents=True, exist_ok=True)
    (directory / RUN_FILE).write_bytes(RUN.dump_json(run, indent=2) + b"\n")
    return render_run(run, directory, directory, language=language)


def render_run(run: Run, source: Path, target: Path, *, language: Language = "en") -> Path:
    """Render a run whose exchanges lie in `source` to `target`, and return the path of report.html there."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "junit.xml").write_bytes(junit_xml(run))
    (target / "summary.md").write_text(summary_markdown(run, language), encoding="utf-8")
    report = target / "report.html"
    page = report_html(run, _exchanges(run, source), language, players_of(run))
    report.write_text(page, encoding="utf-8")
    return report


def render_comparison(runs: Sequence[tuple[str, Run]], target: Path, *, language: Language = "en") -> Path:
    """Render named runs side by side, and return the path of comparison.html in `target`."""
    target.mkdir(parents=True, exist_ok=True)
    page = target / "comparison.html"
    page.write_text(comparison_html(runs, language), encoding="utf-8")
    return page


def _exchanges(run: Run, source: Path) -> dict[str, Exchange]:
    """The recordings that a report shows: evidence of what did not hold, as far as the files are there."""
    shown = (Verdict.FAIL, Verdict.ERROR, Verdict.DEVIATION)
    names = {e.exchange for finding in run.findings if finding.verdict in shown for e in finding.evidence}
    if run.fuzz is not None:
        names |= {failure.exchange for failure in run.fuzz.failures}
    return read_exchanges(names, source)


def read_exchanges(names: Iterable[str], folder: Path) -> dict[str, Exchange]:
    """Read exchanges by their names in a run's folder; those that are not there are left out.

    Raises:
        UsageError: a file is not an exchange.
    """
    return {name: read_exchange(folder / name) for name in sorted(names) if (folder / name).is_file()}


def read_run(path: Path) -> Run:
    """Read the record of a run from its directory or from its run.json.

    Raises:
        UsageError: there is none, it is not a run record, or another version of asrgate wrote it.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(
            f"run {file}: {error.strerror}; expected the directory of a run or its {RUN_FILE}"
        ) from error
    except ValueError as error:
        raise UsageError(f"run {file}: not JSON ({error})") from error
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"run {file}: schema_version {version!r}, expected {SCHEMA_VERSION}; "
            "render it with the version of asrgate that wrote it"
        )
    try:
        return RUN.validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"run {file}: field {where}: {first['msg']}, got {first['input']!r:.80}") from error
