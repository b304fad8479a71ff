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
class Job:
    """Scenarios to drive, none before those with the fingerprints in `after` have been driven."""

    scenarios: tuple[Scenario, ...]
    order: Order = Order.IN_TURN
    after: frozenset[str] = frozenset()
    destructive: bool = False

    @property
    def free(self) -> bool:
        """Whether nothing but its own content says when it is driven."""
        return len(self.scenarios) == 1 and not self.after

    @property
    def width(self) -> int:
        """How many connections it holds at once."""
        return len(self.scenarios) if self.order is Order.AT_ONCE else 1
