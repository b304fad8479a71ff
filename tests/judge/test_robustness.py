"""ROB: what a server must survive."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.robustness import (
    closes_on_invalid_utf8,
    survives_audio_before_config,
    survives_broken_json,
    survives_odd_frames,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import ALL, EMPTY_FINAL, heard

every_dialect = pytest.mark.parametrize("dialect", ALL)


def broken(dialect: str) -> list[Exchange]:
    """Sessions that sent text which is no JSON, and were not answered."""
    return [session(dialect).text(text).listen(1).close() for text in ('{"mode":', "", "PING")]


def canary(dialect: str) -> Exchange:
    """An idle session that the client closed."""
    return session(dialect).listen(5).close()


def fine(dialect: str) -> Exchange:
    """The known utterance, as it was recognised before."""
    return heard(dialect, "阿里巴巴你好。")


@every_dialect
@judged("ROB-01", Verdict.PASS, "reads as before", "no answer")
def test_a_server_that_ignores_broken_json_survives(dialect: str) -> Finding:
    """That it stays silent is the business of ROB-02."""
    return survives_broken_json(broken(dialect), canary(dialect), fine(dialect), fine(dialect))


@every_dialect
@judged("ROB-01", Verdict.FAIL, "idle session beside it was lost", "network")
def test_a_lost_canary_is_a_crash(dialect: str) -> Finding:
    """The idle session ended without a close frame."""
    lost = session(dialect).listen(2).closed("network", None, clean=False)
    return survives_broken_json(broken(dialect), lost, fine(dialect), fine(dialect))


@judged("ROB-01", Verdict.FAIL, "new connection is refused: connection refused")
def test_a_refused_connection_afterwards_fails() -> Finding:
    """The server is gone."""
    return survives_broken_json(
        broken("funasr-2pass"), canary("funasr-2pass"), unopened(), fine("funasr-2pass")
    )


@judged("ROB-01", Verdict.FAIL, "reads ''", "'阿里巴巴你好。'")
def test_an_utterance_that_is_lost_afterwards_fails() -> Finding:
    """The server is there, but recognises no more."""
    return survives_broken_json(
        broken("funasr-2pass"), canary("funasr-2pass"), heard("funasr-2pass", ""), fine("funasr-2pass")
    )


@judged("ROB-01", Verdict.INCONCLUSIVE, "no text before")
def test_without_text_before_survival_cannot_be_shown() -> Finding:
    """There must be something to compare with."""
    nothing = heard("funasr-2pass", "")
    return survives_broken_json(broken("funasr-2pass"), canary("funasr-2pass"), nothing, nothing)


def invalid(dialect: str) -> Exchange:
    """A session that sent text which is not UTF-8, and was closed for it."""
    return session(dialect).config().invalid_text().closed("server", 1007)


@every_dialect
@judged("ROB-20", Verdict.PASS, "1007", "reads as before")
def test_a_close_1007_passes(dialect: str) -> Finding:
    """RFC 6455 asks for it."""
    return closes_on_invalid_utf8(invalid(dialect), fine(dialect), fine(dialect))


@pytest.mark.parametrize(
    ("exchange", "came"),
    [
        (session().config().invalid_text().listen(5).close(), "no close"),
        (session().config().invalid_text().closed("server", 1011), "server close 1011"),
        (session().config().invalid_text().closed("network", None, clean=False), "network close None"),
    ],
)
@judged("ROB-20", Verdict.FAIL, "expected close 1007")
def test_anything_but_1007_fails(exchange: Exchange, came: str) -> Finding:
    """No close, another code, or a lost connection are told apart."""
    finding = closes_on_invalid_utf8(exchange, fine("funasr-2pass"), fine("funasr-2pass"))
    assert came in finding.reason
    return finding


@judged("ROB-20", Verdict.FAIL, "new connection is refused")
def test_a_server_that_is_gone_after_1007_fails() -> Finding:
    """Only the one connection may end."""
    return closes_on_invalid_utf8(invalid("funasr-2pass"), unopened(), fine("funasr-2pass"))


@judged("ROB-20", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_hostile_session_nothing_is_survived() -> Finding:
    """The frame was never sent."""
    return closes_on_invalid_utf8(unopened(), fine("funasr-2pass"), fine("funasr-2pass"))


@every_dialect
@judged("ROB-22", Verdict.PASS, "the text '阿里巴巴'", "close 1000")
def test_odd_frames_that_do_no_harm_pass(dialect: str) -> Finding:
    """They are joined on C++ servers; the Python server may end the session."""
    ended = session(dialect).config().audio(1800).end().closed("server", 1000)
    return survives_odd_frames([heard(dialect, "阿里巴巴"), ended], fine(dialect), fine(dialect))


@every_dialect
@judged("ROB-22", Verdict.FAIL, "after frames of odd length", "refused")
def test_odd_frames_that_take_the_server_down_fail(dialect: str) -> Finding:
    """A new connection shows it."""
    return survives_odd_frames([heard(dialect, "阿里")], unopened(), fine(dialect))


@judged("ROB-22", Verdict.INCONCLUSIVE, "connection refused")
def test_unsent_odd_frames_show_nothing() -> Finding:
    """The session could not be opened."""
    return survives_odd_frames([unopened()], fine("funasr-2pass"), fine("funasr-2pass"))


def early(dialect: str) -> Exchange:
    """A session with audio before its configuration, ended as usual."""
    begun = session(dialect).audio(1800).config().audio(1800).end()
    return begun.reply(EMPTY_FINAL[dialect]).terminated().close()


@every_dialect
@judged("ROB-23", Verdict.PASS, "reads as before", "1 message without text")
def test_early_audio_that_is_dropped_passes(dialect: str) -> Finding:
    """Whether it is used is not judged here."""
    return survives_audio_before_config(early(dialect), fine(dialect), fine(dialect))


@every_dialect
@judged("ROB-23", Verdict.FAIL, "no terminating message")
def test_a_session_that_early_audio_makes_mute_fails(dialect: str) -> Finding:
    """The client waits for ever."""
    mute = session(dialect).audio(1800).config().audio(1800).end().timed_out().close()
    return survives_audio_before_config(mute, fine(dialect), fine(dialect))


@judged("ROB-23", Verdict.PASS, "reads as before")
def test_an_engine_that_does_not_repeat_itself_survives() -> Finding:
    """One character in six may be another one: nothing was left behind."""
    after = heard("funasr-2pass", "阿里爸巴你好。")
    return survives_audio_before_config(early("funasr-2pass"), after, fine("funasr-2pass"))


@judged("ROB-23", Verdict.FAIL, "reads '阿里'")
def test_a_server_that_reads_otherwise_after_early_audio_fails() -> Finding:
    """Something was left behind."""
    return survives_audio_before_config(
        early("funasr-2pass"), heard("funasr-2pass", "阿里"), fine("funasr-2pass")
    )


@judged("ROB-23", Verdict.INCONCLUSIVE, "connection refused")
def test_unsent_early_audio_shows_nothing() -> Finding:
    """The session could not be opened."""
    return survives_audio_before_config(unopened(), fine("funasr-2pass"), fine("funasr-2pass"))
