"""The catalogue, the judges and their tests name the same requirements."""

import importlib
from pathlib import Path

import pytest

from asrgate.errors import UsageError
from asrgate.judge.catalogue import Requirement, load_catalogue
from asrgate.judge.finding import Verdict
from asrgate.judge.judges import JUDGES
from asrgate.wire.dialects import DIALECTS

from .exchanges import TESTED

ROOT = Path(__file__).parents[2]
CATALOGUE = load_catalogue(ROOT / "conformance" / "requirements.toml")


def _tested() -> set[tuple[str, Verdict]]:
    """What the tests of this folder expect, also when only one file of it was asked for."""
    for path in Path(__file__).parent.glob("test_*.py"):
        importlib.import_module(f"{__package__}.{path.stem}")
    return TESTED


def test_every_requirement_has_a_judge_and_every_judge_a_requirement() -> None:
    """Neither list has an entry that the other lacks, and both have the same order."""
    assert list(CATALOGUE) == list(JUDGES)


@pytest.mark.parametrize("id_", CATALOGUE)
def test_every_judge_is_tested_both_ways(id_: str) -> None:
    """There is an exchange that must pass, one that must not, and one that gives nothing to judge on."""
    expected = {verdict for requirement, verdict in _tested() if requirement == id_}
    broken = Verdict.UNSUPPORTED if id_ in ("FS-02", "SEC-03", "SEC-04") else Verdict.FAIL
    assert {Verdict.PASS, broken, Verdict.INCONCLUSIVE} <= expected | _exempt(id_)


def _exempt(id_: str) -> set[Verdict]:
    """HS-01 is never inconclusive, no answer is its failure; SCH-11 is about asrgate and fails no server."""
    return {"HS-01": {Verdict.INCONCLUSIVE}, "SCH-11": {Verdict.FAIL}}.get(id_, set())


@pytest.mark.parametrize("requirement", CATALOGUE.values(), ids=lambda r: r.id)
def test_every_entry_can_be_printed(requirement: Requirement) -> None:
    """Titles are sentences in both languages; dialects exist; those left out are told why."""
    assert requirement.title.endswith(".")
    assert requirement.title_zh.endswith("。")
    assert set(requirement.dialects) <= set(DIALECTS)
    assert requirement.dialects
    assert requirement.source
    assert bool(requirement.unsupported) == (set(requirement.dialects) != set(DIALECTS))


def test_a_judge_names_its_requirement_first() -> None:
    """The docstring of a judge begins with the ID, so that both are found together."""
    for id_, judge in JUDGES.items():
        assert (judge.__doc__ or "").startswith(f"{id_}: "), judge.__name__


def test_a_broken_catalogue_is_told_by_file_and_entry(tmp_path: Path) -> None:
    """A misspelt key is named with its entry."""
    path = tmp_path / "requirements.toml"
    path.write_text('[HS-01]\nlevle = "MUST"\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"requirements\.toml, entry HS-01: .*level"):
        load_catalogue(path)


def test_a_missing_catalogue_is_told_by_its_path(tmp_path: Path) -> None:
    """The error is one sentence."""
    with pytest.raises(UsageError, match=r"nowhere\.toml"):
        load_catalogue(tmp_path / "nowhere.toml")
