"""`funasr-2pass-0.1`: replies as the deployment guide shows them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Client
from .talk import CONFIG, SPOKEN, pcm, silence

DIALECT = "funasr-2pass-0.1"
Session = Callable[..., list[dict[str, Any]]]

PARTIAL_KEYS = ["is_final", "mode", "text", "wav_name"]
SENTENCE_KEYS = ["is_final", "mode", "stamp_sents", "text", "timestamp", "wav_name"]
EMPTY_FINAL = {"is_final": True, "mode": "2pass-offline", "text": "", "wav_name": "t1"}


def test_2pass_replies_as_in_the_guide(session: Session) -> None:
    """Partials and sentences have the guide's fields, in its order, and no others."""
    *partials, final = session(DIALECT, pcm("guide"))
    assert partials
    for partial in partials:
        assert list(partial) == PARTIAL_KEYS
        assert (partial["mode"], partial["is_final"]) == ("2pass-online", False)
    assert list(final) == SENTENCE_KEYS
    assert [list(item) for item in final["stamp_sents"]] == [["end", "punc", "start", "text_seg"]]
    assert (final["mode"], final["is_final"], final["text"]) == (
        "2pass-offline",
        True,
        SPOKEN["guide"] + "。",
    )
    assert len(json.loads(final["timestamp"])) == len(SPOKEN["guide"])


def test_the_empty_final_is_the_guides(connect: Client) -> None:
    """Config and end without audio: what the guide's connection test printed, and a mode besides."""
    client = connect(DIALECT)
    client.text(
        {key: value for key, value in CONFIG.items() if key != "audio_fs"} | {"wav_name": "connection_test"}
    )
    client.end()
    assert client.raw == ['{"is_final":true,"mode":"2pass-offline","text":"","wav_name":"connection_test"}']


def test_online_repeats_the_segment_in_place_of_the_last_delta(session: Session) -> None:
    """Mode online: each segment ends with its whole text, written and punctuated, without a stamp."""
    *deltas, whole, final = session(DIALECT, pcm("date") + silence(1500), mode="online")
    assert {delta["mode"] for delta in deltas} == {"2pass-online"}
    assert whole == {"is_final": False, "mode": "2pass-offline", "text": "2024年7月25日。", "wav_name": "t1"}
    assert final == EMPTY_FINAL | {"mode": "2pass-online"}
    assert len("".join(delta["text"] for delta in deltas)) < len(SPOKEN["date"])


def test_an_open_segment_makes_the_final_in_mode_online(session: Session) -> None:
    """The end frame closes the segment: its text is the final."""
    final = session(DIALECT, pcm("guide"), mode="online")[-1]
    assert final == {
        "is_final": True,
        "mode": "2pass-offline",
        "text": SPOKEN["guide"] + "。",
        "wav_name": "t1",
    }


def test_offline_gives_sentences_only(session: Session) -> None:
    """Mode offline: one message per segment, the last one final."""
    replies = session(DIALECT, pcm("pauses-hotline"), mode="offline")
    assert [list(reply) for reply in replies] == [SENTENCE_KEYS] * 3
    assert [reply["is_final"] for reply in replies] == [False, False, True]


@pytest.mark.parametrize("mode", ["2pass", "online", "offline"])
def test_silence_gives_an_empty_final(session: Session, mode: str) -> None:
    """Nothing said: the empty final, without timestamp."""
    label = "2pass-online" if mode == "online" else "2pass-offline"
    assert session(DIALECT, silence(1000), mode=mode) == [EMPTY_FINAL | {"mode": label}]


def test_hostile_input_is_answered(connect: Client) -> None:
    """These images die of a `hotwords` object; here the error is in band and the connection goes on."""
    client = connect(DIALECT)
    (reply,) = client.text(CONFIG | {"hotwords": {"阿里": 20}})
    assert list(reply) == ["error", "is_final", "text", "wav_name"]
    assert reply["text"].startswith("ERROR. hotwords must be a string")
    client.text(CONFIG)
    assert client.end() == [EMPTY_FINAL]
