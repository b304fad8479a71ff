"""Hypothesis as a source of sessions, and as what makes a failing one small. The same seed gives the same."""

import warnings
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from random import Random

from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning, NoSuchExample
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

from asrgate.wire.scenario import Scenario

Strategy = st.SearchStrategy[Scenario]

_MOST_EXAMPLES = 5000
"""Sessions that are looked at, at most. What Hypothesis generates depends on it, so that it never changes."""


class _Steady(HypothesisProvider):
    """Draws as Hypothesis does, but from nothing that depends on the process.

    Left to itself, Hypothesis also draws constants that it reads in whatever modules happen to be loaded, so
    that the same seed would mean one thing to a command and another to a test run.
    """

    def _maybe_draw_constant(self, *args: object, **options: object) -> None:
        return None


_BACKEND = "asrgate"
AVAILABLE_PROVIDERS[_BACKEND] = _Steady


def generated(
    strategy: Strategy, seed: int, count: int, known: Set[str] = frozenset()
) -> tuple[Scenario, ...]:
    """Up to `count` sessions, all different, and none with a fingerprint among `known`.

    There are fewer only when the strategy has no more to give.
    """
    found: dict[str, Scenario] = {}

    def enough(scenario: Scenario) -> bool:
        if scenario.fingerprint not in known:
            found.setdefault(scenario.fingerprint, scenario)
        return len(found) >= count

    _search(strategy, enough, seed, shrink=False)
    return tuple(found.values())


def smallest(
    strategy: Strategy, seed: int, start: Scenario, still_fails: Callable[[Scenario], bool]
) -> Scenario:
    """The smallest session that still fails, found from one that `generated` gave for this seed.

    `still_fails` is asked about ever smaller sessions, never about `start`.
    """
    reached = False

    def fails(scenario: Scenario) -> bool:
        nonlocal reached
        if scenario.fingerprint == start.fingerprint:
            reached = True
            return True
        return reached and still_fails(scenario)

    return _search(strategy, fails, seed, shrink=True) or start


def _search(
    strategy: Strategy, wanted: Callable[[Scenario], bool], seed: int, *, shrink: bool
) -> Scenario | None:
    with _quietly():
        try:
            return find(
                strategy,
                wanted,
                random=Random(seed),
                settings=settings(
                    backend=_BACKEND,
                    max_examples=_MOST_EXAMPLES,
                    database=None,
                    deadline=None,
                    derandomize=False,
                    verbosity=Verbosity.quiet,
                    phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        except NoSuchExample:
            return None


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep Hypothesis from warning about how large the strategies are when written down."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        yield
