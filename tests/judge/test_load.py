"""LOAD: what the calls of a load gave, as findings."""

from dataclasses import replace

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.load import (
    Calls,
    every_call_is_served,
    nobody_starves,
    replies_keep_up,
    sessions_stay_apart_under_load,
    text_is_that_of_one_alone,
)

from .exchanges import judged

GOOD = Calls(
    streams=20,
    sessions=200,
    compared=200,
    finals_ms={str(caller): (100.0 + caller, 120.0 + caller) for caller in range(20)},
    lag_slopes=(1.0,) * 200,
)
NONE = Calls(streams=20, sessions=0)


@judged("LOAD-01", Verdict.PASS, "400 calls at up to 40 streams, each with its final")
def test_calls_that_are_all_served_pass() -> Finding:
    """At one number of streams after another."""
    return every_call_is_served([GOOD, replace(GOOD, streams=40)])


@judged("LOAD-01", Verdict.FAIL, "at 20 streams 15 of 200 calls failed: 12 closed early, 3 refused", "gone")
def test_calls_that_fail_are_counted_by_kind() -> Finding:
    """The kind with the most calls comes first, with the first of them."""
    died = replace(GOOD, errors={"refused": 3, "closed early": 12}, examples={"closed early": "it was gone"})
    return every_call_is_served([replace(GOOD, streams=10), died])


@judged("LOAD-02", Verdict.PASS, "400 texts, 2 unlike those alone")
def test_a_text_in_a_hundred_may_differ() -> Finding:
    """Engines on graphics cards do not repeat themselves exactly."""
    return text_is_that_of_one_alone([GOOD, replace(GOOD, mismatches=2)])


@judged(
    "LOAD-02", Verdict.FAIL, "at 20 streams 3 of 200 texts were not those of the clip alone", "'一二' came"
)
def test_texts_that_differ_are_told() -> Finding:
    """More than one in a hundred is too many."""
    return text_is_that_of_one_alone([replace(GOOD, mismatches=3, examples={"text": "'一二' came"})])


@judged("LOAD-08", Verdict.PASS, "caller 19 waits 129 ms for its finals, the median of 20 callers is 120 ms")
def test_callers_that_wait_alike_pass() -> Finding:
    """The one that waits longest is told."""
    return nobody_starves([GOOD])


@judged("LOAD-08", Verdict.PASS, "caller 3 waits 400 ms")
def test_a_short_wait_is_not_unfair() -> Finding:
    """Three times of very little is nobody's loss."""
    return nobody_starves([replace(GOOD, finals_ms=dict(GOOD.finals_ms) | {"3": (400.0,)})])


@judged("LOAD-08", Verdict.FAIL, "at 20 streams caller 3 waits 5100 ms for its finals")
def test_a_caller_that_starves_is_told() -> Finding:
    """By the median of its own finals: one slow final is not yet unfair."""
    once = dict(GOOD.finals_ms) | {"4": (100.0, 110.0, 9000.0)}
    assert nobody_starves([replace(GOOD, finals_ms=once)]).verdict is Verdict.PASS
    return nobody_starves([replace(GOOD, finals_ms=dict(GOOD.finals_ms) | {"3": (5000.0, 5200.0)})])


@judged("LOAD-10", Verdict.PASS, "200 calls at up to 20 streams, each told of its own words only")
def test_sessions_apart_pass() -> Finding:
    """Nothing foreign came."""
    return sessions_stay_apart_under_load([GOOD])


@judged(
    "LOAD-10", Verdict.FAIL, "at 20 streams 1 of 200 calls were told what another one spoke", "digits 479"
)
def test_one_crossed_session_is_too_many() -> Finding:
    """What proves it is told."""
    crossed = replace(GOOD, crossed=1, examples={"crossed": "it has the digits 479102 of another caller"})
    return sessions_stay_apart_under_load([GOOD, crossed])


@judged("LOAD-11", Verdict.PASS, "in 10 of 200 calls, the median is 1 ms/s")
def test_one_call_in_twenty_may_fall_behind() -> Finding:
    """The rule of the other latencies."""
    return replies_keep_up([replace(GOOD, lag_slopes=(1.0,) * 190 + (400.0,) * 10)])


@judged("LOAD-11", Verdict.FAIL, "at 20 streams partials fell behind by more than 20 ms/s in 11 of 200 calls")
def test_replies_that_fall_behind_are_told() -> Finding:
    """Whatever became of the final."""
    return replies_keep_up([replace(GOOD, lag_slopes=(1.0,) * 189 + (400.0,) * 11)])


@pytest.mark.parametrize("loads", [[], [NONE]], ids=["no load", "no calls"])
@judged("LOAD-01", Verdict.INCONCLUSIVE, "there are no calls that count")
def test_no_calls_no_service(loads: list[Calls]) -> Finding:
    """Nothing was asked of the endpoint."""
    return every_call_is_served(loads)


@judged("LOAD-02", Verdict.INCONCLUSIVE, "no text could be compared")
def test_no_text_alone_no_comparison() -> Finding:
    """Without texts of the clips alone nothing differs."""
    return text_is_that_of_one_alone([replace(GOOD, compared=0)])


@judged("LOAD-08", Verdict.INCONCLUSIVE, "there are no 4 callers with finals")
def test_too_few_callers_no_fairness() -> Finding:
    """Three callers have no median to speak of."""
    return nobody_starves([replace(GOOD, finals_ms={"1": (100.0,), "2": (9000.0,), "3": ()})])


@judged("LOAD-10", Verdict.INCONCLUSIVE, "there are no calls that count")
def test_no_calls_nobody_is_crossed() -> Finding:
    """Nobody was there to be told anything."""
    return sessions_stay_apart_under_load([NONE])


@judged("LOAD-11", Verdict.INCONCLUSIVE, "there are no calls of more than 10 s with partials")
def test_short_calls_have_no_slope() -> Finding:
    """In a few seconds the slope says more about the recogniser's step."""
    return replies_keep_up([replace(GOOD, lag_slopes=())])
