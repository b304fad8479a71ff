"""The checks are there for those who judge without running the suite."""

from asrgate.judge.catalogue import load_catalogue
from asrgate.suite.collection import collected_checks
from asrgate.suite.locations import requirements_file


def test_every_requirement_comes_with_its_check() -> None:
    """In the order of the catalogue, with the named exchanges that it asks for, destructive ones too."""
    checks = collected_checks()
    assert [check.requirement.id for check in checks] == list(load_catalogue(requirements_file()))
    assert all(not check.unknown_arguments for check in checks)
