"""SCH: the form of the messages."""

from typing import Any

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.schema import (
    is_final_follows_the_rule,
    messages_are_objects,
    modes_allowed,
    results_are_typed,
    stamp_sents_are_arrays,
    timestamp_strings_parse,
    wav_name_echoed,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import (
    ALL,
    EMPTY_FINAL,
    ONLINE_A,
    PYTHON_P,
    REPLIES_P,
    TWO_PASS_P,
    WITH_SESSION_STAMPS,
    recorded,
    replied,
    sentence,
    spoken,
)

every_dialect = pytest.mark.parametrize("dialect", ALL)
with_session_stamps = pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)


def changed(dialect: str, number: int, **fields: Any) -> Exchange:
    """The recorded session with these fields of one message changed."""
    replies = [dict(message) for message in REPLIES_P[dialect]]
    replies[number] |= fields
    return replied(dialect, *replies)


def without(dialect: str, number: int, field: str) -> Exchange:
    """The recorded session with one field of one message left out."""
    replies = [dict(message) for message in REPLIES_P[dialect]]
    del replies[number][field]
    return replied(dialect, *replies)


@every_dialect
@judged("SCH-01", Verdict.PASS, "each one JSON object")
def test_recorded_messages_are_objects(dialect: str) -> Finding:
    """What the real servers send is one object per text frame."""
    return messages_are_objects([recorded(dialect)])


@judged("SCH-01", Verdict.FAIL, "320 bytes")
def test_a_binary_message_fails() -> Finding:
    """A message must be a text frame."""
    return messages_are_objects([spoken("funasr-2pass").binary_reply(320).close()])


@pytest.mark.parametrize("message", ["[1, 2]", "{", "", "你好"])
@judged("SCH-01", Verdict.FAIL)
def test_text_that_is_no_object_fails(message: str) -> Finding:
    """Arrays, broken JSON and bare words are no messages."""
    return messages_are_objects([spoken("funasr-2pass").reply(message).close()])


@judged("SCH-01", Verdict.FAIL, "1007")
def test_text_that_is_not_utf8_fails() -> Finding:
    """The client library closes with 1007 when it cannot read a text frame."""
    return messages_are_objects([spoken("funasr-2pass").reply(*TWO_PASS_P).closed("client", 1007)])


@judged("SCH-01", Verdict.INCONCLUSIVE, "no message")
def test_silence_has_no_form() -> Finding:
    """Without a message there is nothing to judge."""
    return messages_are_objects([spoken("funasr-2pass").timed_out().close()])


@every_dialect
@judged("SCH-02", Verdict.PASS)
def test_recorded_results_are_typed(dialect: str) -> Finding:
    """The acknowledgement of the Python server, which has no text, is no result."""
    return results_are_typed([recorded(dialect)])


@pytest.mark.parametrize(
    ("field", "value"), [("text", None), ("text", 5), ("is_final", "false"), ("is_final", 0), ("wav_name", 7)]
)
@judged("SCH-02", Verdict.FAIL)
def test_a_field_of_another_type_fails(field: str, value: Any) -> Finding:
    """Types are not coerced: a string "false" is no boolean."""
    return results_are_typed([changed("funasr-2pass", 1, **{field: value})])


@judged("SCH-02", Verdict.FAIL, "is_final is missing")
def test_a_missing_field_fails() -> Finding:
    """Very old offline servers sent no is_final."""
    return results_are_typed([without("funasr-offline", 0, "is_final")])


@judged("SCH-02", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unopened_session_has_no_results() -> Finding:
    """The reason says why there was nothing to judge on."""
    return results_are_typed([unopened()])


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


@with_session_stamps
@judged("SCH-07", Verdict.PASS)
def test_recorded_timestamp_strings_parse(dialect: str) -> Finding:
    """Integers between the strings, as on the real-time server, are left alone."""
    return timestamp_strings_parse([recorded(dialect)])


@pytest.mark.parametrize(
    "stamps",
    ["[[300,460]][[500,659]]", "[[300,460],[500]]", "[[300,460.5]]", "300,460", "", '{"a":1}', '[["0","1"]]'],
)
@judged("SCH-07", Verdict.FAIL, "integer pairs")
def test_a_string_that_is_no_array_of_pairs_fails(stamps: str) -> Finding:
    """Two arrays glued together, floats and lone numbers are not readable."""
    return timestamp_strings_parse([changed("funasr-2pass", 1, timestamp=stamps)])


@judged("SCH-07", Verdict.INCONCLUSIVE, "no message carried a timestamp string")
def test_partials_alone_show_no_string() -> Finding:
    """Word stamps come with sentence results only."""
    return timestamp_strings_parse([replied("funasr-2pass", TWO_PASS_P[0], EMPTY_FINAL["funasr-2pass"])])


@judged("SCH-07", Verdict.UNSUPPORTED, "1 sentence result came, none with word stamps")
def test_a_model_without_stamps_is_told() -> Finding:
    """SenseVoice gives integers even on sentences."""
    bare = TWO_PASS_P[1] | {"timestamp": 1795354662008}
    return timestamp_strings_parse([replied("funasr-2pass", bare, EMPTY_FINAL["funasr-2pass"])])


@with_session_stamps
@judged("SCH-09", Verdict.PASS)
def test_recorded_stamp_sents_pass(dialect: str) -> Finding:
    """An item for leading punctuation, with -1 and no words, is as it should be."""
    return stamp_sents_are_arrays([recorded(dialect)])


QUOTED = {"text_seg": "一", "punc": "", "start": "0", "end": "5"}
UNENDED = {"text_seg": "一", "punc": "", "start": 0}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "[{'text_seg':'一'}]",
        None,
        {"text_seg": "一"},
        ["一"],
        [UNENDED],
        [QUOTED],
        [UNENDED | {"end": True}],
    ],
)
@judged("SCH-09", Verdict.FAIL, "stamp_sents")
def test_other_shapes_of_stamp_sents_fail(value: Any) -> Finding:
    """Strings of image 0.1.6, quoted numbers and missing keys are told by their place."""
    return stamp_sents_are_arrays([changed("funasr-2pass-0.1", 1, stamp_sents=value)])


@judged("SCH-09", Verdict.UNSUPPORTED, "sentence results came, none with stamp_sents")
def test_sentences_without_stamp_sents_are_told() -> Finding:
    """They come only with word stamps, and images before 0.1.6 never send them."""
    return stamp_sents_are_arrays([replied("funasr-python", *PYTHON_P)])


@judged("SCH-09", Verdict.INCONCLUSIVE, "no message carried stamp_sents")
def test_without_sentences_no_stamp_sents_are_judged() -> Finding:
    """A session without text shows nothing."""
    return stamp_sents_are_arrays([replied("funasr-2pass", EMPTY_FINAL["funasr-2pass"])])
