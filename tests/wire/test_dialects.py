"""The dialects: what terminates, what is partial, and how the text reads."""

import pytest

from asrgate.errors import UsageError
from asrgate.wire.dialects import (
    DIALECTS,
    FUNASR_2PASS,
    FUNASR_OFFLINE,
    FUNASR_PYTHON,
    FUNASR_REALTIME,
    dialect_named,
    transcript,
)
from asrgate.wire.messages import END_OF_INPUT, Reply, encode, opening


def test_every_dialect_is_found_by_its_name() -> None:
    """The table is keyed by what the dialects call themselves."""
    assert all(dialect_named(name).name == name for name in DIALECTS)


def test_an_unknown_name_is_wrong_use() -> None:
    """The error lists what there is."""
    with pytest.raises(UsageError, match="expected one of funasr-2pass, "):
        dialect_named("whisper")


def test_only_true_is_final() -> None:
    """1 and "true" are not: C++ clients test for the boolean."""
    assert FUNASR_2PASS.terminates(Reply(is_final=True))
    assert not any(FUNASR_2PASS.terminates(Reply(is_final=value)) for value in (False, None, 1, "true"))


def test_a_python_sentence_is_final_without_ending_the_session() -> None:
    """Only the acknowledgement ends it (docs/protocol.md section 7.2)."""
    assert not FUNASR_PYTHON.terminates(Reply(is_final=True, mode="2pass-offline"))
    assert FUNASR_PYTHON.terminates(Reply(is_final=False, is_end=True))


def test_an_offline_server_answers_once() -> None:
    """Its single reply ends the utterance, although it is never final."""
    assert FUNASR_OFFLINE.terminates(Reply(is_final=False, mode="offline"))


def test_sentences_replace_partials() -> None:
    """A person reads each sentence once."""
    replies = [
        Reply(mode="2pass-online", text="一二"),
        Reply(mode="2pass-online", text="三"),
        Reply(mode="2pass-offline", text="一二三，"),
        Reply(mode="2pass-online", text="四"),
        Reply(mode="2pass-offline", text="四。", is_final=True),
        Reply(text="", is_final=True),
    ]
    assert transcript(FUNASR_2PASS, replies) == "一二三，四。"


def test_deltas_alone_are_joined() -> None:
    """In mode online the last delta comes with the final."""
    replies = [Reply(mode="2pass-online", text="一二"), Reply(mode="2pass-online", text="三", is_final=True)]
    assert transcript(FUNASR_2PASS, replies) == "一二三"


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("good morning.", "thank you.", "good morning. thank you."),
        ("你好", "hello", "你好hello"),
        ("12", "34", "1234"),
    ],
)
def test_only_latin_words_are_kept_apart(first: str, second: str, whole: str) -> None:
    """Servers join sentences without a space; a reader of English needs one."""
    replies = [Reply(mode="2pass-offline", text=first), Reply(mode="2pass-offline", text=second)]
    assert transcript(FUNASR_2PASS, replies) == whole


def test_a_realtime_session_ends_with_stopped() -> None:
    """The final before it is one of its updates."""
    assert not FUNASR_REALTIME.terminates(Reply(is_final=True, sentences=[], partial=""))
    assert FUNASR_REALTIME.terminates(Reply(event="stopped"))


def test_each_dialect_opens_and_ends_in_its_own_words() -> None:
    """JSON in one frame, or commands."""
    fields = opening(hotwords={"阿里": 20})
    assert FUNASR_2PASS.opening_texts(fields) == (encode(fields),)
    assert FUNASR_2PASS.ending_text == encode(END_OF_INPUT)
    assert FUNASR_REALTIME.opening_texts(fields) == ("HOTWORDS:阿里", "START")
    assert FUNASR_REALTIME.ending_text == "STOP"


def test_the_last_update_of_a_session_is_its_text() -> None:
    """Updates repeat everything; START begins another session on the same connection."""
    replies = [
        Reply(event="started"),
        Reply(sentences=[], partial="一二"),
        Reply(sentences=[{"text": "一二三。"}], partial="四"),
        Reply(sentences=[{"text": "一二三。"}, {"text": "四五。"}], partial="", is_final=True),
        Reply(event="stopped"),
        Reply(event="started"),
        Reply(sentences=[{"text": "六。"}], partial="", is_final=True),
    ]
    assert transcript(FUNASR_REALTIME, replies) == "一二三。四五。六。"


def test_a_partial_is_the_text_while_there_is_no_sentence() -> None:
    """The last one, for it replaces those before."""
    replies = [Reply(sentences=[], partial="一"), Reply(sentences=[], partial="一二")]
    assert transcript(FUNASR_REALTIME, replies) == "一二"
    assert FUNASR_REALTIME.is_partial(replies[0])
    assert not FUNASR_REALTIME.is_sentence(replies[0])
    assert FUNASR_REALTIME.is_sentence(Reply(sentences=[{"text": "一。"}], partial=""))
