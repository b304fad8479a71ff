"""Calls that only a load makes: `asrgate load` and `asrgate capacity` hand them to the judges."""

from collections.abc import Sequence

from asrgate.judge.load import Calls
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.suite.jobs import NotDriven


@exchange
def calls_under_load(given: Given) -> Sequence[Calls]:
    """Calls at the pace of speech, each with words of its own, at one number of streams after another."""
    raise NotDriven("calls under load are made by asrgate load and asrgate capacity")
