"""docs/requirements.md is what the catalogue says."""

from pathlib import Path

from asrgate.judge.catalogue import load_catalogue
from asrgate.suite.catalogue_page import current_markdown
from asrgate.suite.locations import requirements_file

PAGE = Path(__file__).parents[2] / "docs" / "requirements.md"


def test_the_page_is_current() -> None:
    """`python -m asrgate.suite.catalogue_page docs/requirements.md` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == current_markdown()


def test_every_requirement_has_its_row() -> None:
    """With as many cells as the table has columns."""
    lines = [line for line in current_markdown().splitlines() if line.startswith("| ")]
    rows = {line.split("|")[1].strip(): line for line in lines}
    for id_ in load_catalogue(requirements_file()):
        assert rows[id_].replace(r"\|", "").count("|") == 10
