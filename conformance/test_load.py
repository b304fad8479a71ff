"""LOAD: what holds while many speak at once. `asrgate load` and `asrgate capacity` make the calls."""

from collections.abc import Sequence

from asrgate.judge import endurance, load, pressure
from asrgate.judge.endurance import Course, LongSession
from asrgate.judge.finding import Finding
from asrgate.judge.load import Calls
from asrgate.judge.pressure import Beside, Canary, Churn, Overload
from asrgate.suite.declarations import check


@check("LOAD-01")
def test_every_call_is_served(calls_under_load: Sequence[Calls]) -> Finding:
    return load.every_call_is_served(calls_under_load)


@check("LOAD-02")
def test_text_is_that_of_one_alone(calls_under_load: Sequence[Calls]) -> Finding:
    return load.text_is_that_of_one_alone(calls_under_load)


@check("LOAD-03")
def test_session_lasts(long_sessions: Sequence[LongSession]) -> Finding:
    return endurance.session_lasts(long_sessions)


@check("LOAD-04")
def test_latency_stays_flat(courses: Sequence[Course]) -> Finding:
    return endurance.latency_stays_flat(courses)


@check("LOAD-05")
def test_overload_passes(overload: Overload) -> Finding:
    return pressure.overload_passes(overload)


@check("LOAD-06")
def test_connections_leave_nothing(connections_in_turn: Churn) -> Finding:
    return pressure.connections_leave_nothing(connections_in_turn)


@check("LOAD-07")
def test_canary_is_unchanged(canaries: Sequence[Canary]) -> Finding:
    return pressure.canary_is_unchanged(canaries)


@check("LOAD-08")
def test_nobody_starves(calls_under_load: Sequence[Calls]) -> Finding:
    return load.nobody_starves(calls_under_load)


@check("LOAD-09")
def test_uploads_hold_up_nobody(beside_uploads: Sequence[Beside]) -> Finding:
    return pressure.uploads_hold_up_nobody(beside_uploads)


@check("LOAD-10")
def test_sessions_stay_apart_under_load(calls_under_load: Sequence[Calls]) -> Finding:
    return load.sessions_stay_apart_under_load(calls_under_load)


@check("LOAD-11")
def test_replies_keep_up(calls_under_load: Sequence[Calls]) -> Finding:
    return load.replies_keep_up(calls_under_load)


@check("LAT-06")
def test_stream_keeps_up(long_sessions: Sequence[LongSession]) -> Finding:
    return endurance.stream_keeps_up(long_sessions)
