"""What a check wants driven: scenarios, and how they belong together in time."""

from dataclasses import dataclass
from enum import Enum

from asrgate.errors import AsrgateError
from asrgate.wire.scenario import Scenario


class NotDriven(AsrgateError):
    """There is no exchange: the run was interrupted, or the endpoint had stopped answering."""


class Order(Enum):
    """How the scenarios of one job relate in time."""

    IN_TURN = "one after another"
    AT_ONCE = "at the same time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How hostile sessions are watched: what they send, in words, and which step of theirs sends it.

    `known` is the fingerprint of the session in which the utterance was heard that the probe repeats.
    """

    what: str
    culprit: int
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Scenarios to drive, none before those with the fingerprints in `after` have been driven.

    `hazard` is that of the requirement that asks for them, 0 harmless. With a `watch` the first scenario is a
    canary, which is open while the others are driven in their order, and the last one a probe after them.
    """

    scenarios: tuple[Scenario, ...]
    order: Order = Order.IN_TURN
    after: frozenset[str] = frozenset()
    hazard: int = 0
    watch: Watch | None = None

    @property
    def destructive(self) -> bool:
        """Whether driving it can take a vulnerable server down."""
        return self.hazard > 0

    @property
    def free(self) -> bool:
        """Whether nothing but its own content says when it is driven."""
        return len(self.scenarios) == 1 and not self.after

    @property
    def width(self) -> int:
        """How many connections it holds at once."""
        return len(self.scenarios) if self.order is Order.AT_ONCE else 1
