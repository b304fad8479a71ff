"""The dialects: what terminates, what is partial, and how the text reads."""

import pytest

from asrgate.errors import UsageError
from asrgate.wire.dialects import (
    DIALECTS,
    FUNASR_2PASS,
    FUNASR_OFFLINE,
    FUNASR_PYTHON,
    dialect_named,
    transcript,
)
from asrgate.wire.messages import Reply


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
