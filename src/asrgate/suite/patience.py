"""How long a run goes on waiting for terminators that an endpoint does not send."""

from dataclasses import replace

from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import AwaitTerminator, Scenario

FULL_WAITS = 4
"""So many sessions in a row may each wait as long as END-01 allows; they are proof enough."""

SHORT_WAIT_S = 3.0


class Patience:
    """Shortens waits after `FULL_WAITS` sessions in a row without a terminator, until one comes again.

    A mute endpoint would otherwise hold a run for minutes that show nothing new.
    """

    def __init__(self) -> None:
        self._unanswered = 0

    def learn(self, exchange: Exchange) -> None:
        """Take in how the waits of a session ended."""
        for done in exchange.steps:
            if not isinstance(exchange.scenario.steps[done.step], AwaitTerminator):
                continue
            if done.outcome == "timeout":
                self._unanswered += 1
            elif done.outcome == "terminator":
                self._unanswered = 0

    def apply(self, scenario: Scenario) -> Scenario:
        """The scenario as it is to be driven now; its exchange says how long it really waited."""
        if self._unanswered < FULL_WAITS:
            return scenario
        return replace(
            scenario,
            steps=tuple(
                replace(step, timeout_s=min(step.timeout_s, SHORT_WAIT_S))
                if isinstance(step, AwaitTerminator)
                else step
                for step in scenario.steps
            ),
        )
