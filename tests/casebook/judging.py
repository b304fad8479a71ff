"""Applies the checks of conformance/ to recorded sessions, by the names of their arguments."""

from collections.abc import Mapping
from functools import cache
from inspect import signature

from asrgate.judge.finding import Finding
from asrgate.suite.checks import Check
from asrgate.suite.collection import collected_checks
from asrgate.wire.dialects import dialect_named


@cache
def checks() -> tuple[Check, ...]:
    """Every check of the suite."""
    return collected_checks()


def findings(dialect: str, given: Mapping[str, object], *, about: set[str]) -> dict[str, Finding]:
    """The findings of all checks of the dialect that look at `about` and need no more than `given`."""
    named = dialect_named(dialect)
    return {
        check.requirement.id: check.judge(**{name: given[name] for name in _asked_for(check)})
        for check in checks()
        if _asked_for(check) <= set(given)
        and about & _asked_for(check)
        and check.why_unsupported(named) is None
    }


def _asked_for(check: Check) -> set[str]:
    return set(signature(check.judge).parameters)
