"""The catalogue and the checks are one list; when they are not, collection fails (conftest.py)."""

from suite.completeness import checked_requirements, differences


def test_a_requirement_without_a_check_is_named() -> None:
    """So that it can be written, or withdrawn."""
    assert differences({"HS-01", "HS-02"}, ["HS-01"]) == ["HS-02 has no check"]


def test_a_check_without_a_requirement_is_named() -> None:
    """A misspelt ID judges nothing."""
    assert differences({"HS-01"}, ["HS-01", "HS-10"]) == ["HS-10 is checked but not in the catalogue"]


def test_two_checks_of_one_requirement_are_named() -> None:
    """Each requirement is judged in one place."""
    assert differences({"HS-01"}, ["HS-01", "HS-01"]) == ["HS-01 is checked 2 times"]


def test_checks_are_found() -> None:
    """The comparison sees the real checks."""
    assert len(checked_requirements()) > 50
