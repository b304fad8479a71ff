"""LOAD: what holds while many speak at once. `asrgate load` and `asrgate capacity` make the calls."""

from collections.abc import Sequence

from asrgate.judge import load
from asrgate.judge.finding import Finding
from asrgate.judge.load import Calls
from asrgate.suite.declarations import check


@check("LOAD-01")
def test_every_call_is_served(calls_under_load: Sequence[Calls]) -> Finding:
    return load.every_call_is_served(calls_under_load)


@check("LOAD-02")
def test_text_is_that_of_one_alone(calls_under_load: Sequence[Calls]) -> Finding:
    return load.text_is_that_of_one_alone(calls_under_load)


@check("LOAD-08")
def test_nobody_starves(calls_under_load: Sequence[Calls]) -> Finding:
    return load.nobody_starves(calls_under_load)


@check("LOAD-10")
def test_sessions_stay_apart_under_load(calls_under_load: Sequence[Calls]) -> Finding:
    return load.sessions_stay_apart_under_load(calls_under_load)


@check("LOAD-11")
def test_replies_keep_up(calls_under_load: Sequence[Calls]) -> Finding:
    return load.replies_keep_up(calls_under_load)
