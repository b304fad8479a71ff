"""What the front pages count is what there is."""

from pathlib import Path

import pytest

from asrgate.faults.catalogue import FAULTS
from asrgate.judge.catalogue import load_catalogue
from asrgate.suite.locations import requirements_file

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("page", "requirements", "faults"),
    [
        ("README.md", "{} requirements", "in {} named ways"),
        ("README.zh-CN.md", "{} 条要求", "以 {} 种有名字的方式"),
    ],
)
def test_requirements_and_faults_are_counted(page: str, requirements: str, faults: str) -> None:
    """Faults that only load shows are not among those that `asrgate prove` goes through."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    assert requirements.format(len(load_catalogue(requirements_file()))) in text
    assert faults.format(sum(fault.family != "load" for fault in FAULTS.values())) in text
