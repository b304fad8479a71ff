"""What a function of conformance/ asks for by the names of its arguments, and how it gets that."""

import inspect
from collections.abc import Callable, Mapping

from asrgate.suite.declarations import NamedExchange
from asrgate.suite.given import Given

GIVEN = "given"
"""The name of the argument by which a function asks for the ground itself."""


def names_of(function: Callable[..., object]) -> tuple[str, ...]:
    """The names of its arguments."""
    return tuple(inspect.signature(function).parameters)


def unknown_names(function: Callable[..., object], named: Mapping[str, NamedExchange[object]]) -> list[str]:
    """Those that no exchange is named like."""
    return [name for name in names_of(function) if name != GIVEN and name not in named]


def built(
    function: Callable[..., object], named: Mapping[str, NamedExchange[object]], given: Given
) -> dict[str, object]:
    """Ask for everything that the function wants, by the names of its arguments.

    Raises:
        MissingClip: there is no clip for some of it.
        NotDriven: some of it was not driven.
    """
    return {name: given if name == GIVEN else named[name](given) for name in names_of(function)}
