"""`funasr-offline`: one message per end frame, never final."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Client
from .talk import CLIPS, CONFIG, SPOKEN, at_8_khz, pcm, silence

DIALECT = "funasr-offline"
Session = Callable[..., list[dict[str, Any]]]

KEYS = ["is_final", "mode", "stamp_sents", "text", "timestamp", "wav_name"]
EMPTY = {"is_final": False, "mode": "offline", "text": "", "wav_name": "t1"}


def test_one_message_whatever_the_pauses(session: Session) -> None:
    """All sentences of the audio in one reply, stamped in the time of the whole audio."""
    (reply,) = session(DIALECT, pcm("pauses-hotline"))
    assert list(reply) == KEYS
    assert (reply["mode"], reply["is_final"]) == ("offline", False)
    assert reply["text"].replace("。", "") == SPOKEN["pauses-hotline"]
    stamps = json.loads(reply["timestamp"])
    assert [pair for item in reply["stamp_sents"] for pair in item["ts_list"]] == stamps
    assert stamps == sorted(stamps)
    assert stamps[-1][1] > 9000


@pytest.mark.parametrize("field", ["mode", "chunk_size", "chunk_interval"])
def test_streaming_fields_are_not_looked_at(session: Session, field: str) -> None:
    """Mode and chunk_size mean nothing here, whatever their type."""
    expected = session(DIALECT, pcm("hello"))
    for value in ("foo", 5, None, ["a"], {"a": 1}):
        assert session(DIALECT, pcm("hello"), **{field: value}) == expected


def test_audio_before_the_config_is_kept(connect: Client) -> None:
    """Audio, then config with the rate, then end: everything is recognised."""
    client = connect(DIALECT)
    client.audio(at_8_khz(pcm("guide")))
    client.text(CONFIG | {"audio_fs": 8000})
    (reply,) = client.end()
    assert reply["text"] == SPOKEN["guide"] + "。"


def test_without_config_the_default_name_is_echoed(connect: Client) -> None:
    """Audio and end alone give a full result; an end alone gives an empty one."""
    client = connect(DIALECT)
    client.audio(pcm("guide"))
    (reply,) = client.end()
    assert (reply["wav_name"], reply["text"]) == ("wav-default-id", SPOKEN["guide"] + "。")
    assert client.end() == [EMPTY | {"wav_name": "wav-default-id"}]


@pytest.mark.parametrize("audio", [b"", silence(20), silence(2000)], ids=["none", "20 ms", "silence"])
def test_no_speech_gives_an_empty_result(session: Session, audio: bytes) -> None:
    """Nothing said: the empty text, and no stamps."""
    assert session(DIALECT, audio) == [EMPTY]


@pytest.mark.parametrize("wav_format", ["mp3", "wav"])
def test_other_formats_are_refused(session: Session, wav_format: str) -> None:
    """A build without FFmpeg answers with an empty text, which cannot be told from silence."""
    (reply,) = session(DIALECT, pcm("guide"), wav_format=wav_format)
    assert list(reply) == ["error", "is_final", "mode", "text", "wav_name"]
    assert reply["text"] == f"ERROR. {reply['error']}"


def test_utterances_are_answered_in_order(connect: Client) -> None:
    """Long, then short, without waiting: the replies keep the order (the real server may swap them)."""
    client = connect(DIALECT)
    client.text(CONFIG)
    client.audio(pcm("guide"))
    first = client.end()
    client.audio(pcm("hello"))
    second = client.end()
    assert [first[0]["text"], second[0]["text"]] == [SPOKEN["guide"] + "。", SPOKEN["hello"] + "。"]


def test_itn_and_hotwords_hold(session: Session) -> None:
    """Digits are written unless itn:false, and a hotword brings its name."""
    (name,) = CLIPS.get("name-chair").hotwords
    assert session(DIALECT, pcm("date"))[0]["text"] == "2024年7月25日。"
    assert session(DIALECT, pcm("date"), itn=False)[0]["text"] == SPOKEN["date"] + "。"
    assert name in session(DIALECT, pcm("name-chair"), hotwords=json.dumps({name: 20}))[0]["text"]


@pytest.mark.parametrize("frame_bytes", [1921, 10**8])
def test_frame_size_changes_nothing(session: Session, frame_bytes: int) -> None:
    """Odd frames and one message for all."""
    assert session(DIALECT, pcm("guide"), frame_bytes=frame_bytes) == session(DIALECT, pcm("guide"))


@pytest.mark.parametrize(
    "message",
    [
        "{broken",
        "[1]",
        {"wav_name": 5},
        {"itn": 1},
        {"audio_fs": 0},
        {"hotwords": {"a": 1}},
        {"is_speaking": "false"},
    ],
    ids=str,
)
def test_hostile_input_is_answered(connect: Client, message: object) -> None:
    """What kills or mutes the real server is answered in the shape of a result."""
    client = connect(DIALECT)
    (reply,) = client.text(message)
    assert list(reply) == ["error", "is_final", "mode", "text", "wav_name"]
    assert reply["text"].startswith("ERROR. ")
    client.text(CONFIG)
    assert client.end() == [EMPTY]


def test_a_null_name_is_no_name(connect: Client) -> None:
    """wav_name:null is skipped, as in the real server."""
    client = connect(DIALECT)
    client.text(CONFIG | {"wav_name": None})
    assert client.end()[0]["wav_name"] == "wav-default-id"
