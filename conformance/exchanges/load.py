"""Calls that only a load makes: `asrgate load` and `asrgate capacity` hand them to the judges."""

from collections.abc import Sequence

from asrgate.judge.endurance import Course, LongSession
from asrgate.judge.load import Calls
from asrgate.judge.pressure import Beside, Canary, Churn, Overload
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.suite.jobs import NotDriven

_BY_LOAD = "calls under load are made by asrgate load and asrgate capacity"


@exchange
def calls_under_load(given: Given) -> Sequence[Calls]:
    """Calls at the pace of speech, each with words of its own, at one number of streams after another."""
    raise NotDriven(_BY_LOAD)


@exchange
def long_sessions(given: Given) -> Sequence[LongSession]:
    """Sessions in which somebody speaks all the while, beside the callers of a soak."""
    raise NotDriven(_BY_LOAD)


@exchange
def courses(given: Given) -> Sequence[Course]:
    """The finals of each number of streams, in the order of their calls."""
    raise NotDriven(_BY_LOAD)


@exchange
def canaries(given: Given) -> Sequence[Canary]:
    """The same clips when nobody else was calling, before a load and after it."""
    raise NotDriven(_BY_LOAD)


@exchange
def beside_uploads(given: Given) -> Sequence[Beside]:
    """Callers at the pace of speech, without others that upload without pace, and beside them."""
    raise NotDriven(_BY_LOAD)


@exchange
def connections_in_turn(given: Given) -> Churn:
    """Connections that are opened and closed one after another."""
    raise NotDriven(_BY_LOAD)


@exchange
def overload(given: Given) -> Overload:
    """Twice the load for a short time, and one caller afterwards."""
    raise NotDriven(_BY_LOAD)
