"""What a comparison leaves: a page, Markdown, JUnit and JSON, in two languages."""

from dataclasses import replace
from pathlib import Path

import pytest
from junitparser import JUnitXml

from asrgate.gate.compare import compare
from asrgate.gate.files import write_comparison
from asrgate.gate.record import COMPARISON, Comparison
from asrgate.gate.tolerance import DEFAULTS, Tolerances
from asrgate.report.language import LANGUAGES, Language
from report.sample import HOSTILE, finding

from .deployments import deployment, later_by, side, worse_every


@pytest.fixture(scope="module")
def worse() -> Comparison:
    """More errors, later finals, a MUST that newly fails, and texts that servers choose."""

    def hostile(number: int, score):  # type: ignore[no-untyped-def]
        return replace(worse_every(3)(number, later_by(200.0)(number, score)), hypothesis=HOSTILE)

    held = deployment(findings=(finding("END-01", "pass", ""),))
    lost = deployment(hostile, findings=(finding("END-01", "fail", HOSTILE),))
    return compare(side(held), side(lost), Tolerances(DEFAULTS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_forms_say_the_same(worse: Comparison, language: Language, tmp_path: Path) -> None:
    """The answer first, then the numbers; nothing that a server wrote is markup."""
    page = write_comparison(worse, tmp_path, language).read_text(encoding="utf-8")
    markdown = (tmp_path / "compare.md").read_text(encoding="utf-8")
    said = {"en": "Worse", "zh": "变差"}[language]
    assert said in page
    assert markdown.startswith(f"## ❌ asrgate: {said}\n")
    assert "END-01" in page
    assert "END-01" in markdown
    assert HOSTILE not in page
    assert HOSTILE not in markdown
    assert "+200 ms" in markdown
    assert "src=" not in page
    assert 'href="http' not in page
    assert COMPARISON.validate_json((tmp_path / "compare.json").read_bytes()) == worse


def test_what_is_worse_fails_in_junit(worse: Comparison, tmp_path: Path) -> None:
    """Each number and each requirement is a test case of its own."""
    write_comparison(worse, tmp_path, "en")
    suites = {suite.name: suite for suite in JUnitXml.fromfile(str(tmp_path / "junit.xml"))}
    assert suites["metrics"].failures == 2
    assert suites["requirements"].failures == 1


def test_why_two_cannot_be_compared_is_told(tmp_path: Path) -> None:
    """There are no numbers then, and no failure."""
    base = deployment()
    other = replace(base, endpoint=replace(base.endpoint, dialect="funasr-python"))
    comparison = compare(side(base), side(other), Tolerances(DEFAULTS))
    page = write_comparison(comparison, tmp_path, "en").read_text(encoding="utf-8")
    assert "Not comparable" in page
    assert "funasr-python" in page
    assert JUnitXml.fromfile(str(tmp_path / "junit.xml")).failures == 0
