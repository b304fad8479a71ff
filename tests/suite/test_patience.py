"""A run does not wait for ever on an endpoint that ends nothing."""

from asrgate.suite.patience import FULL_WAITS, SHORT_WAIT_S, Patience
from asrgate.wire.exchange import Exchange, Outcome, StepDone
from asrgate.wire.scenario import AwaitTerminator, Close, Connect, Listen, Scenario

SCENARIO = Scenario(
    name="sentence", steps=(Connect(), AwaitTerminator(timeout_s=12), Listen(seconds=9), Close())
)


def waited(outcome: Outcome) -> Exchange:
    """A session whose wait ended like this."""
    done = (StepDone(step=1, began_ns=0, ended_ns=1, outcome=outcome),)
    return Exchange(scenario=SCENARIO, dialect="funasr-2pass", url="ws://x", started_at="", steps=done)


def after(*outcomes: Outcome) -> Scenario:
    """The scenario as it is driven after sessions that ended like these."""
    patience = Patience()
    for outcome in outcomes:
        patience.learn(waited(outcome))
    return patience.apply(SCENARIO)


def test_waits_are_whole_at_first() -> None:
    """Each of the first sessions may take as long as END-01 allows."""
    assert after(*["timeout"] * (FULL_WAITS - 1)) == SCENARIO


def test_waits_are_short_after_enough_of_them() -> None:
    """Only waits for terminators are cut; all else is driven as planned."""
    short = after(*["timeout"] * FULL_WAITS)
    assert short.steps == (Connect(), AwaitTerminator(timeout_s=SHORT_WAIT_S), Listen(seconds=9), Close())


def test_one_terminator_restores_patience() -> None:
    """An endpoint that answers again is heard out again."""
    assert after(*["timeout"] * 9, "terminator") == SCENARIO


def test_an_ended_connection_says_nothing_about_waits() -> None:
    """A server that closes is not one that keeps us waiting."""
    assert after(*["ended"] * 9) == SCENARIO
