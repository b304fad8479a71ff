"""What a comparison leaves: compare.json, compare.html, compare.md, junit.xml."""

from pathlib import Path

from asrgate.errors import UsageError
from asrgate.gate.junit import comparison_junit
from asrgate.gate.markdown import comparison_markdown
from asrgate.gate.page import comparison_page
from asrgate.gate.record import COMPARISON, Comparison
from asrgate.report.language import Language

JSON = "compare.json"
HTML = "compare.html"
MARKDOWN = "compare.md"
JUNIT = "junit.xml"


def write_comparison(comparison: Comparison, directory: Path, language: Language) -> Path:
    """Write a comparison in its four forms; gives the page.

    Raises:
        UsageError: nothing can be written there.
    """
    page = directory / HTML
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / JSON).write_bytes(COMPARISON.dump_json(comparison, indent=2) + b"\n")
        (directory / JUNIT).write_bytes(comparison_junit(comparison))
        (directory / MARKDOWN).write_text(comparison_markdown(comparison, language), encoding="utf-8")
        page.write_text(comparison_page(comparison, language), encoding="utf-8")
    except OSError as error:
        expected = "expected a folder that can be written"
        raise UsageError(f"--out {directory}: {error.strerror}; {expected}") from error
    return page
