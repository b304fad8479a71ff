"""The catalogue and the checks are one list; when they are not, collection fails (conftest.py)."""

from collections import Counter

from suite.completeness import checked_requirements, declared_exchanges, differences


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


def test_no_two_exchanges_have_one_name() -> None:
    """A check asks by name; of two the later would be driven for both."""
    names = Counter(declared_exchanges())
    assert len(names) > 50
    assert [name for name, times in names.items() if times > 1] == []
