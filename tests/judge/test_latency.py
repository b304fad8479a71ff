"""LAT: how long answers take."""

from dataclasses import replace

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.latency import (
    connects_in_time,
    empty_session_in_time,
    final_in_time,
    first_partial_in_time,
)
from asrgate.wire.exchange import Exchange

from .exchanges import HANDSHAKE, Session, judged, session, unopened
from .recorded import ALL, EMPTY_FINAL, WITH_PARTIALS, heard, partial, sentence

every_dialect = pytest.mark.parametrize("dialect", ALL)
with_partials = pytest.mark.parametrize("dialect", WITH_PARTIALS)


def connects(*total_ms: float) -> list[Exchange]:
    """Connections that took so long."""
    return [replace(session().close(), handshake=replace(HANDSHAKE, total_ms=ms)) for ms in total_ms]


@judged("LAT-01", Verdict.PASS, "median 450 ms", "of 20")
def test_quick_connects_pass() -> Finding:
    """One of twenty may be an outlier."""
    return connects_in_time(connects(*[450.0] * 19, 2500.0))


@judged("LAT-01", Verdict.FAIL, "up to 1800 ms", "2 over it", "median 450 ms")
def test_two_slow_connects_of_twenty_fail() -> Finding:
    """Not the largest alone, but how many are over the bound decides."""
    return connects_in_time(connects(*[450.0] * 18, 1200.0, 1800.0))


@judged("LAT-01", Verdict.INCONCLUSIVE, "19 connections opened, 20 are needed")
def test_too_few_connects_prove_nothing() -> Finding:
    """A rate of one in twenty needs twenty."""
    return connects_in_time(connects(*[450.0] * 19))


def paced(dialect: str = "funasr-2pass", *, pace: float | None = 1.0, late_ms: float = 0) -> Session:
    """The first 1.8 s of a session in real time."""
    return session(dialect).config(wav_name="t1").audio(1800, pace=pace, late_ms=late_ms)


def ended(begun: Session, dialect: str = "funasr-2pass", after_ms: float = 10) -> Exchange:
    """The session with its end."""
    return begun.end().reply(*sentence(dialect, "一二三"), after_ms=after_ms).terminated().close()


@with_partials
@judged("LAT-02", Verdict.PASS, "1600 ms after speech began", "bound 2100 ms")
def test_an_early_partial_passes(dialect: str) -> Finding:
    """Speech begins at 300 ms, the partial comes 100 ms after the audio of 1.8 s."""
    begun = paced(dialect).reply(partial(dialect, "一二"), after_ms=100)
    return first_partial_in_time(ended(begun, dialect), speech_start_ms=300, speech_ms=2400)


@with_partials
@judged("LAT-02", Verdict.FAIL, "2500 ms after speech began", "2100 ms")
def test_a_late_partial_fails(dialect: str) -> Finding:
    """A chunk of 600 ms and 1.5 s are allowed."""
    begun = paced(dialect).reply(partial(dialect, "一二"), after_ms=1000)
    return first_partial_in_time(ended(begun, dialect), speech_start_ms=300, speech_ms=2400)


@judged("LAT-02", Verdict.PASS, "bound 2400 ms")
def test_the_bound_follows_the_chunk() -> Finding:
    """A chunk of 900 ms has a later bound."""
    begun = session().config(chunk_size=[8, 15, 8]).audio(1800, pace=1.0)
    begun = begun.reply(partial("funasr-2pass", "一二"), after_ms=800)
    return first_partial_in_time(ended(begun), speech_start_ms=300, speech_ms=2400)


@judged("LAT-02", Verdict.FAIL, "no partial came")
def test_no_partial_at_all_fails() -> Finding:
    """Only the sentence came."""
    return first_partial_in_time(ended(paced()), speech_start_ms=300, speech_ms=2400)


@judged("LAT-02", Verdict.INCONCLUSIVE, "client was 900 ms late")
def test_a_client_that_was_late_itself_cannot_blame_the_server() -> Finding:
    """The planned instants count, and they were missed."""
    begun = paced(late_ms=900).reply(partial("funasr-2pass", "一二"), after_ms=100)
    return first_partial_in_time(ended(begun), speech_start_ms=300, speech_ms=2400)


@judged("LAT-02", Verdict.INCONCLUSIVE, "no audio at a real-time pace")
def test_without_pace_there_is_no_onset() -> Finding:
    """Audio sent at once is spoken at no time."""
    return first_partial_in_time(ended(paced(pace=None)), speech_start_ms=300, speech_ms=2400)


@judged("LAT-02", Verdict.INCONCLUSIVE, "1200 ms of speech need none")
def test_short_speech_needs_no_partial() -> Finding:
    """Its sentence result may come first."""
    return first_partial_in_time(ended(paced()), speech_start_ms=300, speech_ms=1200)


@judged("LAT-02", Verdict.INCONCLUSIVE, "no text came")
def test_without_text_no_partial_is_missed() -> Finding:
    """The recogniser heard nothing."""
    begun = paced().end().reply(EMPTY_FINAL["funasr-2pass"]).terminated().close()
    return first_partial_in_time(begun, speech_start_ms=300, speech_ms=2400)


@every_dialect
@judged("LAT-04", Verdict.PASS, "median 300 ms", "of 2")
def test_quick_finals_pass(dialect: str) -> Finding:
    """Counted from when the end frame was due; sessions without pace are left out."""
    quick = [ended(paced(dialect), dialect, after_ms=300 / len(sentence(dialect, "一"))) for _ in range(2)]
    return final_in_time([*quick, heard(dialect, "一二三")])


@every_dialect
@judged("LAT-04", Verdict.FAIL, "up to 2500 ms", "1 over it")
def test_a_slow_final_fails(dialect: str) -> Finding:
    """With fewer than twenty none may be over the bound."""
    slow = ended(paced(dialect), dialect, after_ms=2500 / len(sentence(dialect, "一")))
    return final_in_time([slow])


@judged("LAT-04", Verdict.INCONCLUSIVE, "client was 500 ms late")
def test_a_client_that_sent_late_cannot_blame_the_server() -> Finding:
    """Its own delay would count as the server's."""
    return final_in_time([ended(paced(late_ms=500), after_ms=1600)])


@judged("LAT-04", Verdict.INCONCLUSIVE, "connection refused")
def test_without_paced_sessions_nothing_is_measured() -> Finding:
    """The reason names what went wrong."""
    return final_in_time([unopened()])


def empty(dialect: str, after_ms: float) -> Exchange:
    """A session without audio, answered so late."""
    return session(dialect).config().end().reply(EMPTY_FINAL[dialect], after_ms=after_ms).terminated().close()


@every_dialect
@judged("LAT-05", Verdict.PASS, "79.0 ms")
def test_a_quick_answer_to_an_empty_session_passes(dialect: str) -> Finding:
    """As quick as in the guide."""
    return empty_session_in_time(empty(dialect, 79))


@every_dialect
@judged("LAT-05", Verdict.FAIL, "800 ms", "500 ms")
def test_a_slow_answer_to_an_empty_session_fails(dialect: str) -> Finding:
    """There is nothing to compute."""
    return empty_session_in_time(empty(dialect, 800))


@judged("LAT-05", Verdict.INCONCLUSIVE, "no terminating message")
def test_a_missing_answer_has_no_time() -> Finding:
    """It is the business of END-04."""
    return empty_session_in_time(session().config().end().timed_out(10).close())
