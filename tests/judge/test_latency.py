"""LAT: how long answers take."""

from dataclasses import replace

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.latency import (
    connects_in_time,
    empty_session_in_time,
    final_in_time,
    first_partial_in_time,
    quick_preset_is_quicker,
    sentence_in_time,
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


def fallen_silent(dialect: str, after_ms: float, *, late_ms: float = 0) -> Exchange:
    """1.8 s in real time, the last second of it silence, and the sentence so long after that."""
    begun = paced(dialect, late_ms=late_ms)
    for message in sentence(dialect, "一二三"):
        begun = begun.reply(message, after_ms=after_ms)
    return begun.end().terminated().close()


@judged("LAT-03", Verdict.PASS, "1100 ms after speech ended", "bound 2300 ms")
def test_a_sentence_soon_after_speech_passes() -> Finding:
    """800 ms of silence end it, 1.5 s are allowed."""
    return sentence_in_time(fallen_silent("funasr-2pass", 100), speech_end_ms=800)


@judged("LAT-03", Verdict.PASS, "bound 3500 ms")
def test_a_server_that_waits_longer_by_design_has_a_later_bound() -> Finding:
    """The Python server waits for 2 s of silence."""
    return sentence_in_time(fallen_silent("funasr-python", 1000), speech_end_ms=800)


@judged("LAT-03", Verdict.FAIL, "3000 ms after speech ended", "2300 ms")
def test_a_late_sentence_fails() -> Finding:
    """Measured from where the clip's speech ends."""
    return sentence_in_time(fallen_silent("funasr-2pass", 2000), speech_end_ms=800)


@judged("LAT-03", Verdict.FAIL, "only when the end frame had been sent")
def test_a_sentence_that_waits_for_the_end_fails() -> Finding:
    """The silence was not noticed."""
    return sentence_in_time(ended(paced(), after_ms=2500), speech_end_ms=800)


@judged("LAT-03", Verdict.INCONCLUSIVE, "client was 900 ms late")
def test_a_late_client_cannot_blame_the_server_for_its_sentence() -> Finding:
    """Its audio came late."""
    return sentence_in_time(fallen_silent("funasr-2pass", 1500, late_ms=900), speech_end_ms=800)


@judged("LAT-03", Verdict.INCONCLUSIVE, "no sentence with text")
def test_without_a_sentence_nothing_is_measured() -> Finding:
    """The recogniser heard nothing."""
    return sentence_in_time(
        paced().end().reply(EMPTY_FINAL["funasr-2pass"]).terminated().close(), speech_end_ms=800
    )


@judged("LAT-03", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_session_no_sentence_is_late() -> Finding:
    """The reason names what went wrong."""
    return sentence_in_time(unopened(), speech_end_ms=800)


def first_partials(*after_ms: float, late_ms: float = 0) -> list[Exchange]:
    """Sessions in real time whose first partial comes so long after 1.8 s."""
    return [
        ended(paced(late_ms=late_ms).reply(partial("funasr-2pass", "一二"), after_ms=ms)) for ms in after_ms
    ]


@judged("LAT-07", Verdict.PASS, "2000 ms", "2500 ms", "medians of 2 and 2")
def test_a_quick_preset_is_quicker() -> Finding:
    """Its chunks are smaller."""
    return quick_preset_is_quicker(first_partials(150, 250), first_partials(600, 800))


@judged("LAT-07", Verdict.FAIL, "2500 ms", "2000 ms")
def test_a_quick_preset_that_is_slower_fails() -> Finding:
    """The documented order is the other one."""
    return quick_preset_is_quicker(first_partials(600, 800), first_partials(150, 250))


@judged("LAT-07", Verdict.INCONCLUSIVE, "0 first partials in 1 session")
def test_without_partials_no_preset_is_compared() -> Finding:
    """Every session needs one."""
    return quick_preset_is_quicker(first_partials(150), [ended(paced())])


@judged("LAT-07", Verdict.INCONCLUSIVE, "client was 300 ms late")
def test_a_late_client_compares_no_presets() -> Finding:
    """The difference may be its own."""
    return quick_preset_is_quicker(first_partials(150, late_ms=300), first_partials(600))


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
