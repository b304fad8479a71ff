"""FS: audio in another form than bare samples."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.formats import mistakes_do_no_harm, wrong_format_refused_at_once
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import ALL, EMPTY_FINAL, heard, spoken

every_dialect = pytest.mark.parametrize("dialect", ALL)

ONLY_PCM = {
    "is_final": True,
    "text": "ERROR. Real-time transcription service ONLY SUPPORT PCM stream.",
    "wav_name": "t1",
}


@every_dialect
@judged("FS-05", Verdict.PASS, "stereo: '你你'", "wav-header: '阿里巴巴你好'", "then as before")
def test_spoilt_text_passes(dialect: str) -> Finding:
    """What came of each mistake is told."""
    plain = heard(dialect, "阿里巴巴你好")
    return mistakes_do_no_harm(plain, {"wav-header": plain, "stereo": heard(dialect, "你你")}, plain)


@judged("FS-05", Verdict.PASS, "float32: close 1003")
def test_a_refusal_passes() -> Finding:
    """A server may refuse what it can tell."""
    plain = heard("funasr-python", "阿里巴巴你好")
    refused = spoken("funasr-python").closed("server", 1003)
    return mistakes_do_no_harm(plain, {"float32": refused}, plain)


@every_dialect
@judged("FS-05", Verdict.FAIL, "stereo: neither an end nor a refusal")
def test_a_session_without_an_end_fails(dialect: str) -> Finding:
    """Silence tells the client nothing."""
    plain = heard(dialect, "阿里巴巴你好")
    return mistakes_do_no_harm(plain, {"stereo": spoken(dialect).timed_out().close()}, plain)


@every_dialect
@judged("FS-05", Verdict.FAIL, "afterwards no text instead of '阿里巴巴你好'")
def test_a_next_session_without_text_fails(dialect: str) -> Finding:
    """What one client does wrong must not reach another."""
    plain = heard(dialect, "阿里巴巴你好")
    return mistakes_do_no_harm(plain, {"stereo": heard(dialect, "你")}, heard(dialect, ""))


@judged("FS-05", Verdict.FAIL, "afterwards '四五六七' instead of '阿里巴巴你好'")
def test_a_next_session_with_another_text_fails() -> Finding:
    """A reading that differs as much as this is another text."""
    plain = heard("funasr-2pass", "阿里巴巴你好")
    return mistakes_do_no_harm(plain, {"stereo": plain}, heard("funasr-2pass", "四五六七"))


@judged("FS-05", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_plain_session_mistakes_are_not_blamed() -> Finding:
    """Nothing is known about the audio."""
    return mistakes_do_no_harm(unopened(), {}, unopened())


def called_mp3(dialect: str = "funasr-2pass", *, waiting_s: float = 2) -> Exchange:
    """A session whose audio is called mp3, refused after so long."""
    return (
        session(dialect)
        .config(wav_format="mp3")
        .audio(4000)
        .reply(ONLY_PCM, after_ms=waiting_s * 1000)
        .end()
        .reply(EMPTY_FINAL[dialect])
        .terminated()
        .close()
    )


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1"])
@judged("FS-06", Verdict.PASS, "ONLY SUPPORT PCM", "ms after the first audio")
def test_a_refusal_at_the_first_audio_passes(dialect: str) -> Finding:
    """The client need not send the rest."""
    return wrong_format_refused_at_once(called_mp3(dialect, waiting_s=0.1))


@judged("FS-06", Verdict.PASS, "close 1003")
def test_a_close_at_the_first_audio_passes() -> Finding:
    """That is a refusal, too."""
    return wrong_format_refused_at_once(session().config(wav_format="mp3").audio(600).closed("server", 1003))


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1"])
@judged("FS-06", Verdict.FAIL, "expected 2000 ms at most")
def test_a_refusal_at_the_end_fails(dialect: str) -> Finding:
    """As upstream does it: after the whole audio was swallowed."""
    exchange = session(dialect).config(wav_format="mp3").audio(4000).listen(2).end().reply(ONLY_PCM)
    return wrong_format_refused_at_once(exchange.terminated().close())


@judged("FS-06", Verdict.FAIL, "never refused, the answer is '阿里巴巴你好'")
def test_a_format_that_is_ignored_fails() -> Finding:
    """A client that really sends mp3 would get noise."""
    return wrong_format_refused_at_once(heard("funasr-2pass", "阿里巴巴你好"))


@judged("FS-06", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unopened_session_refused_no_format() -> Finding:
    """The reason names what went wrong."""
    return wrong_format_refused_at_once(unopened())
