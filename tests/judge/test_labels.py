"""SCH: the labels of messages."""

from typing import Any

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.labels import (
    every_message_has_a_mode,
    is_final_follows_the_rule,
    modes_allowed,
    wav_name_echoed,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session
from .recorded import (
    ALL,
    EMPTY_FINAL,
    ONLINE_A,
    TWO_PASS_P,
    changed,
    recorded,
    replied,
    sentence,
    spoken,
    without,
)

every_dialect = pytest.mark.parametrize("dialect", ALL)

NAME = "名字 é 😀 \"quoted\" 'single' back\\slash"


def named(dialect: str, sent: str, came: str) -> Exchange:
    """A session under one name, answered with another."""
    return (
        spoken(dialect, wav_name=sent).reply(*sentence(dialect, "你好", wav_name=came)).terminated().close()
    )


@every_dialect
@judged("SCH-03", Verdict.PASS, "quoted")
def test_an_echoed_name_passes(dialect: str) -> Finding:
    """Chinese, emoji, quotes and backslashes come back as they went."""
    return wav_name_echoed([named(dialect, "t1", "t1"), named(dialect, NAME, NAME)])


@every_dialect
@judged("SCH-03", Verdict.FAIL, "'??'", "configured was")
def test_a_mangled_name_fails(dialect: str) -> Finding:
    """A name that lost its characters on the way is shown beside the configured one."""
    return wav_name_echoed([named(dialect, NAME, "??")])


@judged("SCH-03", Verdict.PASS)
def test_each_utterance_has_its_own_name() -> Finding:
    """A configuration sent again renames the utterances after it."""
    first, second = (sentence("funasr-2pass", "你好", wav_name=name) for name in ("a", "b"))
    twice = (
        spoken("funasr-2pass", wav_name="a")
        .reply(*first)
        .terminated()
        .config(wav_name="b")
        .audio(1800)
        .end()
        .reply(*second)
        .terminated()
        .close()
    )
    return wav_name_echoed([twice])


@judged("SCH-03", Verdict.FAIL, "'a'", "'b'")
def test_the_name_of_the_utterance_before_fails() -> Finding:
    """A renamed utterance must not go on under the old name."""
    twice = (
        spoken("funasr-2pass", wav_name="z")
        .reply(*sentence("funasr-2pass", "你好", wav_name="z"))
        .terminated()
        .config(wav_name="b")
        .audio(1800)
        .end()
        .reply(*sentence("funasr-2pass", "你好", wav_name="a"))
        .terminated()
        .close()
    )
    return wav_name_echoed([twice])


@judged("SCH-03", Verdict.INCONCLUSIVE, "no message")
def test_without_a_name_in_any_message_nothing_is_compared() -> Finding:
    """A missing name is the business of SCH-02."""
    return wav_name_echoed([spoken("funasr-2pass").reply({"text": "", "is_final": True}).close()])


@every_dialect
@judged("SCH-04", Verdict.PASS, "offline")
def test_recorded_modes_pass(dialect: str) -> Finding:
    """Each family names its passes in its own way."""
    return modes_allowed([recorded(dialect)])


@judged("SCH-04", Verdict.PASS)
def test_an_empty_final_needs_no_mode() -> Finding:
    """The real-time server leaves mode out of a final without text."""
    first, *_ = TWO_PASS_P
    return modes_allowed([replied("funasr-2pass", first, EMPTY_FINAL["funasr-2pass"])])


@pytest.mark.parametrize("mode", ["online", "2pass", "offline", 5, None, ["2pass-offline"]])
@judged("SCH-04", Verdict.FAIL, "expected 2pass-offline or 2pass-online")
def test_a_foreign_mode_fails(mode: Any) -> Finding:
    """Modes of another family, or of another type, are not allowed."""
    return modes_allowed([changed("funasr-2pass", 1, mode=mode)])


@judged("SCH-04", Verdict.FAIL, "missing")
def test_text_without_a_mode_fails() -> Finding:
    """Text must say which pass it is from."""
    return modes_allowed([without("funasr-2pass", 1, "mode")])


@judged("SCH-04", Verdict.INCONCLUSIVE, "no message carried text")
def test_without_text_no_mode_is_judged() -> Finding:
    """An empty final alone shows nothing."""
    return modes_allowed([replied("funasr-2pass", EMPTY_FINAL["funasr-2pass"])])


@every_dialect
@judged("SCH-06", Verdict.PASS, "is_final is")
def test_recorded_flags_follow_the_rule(dialect: str) -> Finding:
    """Each family has a rule of its own, which the reason names."""
    return is_final_follows_the_rule([recorded(dialect)])


@pytest.mark.parametrize("dialect", ONLINE_A)
@judged("SCH-06", Verdict.PASS)
def test_recorded_flags_of_mode_online_follow_the_rule(dialect: str) -> Finding:
    """The rule holds for sessions of deltas."""
    return is_final_follows_the_rule([replied(dialect, *ONLINE_A[dialect])])


@judged("SCH-06", Verdict.FAIL, "'一二三'", "answers no end frame")
def test_a_sentence_flagged_as_final_fails_on_a_real_time_server() -> Finding:
    """True before the end frame is the rule of another family."""
    flagged = TWO_PASS_P[1] | {"is_final": True}
    paced = (
        session("funasr-2pass")
        .config(wav_name="t1")
        .audio(1800)
        .reply(flagged)
        .audio(3600)
        .end()
        .reply(TWO_PASS_P[3])
        .terminated()
        .close()
    )
    return is_final_follows_the_rule([paced])


@judged("SCH-06", Verdict.FAIL, "never true")
def test_a_real_time_server_that_never_flags_fails() -> Finding:
    """A flush without the flag leaves clients waiting."""
    return is_final_follows_the_rule([changed("funasr-2pass", 3, is_final=False)])


@judged("SCH-06", Verdict.FAIL, "expected never")
def test_a_flag_on_the_offline_server_fails() -> Finding:
    """The offline server never says true."""
    return is_final_follows_the_rule([changed("funasr-offline", 0, is_final=True)])


@judged("SCH-06", Verdict.FAIL, "is_final is false on the sentence")
def test_an_unflagged_sentence_fails_on_the_python_server() -> Finding:
    """The Python server flags every sentence."""
    return is_final_follows_the_rule([changed("funasr-python", 1, is_final=False)])


@judged("SCH-06", Verdict.FAIL, "on the partial '四五'")
def test_a_flagged_partial_fails_on_the_python_server() -> Finding:
    """The inverted flag of old Python servers shows on partials."""
    return is_final_follows_the_rule([changed("funasr-python", 2, is_final=True)])


@judged("SCH-06", Verdict.INCONCLUSIVE, "no message")
def test_without_flags_there_is_no_rule() -> Finding:
    """Silence follows any rule."""
    return is_final_follows_the_rule([spoken("funasr-2pass").timed_out().close()])


@every_dialect
@judged("SCH-05", Verdict.PASS, "each with a mode")
def test_messages_with_modes_pass(dialect: str) -> Finding:
    """The acknowledgement of the Python server has one, too."""
    return every_message_has_a_mode([recorded(dialect)])


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1"])
@judged("SCH-05", Verdict.FAIL, "mode is missing on a message without text")
def test_the_final_without_a_mode_fails(dialect: str) -> Finding:
    """Real-time servers leave it out where there is no text."""
    return every_message_has_a_mode([replied(dialect, EMPTY_FINAL[dialect])])


@pytest.mark.parametrize("mode", [None, 5, ["2pass-offline"]])
@judged("SCH-05", Verdict.FAIL, "expected a string")
def test_a_mode_of_another_type_fails(mode: Any) -> Finding:
    """A name is a string."""
    return every_message_has_a_mode([changed("funasr-offline", 0, mode=mode)])


@judged("SCH-05", Verdict.INCONCLUSIVE, "no message")
def test_silence_has_no_modes() -> Finding:
    """There is nothing to look at."""
    return every_message_has_a_mode([spoken("funasr-2pass").timed_out().close()])


def _realtime(*flags: bool) -> Exchange:
    """A realtime session of updates with these flags, the last one after STOP."""
    updates = [{"sentences": [], "partial": "", "is_final": flag} for flag in flags]
    talk = session("funasr-realtime").text("START", role="config").reply({"event": "started"}).audio(960)
    talk = talk.reply(*updates[:-1]).text("STOP", role="end").reply(updates[-1], {"event": "stopped"})
    return talk.terminated().close()


@judged("SCH-06", Verdict.PASS, "answers STOP only (true on 1, false on 2 messages)")
def test_a_realtime_final_is_the_answer_to_stop() -> Finding:
    """Updates before it are not final."""
    return is_final_follows_the_rule([_realtime(False, False, True)])


@pytest.mark.parametrize(
    ("flags", "told"), [((True, True), "answers no STOP"), ((False, False), "never true")]
)
@judged("SCH-06", Verdict.FAIL)
def test_a_realtime_final_elsewhere_fails(flags: tuple[bool, ...], told: str) -> Finding:
    """Before STOP, or nowhere."""
    return is_final_follows_the_rule([_realtime(*flags)])
