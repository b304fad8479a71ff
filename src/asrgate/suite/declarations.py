"""The words that conformance/ is written in: `@exchange` names what is driven, `@check` what is judged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import pytest

from asrgate.judge.finding import Finding
from asrgate.suite.given import Given

Built = TypeVar("Built")
Check = TypeVar("Check", bound=Callable[..., Finding])


@dataclass(frozen=True, slots=True)
class NamedExchange(Generic[Built]):
    """An exchange, or several, under the name by which checks ask for them."""

    name: str
    purpose: str
    build: Callable[[Given], Built]

    def __call__(self, given: Given) -> Built:
        """Build it on this ground.

        Raises:
            MissingClip: there is no clip for it.
        """
        return self.build(replace(given, name=self.name, purpose=self.purpose))


def exchange(build: Callable[[Given], Built]) -> NamedExchange[Built]:
    """Name what `build` asks to have driven: a check that has an argument of this name gets it."""
    return NamedExchange(build.__name__, " ".join((build.__doc__ or "").split()), build)


def check(requirement: str) -> Callable[[Check], Check]:
    """Bind a test function, which returns a finding, to the requirement with this ID."""
    mark: Callable[[Check], Check] = pytest.mark.requirement(requirement)
    return mark


def named_exchanges(plugin: object) -> dict[str, NamedExchange[object]]:
    """The exchanges that a module declares, by name."""
    attributes: dict[str, object] = getattr(plugin, "__dict__", {})
    return {key: value for key, value in attributes.items() if isinstance(value, NamedExchange)}
