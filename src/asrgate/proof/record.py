"""The record of a proof: what every fault was caught by, as `prove.json` holds it."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from asrgate.judge.finding import Verdict

SCHEMA_VERSION = 1


class State(StrEnum):
    """What became of a fault: every requirement that it names failed, some of them did, or none."""

    CAUGHT = "caught"
    IN_PART = "in part"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What one run of the suite said: verdict and reason by requirement; `error` when it could not be run."""

    verdicts: dict[str, Verdict]
    reasons: dict[str, str]
    duration_s: float
    features: tuple[str, ...] = ()
    error: str | None = None

    @property
    def failed(self) -> tuple[str, ...]:
        """The requirements that failed, in the order of the catalogue."""
        return tuple(id_ for id_, verdict in self.verdicts.items() if verdict == Verdict.FAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One fault, and the run of the suite against it. `named` are the requirements that must fail."""

    fault: str
    family: str
    sentence: str
    named: tuple[str, ...]
    run: Verdicts

    @property
    def caught_by(self) -> tuple[str, ...]:
        """Those of the named requirements that failed."""
        return tuple(id_ for id_ in self.named if id_ in self.run.failed)

    @property
    def missed_by(self) -> tuple[str, ...]:
        """Those that did not."""
        return tuple(id_ for id_ in self.named if id_ not in self.run.failed)

    @property
    def others(self) -> tuple[str, ...]:
        """What else failed."""
        return tuple(id_ for id_ in self.run.failed if id_ not in self.named)

    @property
    def state(self) -> State:
        """What became of the fault."""
        if not self.missed_by:
            return State.CAUGHT
        return State.IN_PART if self.caught_by else State.MISSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The faults of one proof, and `good`: the run without any. `unproved`: why a requirement has none."""

    started_at: str
    duration_s: float
    version: str
    command: str
    machine: str
    endpoint: str
    dialect: str
    good: Verdicts
    outcomes: tuple[Outcome, ...]
    titles: dict[str, str]
    unproved: dict[str, str]
    planned: int
    interrupted: bool = False
    schema_version: int = SCHEMA_VERSION

    @property
    def holds(self) -> bool:
        """Whether the good endpoint failed nothing and every fault was caught by all that it names."""
        return (
            not self.good.failed
            and self.good.error is None
            and all(outcome.state is State.CAUGHT for outcome in self.outcomes)
        )

    def count(self, state: State) -> int:
        """How many faults came to this."""
        return sum(outcome.state is state for outcome in self.outcomes)

    def killers(self, requirement: str) -> tuple[str, ...]:
        """The faults that name a requirement and were caught by it."""
        return tuple(outcome.fault for outcome in self.outcomes if requirement in outcome.caught_by)


PROOF: TypeAdapter[Proof] = TypeAdapter(Proof)
