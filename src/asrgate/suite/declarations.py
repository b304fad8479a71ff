"""The words that conformance/ is written in.

`@exchange` names what is driven, `@feature` tells what a deployment has, `@check` judges.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import pytest

from asrgate.judge.features import Feature
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


@dataclass(frozen=True, slots=True)
class NamedFeature:
    """How a feature is told, under the name by which requirements need it."""

    name: str
    judge: Callable[..., Feature]


def feature(name: str) -> Callable[[Callable[..., Feature]], NamedFeature]:
    """Name the feature that a function tells from the exchanges that its arguments name."""
    return lambda judge: NamedFeature(name, judge)


def check(requirement: str) -> Callable[[Check], Check]:
    """Bind a test function, which returns a finding, to the requirement with this ID."""
    mark: Callable[[Check], Check] = pytest.mark.requirement(requirement)
    return mark


def named_exchanges(plugin: object) -> dict[str, NamedExchange[object]]:
    """The exchanges that a module declares, by name."""
    return {key: value for key, value in _attributes(plugin).items() if isinstance(value, NamedExchange)}


def named_features(plugin: object) -> dict[str, NamedFeature]:
    """The features that a module declares, by the name by which requirements need them."""
    return {f.name: f for f in _attributes(plugin).values() if isinstance(f, NamedFeature)}


def _attributes(plugin: object) -> dict[str, object]:
    attributes: dict[str, object] = getattr(plugin, "__dict__", {})
    return attributes
