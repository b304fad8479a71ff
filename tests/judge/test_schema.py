"""SCH: the form of the messages."""

from typing import Any

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.schema import (
    messages_are_objects,
    messages_stay_small,
    results_are_typed,
    sentences_begin_with_words,
    stamp_sents_are_arrays,
    timestamp_strings_parse,
    timestamps_keep_their_types,
    unknown_fields_are_listed,
)

from .exchanges import judged, unopened
from .recorded import (
    ALL,
    EMPTY_FINAL,
    PYTHON_P,
    TWO_PASS_P,
    WITH_SESSION_STAMPS,
    changed,
    heard,
    recorded,
    replied,
    sentence,
    spoken,
    without,
)

every_dialect = pytest.mark.parametrize("dialect", ALL)
with_session_stamps = pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)


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


@every_dialect
@judged("SCH-08", Verdict.PASS, "message")
def test_recorded_types_of_timestamps_pass(dialect: str) -> Finding:
    """Each dialect has types of its own; the current real-time server has two of them in one session."""
    return timestamps_keep_their_types([recorded(dialect)])


@judged("SCH-08", Verdict.PASS, "a string on 2 messages, an integer on 2 messages", "this dialect documents")
def test_the_integer_beside_the_string_is_told() -> Finding:
    """A reader of the report learns that clients must bear both."""
    return timestamps_keep_their_types([recorded("funasr-2pass")])


@judged("SCH-08", Verdict.PASS, "an integer on 2 messages")
def test_a_model_without_stamps_sends_the_integer_on_sentences() -> Finding:
    """SenseVoice gives no word stamps."""
    bare = TWO_PASS_P[1] | {"timestamp": TWO_PASS_P[0]["timestamp"]}
    return timestamps_keep_their_types([replied("funasr-2pass", bare, EMPTY_FINAL["funasr-2pass"])])


@pytest.mark.parametrize(
    ("dialect", "number", "value", "told"),
    [
        ("funasr-2pass", 0, "[[0,5]]", "a string on a message without word stamps"),
        ("funasr-2pass", 1, [[300, 460]], "an array on a sentence result"),
        ("funasr-2pass", 1, 3.5, "a fraction"),
        ("funasr-2pass", 0, None, "null"),
        ("funasr-2pass", 0, True, "a boolean"),
        ("funasr-2pass", 2, 1795354749276, "1795354749276 came after 1795354749275"),
        ("funasr-2pass-0.1", 1, 1795354749275, "an integer on a sentence result, expected a string"),
        ("funasr-offline", 0, [[300, 460]], "an array on a sentence result, expected a string"),
        ("funasr-python", 1, "[[120,280]]", "a string, expected an array of pairs"),
        ("funasr-python", 1, [["120", "280"]], "an array, expected an array of pairs"),
    ],
)
@judged("SCH-08", Verdict.FAIL)
def test_a_timestamp_of_another_type_fails(dialect: str, number: int, value: object, told: str) -> Finding:
    """Retyped values are told by what they are and where they stand."""
    return timestamps_keep_their_types([changed(dialect, number, timestamp=value)])


@judged("SCH-08", Verdict.UNSUPPORTED, "1 sentence result came, none with word stamps")
def test_types_of_a_model_without_stamps_are_not_judged() -> Finding:
    """Old images leave the field out where there are no stamps."""
    return timestamps_keep_their_types([replied("funasr-2pass-0.1", *sentence("funasr-2pass-0.1", "你好"))])


@judged("SCH-08", Verdict.INCONCLUSIVE, "no message carried a timestamp")
def test_silence_has_no_timestamps() -> Finding:
    """Without a message there is no type."""
    return timestamps_keep_their_types([spoken("funasr-2pass").timed_out().close()])


@every_dialect
@judged("SCH-10", Verdict.PASS, "each beginning with a word")
def test_sentences_of_words_pass(dialect: str) -> Finding:
    """Marks within and at the end are where they belong; tags of a model are none."""
    tagged = sentence(dialect, "<|zh|><|NEUTRAL|> 阿里巴巴。")
    return sentences_begin_with_words(
        [replied(dialect, *sentence(dialect, "你好，好。")), replied(dialect, *tagged)]
    )


@judged("SCH-10", Verdict.FAIL, "1 of 2 sentence results begin with punctuation", "'，四五六七八，九。'")
def test_the_comma_of_the_sentence_before_fails() -> Finding:
    """Real-time servers withhold it until the next sentence."""
    return sentences_begin_with_words([recorded("funasr-2pass")])


@judged("SCH-10", Verdict.FAIL, "1 of 2 sentence results", "'，四五。'")
def test_a_sentence_of_an_update_is_judged_once() -> Finding:
    """Updates repeat their sentences."""
    return sentences_begin_with_words(
        [heard("funasr-realtime", "一二三"), heard("funasr-realtime", "，四五。")]
    )


@judged("SCH-10", Verdict.INCONCLUSIVE, "no sentence result with text")
def test_a_lone_full_stop_is_no_sentence() -> Finding:
    """So a real-time server says that it recognised nothing in the last segment."""
    return sentences_begin_with_words([replied("funasr-2pass", *sentence("funasr-2pass", "。"))])


@every_dialect
@judged("SCH-11", Verdict.PASS, "unknown fields: none")
def test_recorded_messages_have_known_fields_only(dialect: str) -> Finding:
    """What upstream's servers send today is known."""
    return unknown_fields_are_listed([recorded(dialect)])


@judged("SCH-11", Verdict.PASS, "'confidence' on 1 message", "'speaker' on 1 message")
def test_fields_of_another_release_are_listed() -> Finding:
    """They change nothing but the reason."""
    return unknown_fields_are_listed([changed("funasr-2pass", 1, speaker="A", confidence=0.5)])


@judged("SCH-11", Verdict.INCONCLUSIVE, "no message")
def test_silence_has_no_fields() -> Finding:
    """There is nothing to list."""
    return unknown_fields_are_listed([spoken("funasr-2pass").timed_out().close()])


@every_dialect
@judged("SCH-15", Verdict.PASS, "5.4 s of audio", "600 s", "bytes")
def test_small_messages_pass(dialect: str) -> Finding:
    """The reason says how long the longest session was."""
    return messages_stay_small(
        [replied(dialect, *sentence(dialect, "你好"), audio_ms=1000), recorded(dialect)]
    )


@judged("SCH-15", Verdict.FAIL, "expected at most 1048576")
def test_a_message_of_a_megabyte_fails() -> Finding:
    """Clients with the usual limits close on it."""
    return messages_stay_small([replied("funasr-2pass", *sentence("funasr-2pass", "好" * 400_000))])


@judged("SCH-15", Verdict.INCONCLUSIVE, "connection refused")
def test_without_messages_there_is_no_size() -> Finding:
    """The reason says why."""
    return messages_stay_small([unopened()])
