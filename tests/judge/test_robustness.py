"""ROB: what every known server survives, and should go on to."""

from dataclasses import replace

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.robustness import (
    answers_long_names_in_measure,
    closes_on_invalid_utf8,
    leaves_no_residue,
    survives_audio_before_config,
    survives_odd_frames,
    survives_resets,
    survives_wrong_chunk_sizes,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import ALL, EMPTY_FINAL, heard

every_dialect = pytest.mark.parametrize("dialect", ALL)


def fine(dialect: str) -> Exchange:
    """The known utterance, as it was recognised before."""
    return heard(dialect, "阿里巴巴你好。")


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


@judged("ROB-23", Verdict.FAIL, "reads ''", "'阿里巴巴你好。'")
def test_an_utterance_that_is_lost_afterwards_fails() -> Finding:
    """The server is there, but recognises no more."""
    return survives_audio_before_config(
        early("funasr-2pass"), heard("funasr-2pass", ""), fine("funasr-2pass")
    )


@judged("ROB-23", Verdict.INCONCLUSIVE, "no text before")
def test_without_text_before_survival_cannot_be_shown() -> Finding:
    """There must be something to compare with."""
    nothing = heard("funasr-2pass", "")
    return survives_audio_before_config(early("funasr-2pass"), nothing, nothing)


def misconfigured(dialect: str) -> list[Exchange]:
    """Sessions with a chunk_size that cannot be used, then a whole utterance; the first is deaf."""
    deaf = session(dialect).config(chunk_size=[]).config().audio(1800).end().timed_out().close()
    return [deaf, heard(dialect, "阿里巴巴", chunk_size=[5, 0, 5])]


@every_dialect
@judged("ROB-06", Verdict.PASS, "no answer; the text '阿里巴巴'", "reads as before")
def test_a_useless_chunk_size_may_make_its_own_session_deaf(dialect: str) -> Finding:
    """C2 does; whether a good one repairs it is judged elsewhere."""
    return survives_wrong_chunk_sizes(misconfigured(dialect), fine(dialect), fine(dialect))


@judged("ROB-06", Verdict.FAIL, "after a chunk_size that cannot be used", "refused")
def test_a_useless_chunk_size_that_takes_the_server_down_fails() -> Finding:
    """A new connection shows it."""
    return survives_wrong_chunk_sizes(misconfigured("funasr-2pass"), unopened(), fine("funasr-2pass"))


@judged("ROB-06", Verdict.INCONCLUSIVE, "connection refused")
def test_unsent_chunk_sizes_show_nothing() -> Finding:
    """The session could not be opened."""
    return survives_wrong_chunk_sizes([unopened()], fine("funasr-2pass"), fine("funasr-2pass"))


LONG = "x" * 2**16


def named(replies: int) -> Exchange:
    """A session whose long name comes back in so many messages."""
    spoken = session().config(wav_name=LONG).audio(600).end()
    return spoken.reply(*[EMPTY_FINAL["funasr-2pass"] | {"wav_name": LONG}] * replies).terminated().close()


@judged("ROB-19", Verdict.PASS, "after a long wav_name", "reads as before")
def test_a_long_name_that_is_echoed_passes() -> Finding:
    """That it comes back in every message is what SCH-03 asks for."""
    return answers_long_names_in_measure(named(4), fine("funasr-2pass"), fine("funasr-2pass"))


@judged("ROB-19", Verdict.PASS, "close 1009")
def test_a_long_name_may_be_refused() -> Finding:
    """A limit is a good answer."""
    refused = session().config(wav_name=LONG).closed("server", 1009)
    return answers_long_names_in_measure(refused, fine("funasr-2pass"), fine("funasr-2pass"))


@judged("ROB-19", Verdict.FAIL, "expected at most 10 times")
def test_a_long_name_that_is_multiplied_fails() -> Finding:
    """One client's name should not fill the line."""
    return answers_long_names_in_measure(named(40), fine("funasr-2pass"), fine("funasr-2pass"))


@judged("ROB-19", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unsent_long_name_shows_nothing() -> Finding:
    """The session could not be opened."""
    return answers_long_names_in_measure(unopened(), fine("funasr-2pass"), fine("funasr-2pass"))


def reset(dialect: str) -> list[Exchange]:
    """Sessions that the client cut."""
    return [
        session(dialect).closed("client", None, clean=False),
        session(dialect).config().audio(600).closed("client", None, clean=False),
    ]


@every_dialect
@judged("ROB-25", Verdict.PASS, "after resets by the client", "reads as before")
def test_resets_that_do_no_harm_pass(dialect: str) -> Finding:
    """All known servers survive them."""
    return survives_resets(reset(dialect), fine(dialect), fine(dialect))


@judged("ROB-25", Verdict.FAIL, "refused")
def test_resets_that_take_the_server_down_fail() -> Finding:
    """A new connection shows it."""
    return survives_resets(reset("funasr-2pass"), unopened(), fine("funasr-2pass"))


@judged("ROB-25", Verdict.INCONCLUSIVE, "connection refused")
def test_without_connections_nothing_is_reset() -> Finding:
    """There was nothing to cut."""
    return survives_resets([unopened()], fine("funasr-2pass"), fine("funasr-2pass"))


@every_dialect
@judged("ROB-31", Verdict.PASS, "after a session that was refused", "reads as before")
def test_a_client_that_was_refused_is_served_again(dialect: str) -> Finding:
    """Its next connection works at once."""
    return leaves_no_residue(invalid(dialect), fine(dialect), fine(dialect))


@judged("ROB-31", Verdict.FAIL, "took 4000 ms to open")
def test_a_client_that_has_to_wait_after_a_refusal_fails() -> Finding:
    """A ban or a leak shows in the handshake."""
    after = fine("funasr-2pass")
    assert after.handshake is not None
    late = replace(after, handshake=replace(after.handshake, total_ms=4000.0))
    return leaves_no_residue(invalid("funasr-2pass"), late, fine("funasr-2pass"))


@judged("ROB-31", Verdict.FAIL, "refused")
def test_a_client_that_is_shut_out_fails() -> Finding:
    """It cannot come back."""
    return leaves_no_residue(invalid("funasr-2pass"), unopened(), fine("funasr-2pass"))


@judged("ROB-31", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_refused_session_there_is_no_residue_to_find() -> Finding:
    """It was never opened."""
    return leaves_no_residue(unopened(), fine("funasr-2pass"), fine("funasr-2pass"))
