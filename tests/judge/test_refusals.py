"""SCH-14: errors beside transcripts."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.refusals import errors_look_like_errors
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import EMPTY_FINAL, PYTHON_ACK, heard, replied, spoken

IN_BAND = "ERROR. Real-time transcription service ONLY SUPPORT PCM stream."


def refusal(dialect: str, **fields: object) -> Exchange:
    """A session that was answered by one message of these fields."""
    return replied(dialect, {"wav_name": "t1"} | fields, name="mp3")


@judged("SCH-14", Verdict.PASS, "1 error", "unsupported mode: 'foo'")
def test_an_error_in_the_acknowledgement_passes() -> Finding:
    """The Python server has a field for it."""
    error = PYTHON_ACK | {"is_final": False, "error": "unsupported mode: 'foo'"}
    return errors_look_like_errors([refusal("funasr-python", **error)], heard("funasr-python", "你好"))


@judged("SCH-14", Verdict.PASS, "COMMIT requires --endpoint-mode client")
def test_an_error_event_passes() -> Finding:
    """So funasr-realtime refuses a command."""
    event = {"event": "error", "error": "COMMIT requires --endpoint-mode client"}
    refused = session("funasr-realtime").text("START", role="config").text("COMMIT").reply(event).close()
    return errors_look_like_errors([refused], heard("funasr-realtime", "你好"))


@judged("SCH-14", Verdict.PASS, "close 1003 ''")
def test_a_close_passes() -> Finding:
    """Nobody takes a close for a transcript."""
    return errors_look_like_errors(
        [spoken("funasr-2pass").closed("server", 1003)], heard("funasr-2pass", "你好")
    )


@judged("SCH-14", Verdict.FAIL, "mp3: the error 'ERROR. Real-time", "as the text of a result")
def test_an_error_in_the_text_fails() -> Finding:
    """Upstream's own client prints it as what was said."""
    told = refusal("funasr-2pass", text=IN_BAND, is_final=True)
    return errors_look_like_errors([told], heard("funasr-2pass", "你好"))


@judged("SCH-14", Verdict.PASS, IN_BAND)
def test_the_same_text_with_an_error_field_passes() -> Finding:
    """A client that knows the field is not misled."""
    told = refusal("funasr-2pass", text=IN_BAND, is_final=True, error=IN_BAND)
    return errors_look_like_errors([told], heard("funasr-2pass", "你好"))


@judged("SCH-14", Verdict.FAIL, "a result without text, as for silence")
def test_an_empty_result_fails() -> Finding:
    """The offline server answers audio that it cannot decode like silence."""
    empty = replied("funasr-offline", EMPTY_FINAL["funasr-offline"])
    return errors_look_like_errors([empty], heard("funasr-offline", "你好"))


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-offline", "funasr-python"])
@judged("SCH-14", Verdict.INCONCLUSIVE, "served or ignored")
def test_without_an_error_there_is_nothing_to_tell(dialect: str) -> Finding:
    """A server that transcribes all the same, or says nothing, is not judged here."""
    silent = spoken(dialect).timed_out().close()
    return errors_look_like_errors([heard(dialect, "你好"), silent], heard(dialect, "你好"))


@judged("SCH-14", Verdict.INCONCLUSIVE)
def test_an_empty_result_says_nothing_where_nothing_is_recognised() -> Finding:
    """A recogniser that hears nothing answers right audio in the same way."""
    empty = replied("funasr-offline", EMPTY_FINAL["funasr-offline"])
    return errors_look_like_errors([empty, unopened("funasr-offline")], heard("funasr-offline", ""))
