"""END: end frames in other forms and places."""

from typing import Any

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.odd_ends import (
    end_first_answered,
    is_end_acknowledged,
    is_finished_ends,
    odd_ends_are_not_swallowed,
    second_end_is_harmless,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import (
    ALL,
    EMPTY_FINAL,
    PYTHON_ACK,
    WITH_SESSION_STAMPS,
    Message,
    heard,
    live,
    recorded,
    sentence,
    spoken,
)

every_dialect = pytest.mark.parametrize("dialect", ALL)


def end_first(dialect: str, *replies: Message) -> Exchange:
    """An end frame as the first message."""
    begun = session(dialect).end().reply(*replies)
    return (begun.terminated() if replies else begun.timed_out(5)).close()


@pytest.mark.parametrize("dialect", ["funasr-offline", "funasr-python"])
@judged("END-06", Verdict.PASS, "answered with 1 message")
def test_an_answer_to_the_first_end_passes(dialect: str) -> Finding:
    """An empty result, or an acknowledgement."""
    return end_first_answered(end_first(dialect, EMPTY_FINAL[dialect]), heard(dialect, ""))


@judged("END-06", Verdict.PASS, "closed by the server with 1008")
def test_a_close_answers_the_first_end() -> Finding:
    """The client knows."""
    closed = session("funasr-2pass").end().closed("server", 1008)
    return end_first_answered(closed, heard("funasr-2pass", ""))


@judged("END-06", Verdict.FAIL, "silence")
def test_silence_after_the_first_end_fails() -> Finding:
    """As recorded of the real-time server."""
    return end_first_answered(end_first("funasr-2pass"), heard("funasr-2pass", ""))


@judged("END-06", Verdict.INCONCLUSIVE, "an end after an opening got no answer either")
def test_a_mute_endpoint_says_nothing_about_the_first_end() -> Finding:
    """END-04 tells it."""
    return end_first_answered(end_first("funasr-2pass"), end_first("funasr-2pass"))


def ended_twice(dialect: str, second: list[Message], third: str) -> Exchange:
    """An utterance with two ends, these replies to the second one, and an utterance of this text."""
    begun = spoken(dialect).reply(*sentence(dialect, "一二三")).terminated().end().reply(*second)
    begun = begun.terminated() if second else begun.timed_out(10)
    again = begun.config(wav_name="t1").audio(1800).end().reply(*sentence(dialect, third))
    return again.terminated().close()


@every_dialect
@judged("END-07", Verdict.PASS, "answered with 1 message", "'你好'")
def test_an_empty_answer_to_the_second_end_passes(dialect: str) -> Finding:
    """As recorded of all servers."""
    return second_end_is_harmless(
        ended_twice(dialect, [EMPTY_FINAL[dialect]], "你好"), heard(dialect, "你好。")
    )


@judged("END-07", Verdict.PASS, "answered with 1 message", "'你好'")
def test_stop_twice_passes() -> Finding:
    """As read of funasr-realtime: the second one is answered by `stopped` alone."""
    again = live("一二三").text("STOP", role="end").reply({"event": "stopped"}).terminated()
    said = {"sentences": [{"text": "你好", "start": 0, "end": 9}], "partial": "", "is_final": True}
    again = again.text("START", role="config").reply({"event": "started"}).audio(1800)
    again = again.text("STOP", role="end").reply(said, {"event": "stopped"}).terminated()
    return second_end_is_harmless(again.close(), heard("funasr-realtime", "你好"))


@judged("END-07", Verdict.PASS, "not answered")
def test_no_answer_to_the_second_end_passes() -> Finding:
    """There was nothing to answer."""
    return second_end_is_harmless(ended_twice("funasr-2pass", [], "你好"), heard("funasr-2pass", "你好。"))


@every_dialect
@judged("END-07", Verdict.FAIL, "brought the text '一二三'")
def test_a_result_that_comes_again_fails(dialect: str) -> Finding:
    """The second end has no audio."""
    again = sentence(dialect, "一二三")
    return second_end_is_harmless(ended_twice(dialect, again, "你好"), heard(dialect, "你好。"))


@every_dialect
@judged("END-07", Verdict.FAIL, "the next utterance reads '你', on a fresh connection '你好。'")
def test_a_second_end_that_spoils_the_next_utterance_fails(dialect: str) -> Finding:
    """The connection must go on as before."""
    return second_end_is_harmless(
        ended_twice(dialect, [EMPTY_FINAL[dialect]], "你"), heard(dialect, "你好。")
    )


@judged("END-07", Verdict.INCONCLUSIVE, "no second end frame could be sent")
def test_without_a_second_end_nothing_is_told() -> Finding:
    """The connection was gone."""
    return second_end_is_harmless(recorded("funasr-2pass"), heard("funasr-2pass", "你好。"))


def finished(dialect: str, *replies: Message) -> Exchange:
    """A session that was ended by the undocumented synonym."""
    begun = session(dialect).config(wav_name="t1").audio(1800).text('{"is_finished":true}', role="end")
    begun = begun.reply(*replies)
    return (begun.terminated() if replies else begun.timed_out(12)).close()


with_synonym = pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)


@with_synonym
@judged("END-11", Verdict.PASS, "'你好'")
def test_the_synonym_ends(dialect: str) -> Finding:
    """As recorded of the C++ servers."""
    return is_finished_ends(finished(dialect, *sentence(dialect, "你好")), heard(dialect, "你好"))


@with_synonym
@judged("END-11", Verdict.FAIL, "no terminating message after is_finished true")
def test_an_unknown_synonym_fails(dialect: str) -> Finding:
    """The client waits for ever."""
    return is_finished_ends(finished(dialect), heard(dialect, "你好"))


@judged("END-11", Verdict.FAIL, "gave '', is_speaking false '你好'")
def test_a_synonym_that_flushes_nothing_fails() -> Finding:
    """It must end the input in the same way."""
    return is_finished_ends(
        finished("funasr-2pass", EMPTY_FINAL["funasr-2pass"]), heard("funasr-2pass", "你好")
    )


@judged("END-11", Verdict.INCONCLUSIVE, "the usual end got no terminating message either")
def test_a_mute_endpoint_says_nothing_about_the_synonym() -> Finding:
    """END-01 tells it."""
    return is_finished_ends(finished("funasr-2pass"), spoken("funasr-2pass").timed_out().close())


@judged("END-12", Verdict.PASS, "1 end frame")
def test_an_acknowledgement_passes() -> Finding:
    """As recorded of the Python server."""
    return is_end_acknowledged([recorded("funasr-python")])


@judged("END-12", Verdict.FAIL, "no acknowledgement among 1 reply")
def test_a_missing_acknowledgement_fails() -> Finding:
    """Clients that wait for it would wait for ever."""
    said = {"mode": "2pass-offline", "text": "你好", "wav_name": "t1", "is_final": True}
    return is_end_acknowledged([spoken("funasr-python").reply(said).timed_out().close()])


@judged("END-12", Verdict.INCONCLUSIVE, "connection refused")
def test_without_an_end_nothing_is_acknowledged() -> Finding:
    """The reason says why."""
    return is_end_acknowledged([unopened("funasr-python")])


def nearly_ended(dialect: str, value: Any, answers: list[Message], later: list[Message]) -> Exchange:
    """A session with an odd end, these answers to it, the usual end, and these answers to that."""
    begun = session(dialect).config(wav_name="t1").audio(1800).end(is_speaking=value).reply(*answers)
    begun = (begun.terminated() if answers else begun.timed_out(3)).end().reply(*later)
    return (begun.terminated() if later else begun.timed_out(10)).close()


@judged("END-14", Verdict.PASS, "0 is an end")
def test_a_zero_that_ends_passes() -> Finding:
    """As recorded of the Python server."""
    told = nearly_ended("funasr-python", 0, sentence("funasr-python", "你好"), [PYTHON_ACK])
    return odd_ends_are_not_swallowed({"0": told})


@judged("END-14", Verdict.PASS, "is refused with the error 'ERROR. is_speaking must be true or false'")
def test_an_odd_end_that_is_refused_passes() -> Finding:
    """The client knows."""
    error = {"text": "ERROR. is_speaking must be true or false", "wav_name": "t1", "is_final": True}
    told = nearly_ended("funasr-2pass", 0, [error], sentence("funasr-2pass", "你好"))
    return odd_ends_are_not_swallowed({"0": told})


@every_dialect
@judged("END-14", Verdict.FAIL, 'is_speaking "false" is swallowed')
def test_an_odd_end_without_effect_fails(dialect: str) -> Finding:
    """As recorded of all servers."""
    told = nearly_ended(dialect, "false", [], sentence(dialect, "你好"))
    return odd_ends_are_not_swallowed({'"false"': told})


@judged("END-14", Verdict.INCONCLUSIVE, "the usual end got no terminating message either")
def test_a_mute_endpoint_says_nothing_about_odd_ends() -> Finding:
    """END-01 tells it."""
    return odd_ends_are_not_swallowed({"0": nearly_ended("funasr-2pass", 0, [], [])})
