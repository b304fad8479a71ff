"""LOAD-05, -06, -07, -09: what came of it beside and after a load, as findings."""

from dataclasses import replace

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.pressure import (
    Beside,
    Canary,
    Churn,
    Overload,
    canary_is_unchanged,
    connections_leave_nothing,
    overload_passes,
    uploads_hold_up_nobody,
)

from .exchanges import judged

BORNE = Overload(
    carried=20,
    streams=40,
    sessions=160,
    errors={"refused": 30, "mute": 5},
    compared=125,
    final_ms=2300.0,
    recovered_s=4.0,
)
CHURN = Churn(handshakes_ms=(2.0,) * 500, grew_bytes=1e6, grew_over=400)
CANARY = Canary(
    clip="one", before="一二三。", after="一二三。", same=True, before_ms=(100.0,) * 5, after_ms=(110.0,) * 5
)
WITHOUT = Beside(streams=20, uploaders=0, n=90, final_p95_ms=150.0)
WITH = Beside(streams=20, uploaders=2, n=80, final_p95_ms=290.0)


@judged(
    "LOAD-05",
    Verdict.PASS,
    "40 callers where 20 were the load: 35 of 160 calls failed (5 mute, 30 refused)",
    "finals 2300 ms in the median",
    "4 s later one alone was served as before",
)
def test_delay_and_refusal_pass() -> Finding:
    """An overload may cost calls, if only nothing else."""
    return overload_passes(BORNE)


@judged("LOAD-05", Verdict.FAIL, "The endpoint died with 33 streams at once")
def test_a_death_is_no_refusal() -> Finding:
    """Though it was back in time."""
    return overload_passes(replace(BORNE, died="The endpoint died with 33 streams at once, back after 3 s"))


@judged(
    "LOAD-05", Verdict.FAIL, "60 s after it one caller alone was not served as before: finals took 5100 ms"
)
def test_what_never_recovers_fails() -> Finding:
    """Even where the overload itself says nothing: one caller after it does."""
    never = replace(BORNE, recovered_s=None, last="finals took 5100 ms")
    assert overload_passes(replace(never, void="the generator was late")).verdict is Verdict.FAIL
    return overload_passes(never)


@judged(
    "LOAD-05", Verdict.FAIL, "2 of 125 texts were not those of the clip alone", "neither delay nor refusal"
)
def test_wrong_words_are_no_delay() -> Finding:
    """One in a hundred is let pass, as under load."""
    assert overload_passes(replace(BORNE, mismatches=1)).verdict is Verdict.PASS
    return overload_passes(replace(BORNE, mismatches=2))


@pytest.mark.parametrize(
    ("overload", "told"),
    [
        (None, "was not put under twice the load"),
        (replace(BORNE, void="frames left 80 ms late"), "40 callers say nothing: frames left 80 ms late"),
        (replace(BORNE, sessions=0, errors={}), "no call of 40 callers ended"),
    ],
    ids=["not asked", "void", "no calls"],
)
@judged("LOAD-05", Verdict.INCONCLUSIVE)
def test_an_overload_that_says_nothing(overload: Overload | None, told: str) -> Finding:
    """The reason says why."""
    return overload_passes(overload)


@judged(
    "LOAD-06", Verdict.PASS, "the first 100 of 500 handshakes took 2.0 ms in the median", "1.0 MiB over 400"
)
def test_connections_that_leave_nothing_pass() -> Finding:
    """Nor do a few ms more, which are how machines are, or memory that nobody watched."""
    assert (
        connections_leave_nothing(replace(CHURN, handshakes_ms=(2.0,) * 250 + (9.0,) * 250)).verdict == "pass"
    )
    assert "was not watched" in connections_leave_nothing(replace(CHURN, grew_bytes=None)).reason
    return connections_leave_nothing(CHURN)


@judged("LOAD-06", Verdict.FAIL, "handshakes took 2.0 ms in the median, the last 62.0 ms")
def test_handshakes_that_take_longer_fail() -> Finding:
    """The last hundred against the first hundred."""
    return connections_leave_nothing(replace(CHURN, handshakes_ms=(2.0,) * 300 + (62.0,) * 200))


@judged("LOAD-06", Verdict.FAIL, "memory grew by 38.1 MiB over 400 connections")
def test_connections_that_leave_memory_behind_fail() -> Finding:
    """A hundred kilobytes for each."""
    return connections_leave_nothing(replace(CHURN, grew_bytes=4e7))


@judged("LOAD-06", Verdict.FAIL, "after 333 connections the next one was not let in: refused")
def test_a_connection_that_is_refused_fails() -> Finding:
    """As when the server ran out of threads."""
    refused = "the next one was not let in: refused"
    return connections_leave_nothing(Churn(handshakes_ms=(2.0,) * 333, refused=refused))


@pytest.mark.parametrize(
    ("churn", "told"),
    [(None, "no connections were opened"), (Churn(handshakes_ms=(2.0,) * 40), "500 connections are needed")],
    ids=["not asked", "too few"],
)
@judged("LOAD-06", Verdict.INCONCLUSIVE)
def test_too_few_connections(churn: Churn | None, told: str) -> Finding:
    """The reason says how many there were."""
    return connections_leave_nothing(churn)


@judged("LOAD-07", Verdict.PASS, "1 clip gave the same text", "100 ms before the load and 110 ms after it")
def test_a_canary_as_before_passes() -> Finding:
    """A clip that gave nothing before the load says nothing after it."""
    return canary_is_unchanged([replace(CANARY, clip="none", before=None, after=None), CANARY])


@judged("LOAD-07", Verdict.PASS, "took 20 ms before the load and 60 ms after it")
def test_a_few_ms_are_no_damage() -> Finding:
    """Three times of very little is how machines are."""
    return canary_is_unchanged([replace(CANARY, before_ms=(20.0,) * 5, after_ms=(60.0,) * 5)])


@judged("LOAD-07", Verdict.FAIL, "after the load one alone gave '一二。', before it '一二三。'")
def test_another_text_after_the_load_fails() -> Finding:
    """Whatever time it took."""
    return canary_is_unchanged([CANARY, replace(CANARY, after="一二。", same=False)])


@judged("LOAD-07", Verdict.FAIL, "500 ms before the load and 650 ms after it")
def test_a_canary_that_takes_longer_fails() -> Finding:
    """By more than a fifth, of the median over all clips."""
    slow = replace(CANARY, before_ms=(500.0,) * 3, after_ms=(650.0,) * 3)
    return canary_is_unchanged([slow, slow])


@judged("LOAD-07", Verdict.FAIL, "after the load one alone got no final: refused: nobody listens")
def test_a_canary_that_gets_no_final_fails() -> Finding:
    """As when the server has died."""
    return canary_is_unchanged([replace(CANARY, after=None, same=False, why="refused: nobody listens")])


@pytest.mark.parametrize(
    ("canaries", "told"),
    [
        ([], "no clip was heard alone"),
        ([replace(CANARY, after_ms=(100.0,) * 4)], "1 clip gave the same text; 5 finals tell"),
    ],
    ids=["none", "too few finals"],
)
@judged("LOAD-07", Verdict.INCONCLUSIVE)
def test_no_canary_no_comparison(canaries: list[Canary], told: str) -> Finding:
    """The reason says what is missing."""
    return canary_is_unchanged(canaries)


@judged(
    "LOAD-09", Verdict.PASS, "at 20 streams the 95th percentile of finals was 150 ms, and 290 ms beside 2 up"
)
def test_callers_that_are_not_held_up_pass() -> Finding:
    """Nor are 140 ms more than 40 any loss, though it is four times as long."""
    quick = [replace(WITHOUT, final_p95_ms=40.0), replace(WITH, final_p95_ms=180.0)]
    assert uploads_hold_up_nobody(quick).verdict is Verdict.PASS
    return uploads_hold_up_nobody([WITHOUT, WITH])


@judged("LOAD-09", Verdict.FAIL, "the 95th percentile of finals was 150 ms, and 900 ms beside 2 uploaders")
def test_callers_that_are_held_up_fail() -> Finding:
    """Compared is what had the same number of streams."""
    others = replace(WITHOUT, streams=40, final_p95_ms=2000.0)
    return uploads_hold_up_nobody([others, WITHOUT, replace(WITH, final_p95_ms=900.0)])


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ([], "--abuse unpaced=1"),
        ([WITHOUT], "--abuse unpaced=1"),
        ([WITH], "--abuse unpaced=1"),
        (
            [WITHOUT, replace(WITH, n=30, final_p95_ms=None)],
            "needs 72 finals each; there were 90 without and 30",
        ),
    ],
    ids=["nothing", "without", "with", "too few"],
)
@judged("LOAD-09", Verdict.INCONCLUSIVE)
def test_no_two_steps_no_comparison(measured: list[Beside], told: str) -> Finding:
    """The reason says what is missing."""
    return uploads_hold_up_nobody(measured)
