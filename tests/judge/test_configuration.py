"""CFG: the opening frame."""

import pytest

from asrgate.judge.configuration import (
    guide_frame_accepted,
    missing_chunk_size_answered,
    optional_fields_may_be_omitted,
    unknown_fields_change_nothing,
)
from asrgate.judge.finding import Finding, Verdict
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import ALL, EMPTY_FINAL, heard, partial, recorded, spoken

every_dialect = pytest.mark.parametrize("dialect", ALL)

IN_BAND = {
    "text": "ERROR. Real-time transcription service ONLY SUPPORT PCM stream.",
    "wav_name": "t1",
    "is_final": True,
}
ACK_ERROR = {
    "mode": "2pass",
    "wav_name": "t1",
    "is_final": False,
    "is_end": True,
    "error": "audio frame discarded: chunk_size is not configured",
}


def mute(dialect: str = "funasr-2pass") -> Exchange:
    """A session that was never answered."""
    return spoken(dialect).timed_out(10).close()


@every_dialect
@judged("CFG-01", Verdict.PASS, "阿里巴巴你好")
def test_a_transcript_after_the_guides_frame_passes(dialect: str) -> Finding:
    """Text and a terminating message are all that is asked."""
    return guide_frame_accepted(heard(dialect, "阿里巴巴你好。"), heard(dialect, "阿里巴巴你好"))


@every_dialect
@judged("CFG-01", Verdict.FAIL, "no text", "阿里巴巴你好")
def test_no_text_after_the_guides_frame_fails(dialect: str) -> Finding:
    """An ordinary frame gave text, so the guide's frame is what was refused."""
    return guide_frame_accepted(heard(dialect, ""), heard(dialect, "阿里巴巴你好"))


@judged("CFG-01", Verdict.FAIL, "no terminating message")
def test_text_without_an_end_fails() -> Finding:
    """A partial alone is not a completed session."""
    exchange = spoken("funasr-2pass").reply(partial("funasr-2pass", "阿里巴")).timed_out().close()
    return guide_frame_accepted(exchange, heard("funasr-2pass", "阿里巴巴你好"))


@judged("CFG-01", Verdict.FAIL, "ONLY SUPPORT PCM")
def test_an_error_in_the_text_is_no_transcript() -> Finding:
    """The in-band error looks like a transcript, but is none."""
    return guide_frame_accepted(
        spoken("funasr-2pass").reply(IN_BAND).terminated().close(), heard("funasr-2pass", "阿里巴巴你好")
    )


@judged("CFG-01", Verdict.INCONCLUSIVE, "no text after an ordinary frame")
def test_a_recogniser_that_hears_nothing_is_not_a_refused_frame() -> Finding:
    """Without text in either session the frame cannot be blamed."""
    return guide_frame_accepted(heard("funasr-2pass", ""), heard("funasr-2pass", ""))


@every_dialect
@judged("CFG-02", Verdict.PASS, "itn, hotwords")
def test_every_field_may_be_omitted(dialect: str) -> Finding:
    """Each of the sessions is transcribed and ended."""
    fine = heard(dialect, "阿里巴巴你好")
    return optional_fields_may_be_omitted({"itn": fine, "hotwords": fine, "wav_name": fine}, fine)


@judged("CFG-02", Verdict.FAIL, "without wav_format: no text")
def test_the_field_that_is_not_optional_is_named() -> Finding:
    """One mute session is enough."""
    fine = heard("funasr-2pass", "阿里巴巴你好")
    return optional_fields_may_be_omitted({"itn": fine, "wav_format": mute()}, fine)


@judged("CFG-02", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_plain_session_no_field_is_judged() -> Finding:
    """There must be text with all fields first."""
    return optional_fields_may_be_omitted({"itn": mute()}, unopened())


@judged("CFG-03", Verdict.PASS, "transcribed")
def test_a_transcript_without_chunk_size_passes() -> Finding:
    """The offline server does not need the field."""
    return missing_chunk_size_answered(
        heard("funasr-offline", "阿里巴巴"), heard("funasr-offline", "阿里巴巴")
    )


@pytest.mark.parametrize(("dialect", "error"), [("funasr-python", ACK_ERROR), ("funasr-2pass", IN_BAND)])
@judged("CFG-03", Verdict.PASS, "explicit error")
def test_an_explicit_error_passes(dialect: str, error: dict[str, object]) -> Finding:
    """An error in the form of the dialect is better than silence."""
    refused = spoken(dialect).reply(error).terminated().close()
    return missing_chunk_size_answered(refused, heard(dialect, "阿里巴巴"))


@judged("CFG-03", Verdict.PASS, "closed by the server with 1000")
def test_a_close_passes() -> Finding:
    """A client notices when the connection ends."""
    return missing_chunk_size_answered(
        session("funasr-python").config().audio(1800).end().closed("server", 1000),
        heard("funasr-python", "阿里"),
    )


@judged("CFG-03", Verdict.FAIL, "silence")
def test_silence_fails() -> Finding:
    """The real-time server swallows everything without a word."""
    return missing_chunk_size_answered(mute(), heard("funasr-2pass", "阿里巴巴"))


@judged("CFG-03", Verdict.FAIL, "without text or error")
def test_an_empty_answer_fails() -> Finding:
    """An empty final hides that the speech was thrown away."""
    exchange = spoken("funasr-2pass").reply(EMPTY_FINAL["funasr-2pass"]).terminated().close()
    return missing_chunk_size_answered(exchange, heard("funasr-2pass", "阿里巴巴"))


@judged("CFG-03", Verdict.INCONCLUSIVE, "no text with chunk_size either")
def test_a_server_that_is_always_mute_shows_nothing() -> Finding:
    """Then chunk_size is not to blame."""
    return missing_chunk_size_answered(mute(), mute())


@every_dialect
@judged("CFG-06", Verdict.PASS, "with unknown fields and without")
def test_the_same_result_with_unknown_fields_passes(dialect: str) -> Finding:
    """Text and stamps are compared."""
    return unknown_fields_change_nothing(recorded(dialect), recorded(dialect))


@every_dialect
@judged("CFG-06", Verdict.FAIL, "with unknown fields", "['阿里']")
def test_another_text_with_unknown_fields_fails(dialect: str) -> Finding:
    """What came is told beside what was expected."""
    return unknown_fields_change_nothing(heard(dialect, "阿里"), heard(dialect, "阿里巴巴你好"))


@judged("CFG-06", Verdict.FAIL, "with unknown fields: no text")
def test_silence_with_unknown_fields_fails() -> Finding:
    """A server that refuses them is broken for clients of other releases."""
    return unknown_fields_change_nothing(mute(), heard("funasr-2pass", "阿里巴巴你好"))


@judged("CFG-06", Verdict.INCONCLUSIVE, "no text without them either")
def test_without_any_text_unknown_fields_say_nothing() -> Finding:
    """There is nothing to compare with."""
    return unknown_fields_change_nothing(mute(), heard("funasr-2pass", ""))
