"""Trying sessions, and saying which rule each broke first."""

from dataclasses import dataclass, replace

from asrgate.fuzz.driving import Interrupted, Sessions
from asrgate.fuzz.model import Problem, Readings, problems_of
from asrgate.fuzz.store import slug
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import AwaitTerminator, Scenario

DOWN = "endpoint down"
"""The rule that a session broke after which nobody was served."""

RECOVERY_S = 30.0
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Failing:
    """A generated session that broke a rule, and the seed of its round."""

    seed: int
    scenario: Scenario
    rule: str


class Trials:
    """Tries sessions against an endpoint whose plain readings are known.

    Waits are cut to `wait_s`; an endpoint that goes away is given `recovery_s` to come back.

    Attributes:
        broken: The breach of each session that was tried and the exchange that shows it, None when it broke
            nothing, by fingerprint: no session is tried twice while it is made small.
        further: How many sessions were driven one at a time.
        readings: How audio reads plainly.
        gone: Why nothing can be tried any more, None while something can.
    """

    def __init__(
        self, driving: Sessions, readings: Readings, wait_s: float, recovery_s: float = RECOVERY_S
    ) -> None:
        self.broken: dict[str, tuple[Problem, Exchange] | None] = {}
        self.further = 0
        self.gone: str | None = None
        self._driving = driving
        self.readings = readings
        self._wait_s = wait_s
        self._recovery_s = recovery_s

    def hurried(self, scenario: Scenario) -> Scenario:
        """The session with waits that are long enough for this endpoint, by what was seen of it."""
        return replace(
            scenario,
            steps=tuple(
                replace(step, timeout_s=min(step.timeout_s, self._wait_s))
                if isinstance(step, AwaitTerminator)
                else step
                for step in scenario.steps
            ),
        )

    def note(self, scenario: Scenario, exchange: Exchange) -> str | None:
        """Take down what became of a session; gives the rule that it broke first, None when it broke none.

        What comes after the first breach may be its consequence.
        """
        problem = next(iter(problems_of(exchange, self.readings)), None)
        self.broken[scenario.fingerprint] = (problem, exchange) if problem is not None else None
        return problem.rule if problem is not None else None

    def note_down(self, scenario: Scenario, exchange: Exchange) -> None:
        """Take down that the endpoint fell with this session."""
        self.broken[scenario.fingerprint] = (_DOWN_PROBLEM, exchange)

    def rule_broken_by(self, scenario: Scenario) -> str | None:
        """The rule that a session broke when it was tried, None when it was not, or broke none."""
        breach = self.broken.get(scenario.fingerprint)
        return breach[0].rule if breach is not None else None

    def breaks(self, scenario: Scenario) -> str | None:
        """Try one session by itself, and say which rule it broke; an endpoint that falls may come back."""
        if self.gone is not None:
            return None
        try:
            exchange = self.drive(self.hurried(scenario))
            rule = self.note(scenario, exchange)
            if self.fell(exchange):
                rule = DOWN
                self.note_down(scenario, exchange)
        except Interrupted:
            self.gone = INTERRUPTED
            return None
        return rule

    def drive(self, scenario: Scenario) -> Exchange:
        """Drive one session by itself, with all the patience that it asks for.

        Raises:
            Interrupted: nothing is driven any more.
        """
        self.further += 1
        return self._driving.drive_one(scenario)

    def fell(self, exchange: Exchange) -> bool:
        """Whether the endpoint is gone after this session; it is waited for, and `gone` tells if in vain.

        Raises:
            Interrupted: nothing is driven any more.
        """
        cut_off = exchange.failure is not None or (
            exchange.closing is not None and exchange.closing.who == "network"
        )
        if self._driving.canary_lost is None and (not cut_off or self._driving.answers()):
            return False
        self.came_back()
        return True

    def came_back(self) -> bool:
        """Whether an endpoint that went away comes back in time; if not, it is gone.

        Raises:
            Interrupted: nothing is driven any more.
        """
        if self._driving.answers_within(self._recovery_s):
            return True
        self.gone = f"the endpoint went away and did not come back within {self._recovery_s:g} s"
        return False

    def problem(self, exchange: Exchange, rule: str) -> Problem | None:
        """The breach of this rule in an exchange, None when it was kept.

        Raises:
            Interrupted: nothing is driven any more.
        """
        if slug(rule) == slug(DOWN):
            return _DOWN_PROBLEM if self.fell(exchange) else None
        found = problems_of(exchange, self.readings)
        return next((problem for problem in found if slug(problem.rule) == slug(rule)), None)


_DOWN_PROBLEM = Problem(
    rule=DOWN, sentence="the endpoint lost an idle connection, or accepted no new one, after this session"
)
