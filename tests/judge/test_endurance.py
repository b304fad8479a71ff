"""LOAD-03, LOAD-04, LAT-06: what a run of hours gave, as findings."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from asrgate.judge.endurance import (
    Course,
    Growth,
    LongSession,
    latency_stays_flat,
    session_lasts,
    stream_keeps_up,
)
from asrgate.judge.finding import Finding, Verdict
from asrgate.wire.stamps import Stamp

from .exchanges import judged

HOUR_S = 3600.0
EVERY_S = 6.0


def spoken(hours: float, behind_ms: Callable[[float], float] = lambda at_s: 700.0) -> LongSession:
    """A session of so many hours, in which each sentence comes so long after its last word."""
    chance = random.Random(7)
    ends_s = [EVERY_S * number for number in range(1, round(hours * HOUR_S / EVERY_S))]
    sentences = [
        (end_s + (behind_ms(end_s) + chance.gauss(0, 40)) / 1000, _stamps(end_s)) for end_s in ends_s
    ]
    return LongSession(spoken_s=hours * HOUR_S, cut=None, sentences=sentences)


def _stamps(end_s: float) -> Sequence[Stamp]:
    end_ms = round(end_s * 1000)
    return ((end_ms - 4000, end_ms - 2000), (end_ms - 2000, end_ms))


def course(grown_ms: float, finals: int = 1200, lasts_s: float = 1800.0) -> Course:
    """Finals of 100 ms, noise aside, that took `grown_ms` longer at the end than at the beginning."""
    chance = random.Random(11)
    at_s = [lasts_s * number / finals for number in range(finals)]
    return Course(
        streams=8,
        at_s=at_s,
        finals_ms=[100 + grown_ms * at / lasts_s + chance.gauss(0, 10) for at in at_s],
    )


@judged("LOAD-03", Verdict.PASS, "kept its connection through 2 h of speech", "stamps never went back")
def test_a_session_of_two_hours_passes() -> Finding:
    """The connection is kept, and stamps go on."""
    return session_lasts([spoken(2)])


@judged("LOAD-03", Verdict.PASS, "there were no stamps")
def test_stamps_of_segments_are_no_matter() -> Finding:
    """They begin anew by design."""
    restarting = [(at_s, ((0, 900),)) for at_s in (10.0, 20.0)]
    segments = LongSession(spoken_s=2 * HOUR_S, cut=None, sentences=restarting, over_session=False)
    assert session_lasts([segments]).verdict is Verdict.PASS
    return session_lasts([replace(segments, sentences=())])


@judged("LOAD-03", Verdict.FAIL, "after 45 min of speech closed early: the server ended the connection")
def test_a_session_that_is_cut_fails() -> Finding:
    """However short it was until then."""
    return session_lasts([replace(spoken(0.75), cut="closed early: the server ended the connection")])


@judged(
    "LOAD-03",
    Verdict.FAIL,
    "61 min into the session a sentence begins at 50000 ms",
    "before ended at 3648000",
)
def test_stamps_that_begin_anew_fail() -> Finding:
    """After an hour they count from 0."""
    whole = spoken(2)
    wrapped = [
        (at_s, [(s % 3_600_000, e % 3_600_000) for s, e in stamps] if at_s > HOUR_S + 50 else stamps)
        for at_s, stamps in whole.sentences
    ]
    return session_lasts([replace(whole, sentences=wrapped)])


@judged("LOAD-03", Verdict.INCONCLUSIVE, "through 25 min of speech", "2 h are needed")
def test_a_shorter_session_shows_less() -> Finding:
    """What it showed is told."""
    return session_lasts([spoken(25 / 60)])


@judged("LOAD-03", Verdict.INCONCLUSIVE, "--shape soak")
def test_no_session_no_endurance() -> Finding:
    """Nobody spoke all the while."""
    return session_lasts([])


@judged(
    "LOAD-04", Verdict.PASS, "at 8 streams, 1200 utterances", "100 ms in the median", "no memory was watched"
)
def test_finals_that_stay_pass() -> Finding:
    """Noise is no growth."""
    return latency_stays_flat([course(0.0)])


@judged("LOAD-04", Verdict.PASS, "memory of server: +1.0 MiB/h")
def test_a_little_more_is_no_growth() -> Finding:
    """Neither finals that take 15 ms longer in the end, nor memory that grows by a hundredth."""
    little = Growth(device="server", share=0.01, told="+1.0 MiB/h (0.5 to 1.5) on 100 MiB")
    return latency_stays_flat([replace(course(15.0), memory=[little])])


@judged("LOAD-04", Verdict.FAIL, "at 8 streams, 1200 utterances", "longer at the end than at the beginning")
def test_finals_that_take_longer_fail() -> Finding:
    """A tenth of a second for each thousand utterances, in one of two steps."""
    return latency_stays_flat([course(0.0), course(120.0)])


@judged("LOAD-04", Verdict.FAIL, "the memory of server grew", "+90.0 MiB/h")
def test_memory_that_grows_fails() -> Finding:
    """By a fifth of what it was, while finals stay."""
    leak = Growth(device="server", share=0.2, told="+90.0 MiB/h (80.0 to 100.0) on 200 MiB")
    return latency_stays_flat([replace(course(0.0), memory=[leak])])


@judged(
    "LOAD-04", Verdict.INCONCLUSIVE, "1000 utterances at one number of streams are needed, there were 999"
)
def test_too_few_utterances_show_no_growth() -> Finding:
    """However many steps there were."""
    assert latency_stays_flat([]).reason.endswith("there were 0")
    return latency_stays_flat([course(120.0, finals=999), course(120.0, finals=300)])


@judged("LOAD-04", Verdict.INCONCLUSIVE, "10 min are needed")
def test_a_thousand_in_a_minute_show_no_growth() -> Finding:
    """Many streams make them soon; that is too short to tell growth from a wave."""
    return latency_stays_flat([course(120.0, lasts_s=60.0)])


@judged("LAT-06", Verdict.PASS, "over 60 min sentences fell behind by", "ms/s", "in 599 sentences")
def test_a_steady_stream_passes() -> Finding:
    """Each sentence comes 700 ms after its last word, noise aside."""
    return stream_keeps_up([spoken(1)])


@judged("LAT-06", Verdict.PASS, "over 10 min")
def test_ten_minutes_are_enough() -> Finding:
    """Though the first sentence comes later than the first sample."""
    return stream_keeps_up([spoken(1 / 6)])


@judged("LAT-06", Verdict.FAIL, "expected 1 ms/s at most")
def test_a_stream_that_falls_behind_fails() -> Finding:
    """By 3 ms in each second: ten seconds in an hour."""
    return stream_keeps_up([spoken(1, lambda at_s: 700 + 3 * at_s)])


@judged("LAT-06", Verdict.INCONCLUSIVE, "leaves open whether it is 1 ms/s at most")
def test_a_slope_near_the_limit_is_left_open() -> Finding:
    """Its interval has the limit in it."""
    return stream_keeps_up([spoken(1, lambda at_s: 700 + at_s)])


@pytest.mark.parametrize(
    ("sessions", "told"),
    [
        ([], "--shape soak"),
        ([spoken(0.1)], "10 min of speech in one session are needed, there were 6 min"),
        ([replace(spoken(1), sentences=())], "no stamps tell"),
        ([replace(spoken(1), over_session=False)], "no stamps tell"),
        ([replace(spoken(1), sentences=spoken(1).sentences[:20])], "are needed"),
    ],
    ids=["none", "too short", "no stamps", "stamps of segments", "sentences at the beginning only"],
)
@judged("LAT-06", Verdict.INCONCLUSIVE)
def test_nothing_to_tell_a_slope_by(sessions: list[LongSession], told: str) -> Finding:
    """The reason says what is missing."""
    return stream_keeps_up(sessions)
