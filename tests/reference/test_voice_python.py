"""`funasr-python`: every sentence is final, an acknowledgement ends the session, errors are told in it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Client
from .talk import CLIPS, CONFIG, SPOKEN, at_8_khz, pcm, silence

DIALECT = "funasr-python"
Session = Callable[..., list[dict[str, Any]]]

PARTIAL_KEYS = ["mode", "text", "wav_name", "is_final"]
EMPTY_KEYS = ["mode", "spk_name", "spk_score", "text", "wav_name", "is_final"]
SENTENCE_KEYS = [*EMPTY_KEYS, "timestamp", "punc_array"]
EMPTY = {
    "mode": "2pass-offline",
    "spk_name": "unknown",
    "spk_score": 0.0,
    "text": "",
    "wav_name": "t1",
    "is_final": True,
}
ACKNOWLEDGEMENT = {"mode": "2pass", "wav_name": "t1", "is_final": True, "is_end": True}


def test_2pass_replies_as_recorded(connect: Client) -> None:
    """Partials, a final sentence with stamps relative to its segment, the acknowledgement."""
    client = connect(DIALECT)
    *partials, sentence, acknowledgement = (
        client.text(CONFIG) + client.audio(silence(2000) + pcm("guide")) + client.end(is_end=True)
    )
    assert partials
    for partial in partials:
        assert list(partial) == PARTIAL_KEYS
        assert (partial["mode"], partial["is_final"]) == ("2pass-online", False)
    assert list(sentence) == SENTENCE_KEYS
    assert (sentence["mode"], sentence["is_final"]) == ("2pass-offline", True)
    assert sentence["text"] == SPOKEN["guide"] + "。"
    assert len(sentence["timestamp"]) == len(sentence["punc_array"]) == len(SPOKEN["guide"])
    assert 0 <= sentence["timestamp"][0][0] < 500
    assert sentence["punc_array"] == [1] * (len(SPOKEN["guide"]) - 1) + [3]
    assert list(acknowledgement.items()) == list(ACKNOWLEDGEMENT.items())
    assert all(raw == json.dumps(json.loads(raw)) for raw in client.raw)


def test_every_sentence_is_final(session: Session) -> None:
    """Two sentences apart by more than two seconds are two finals, and without is_end nothing follows."""
    replies = session(DIALECT, pcm("guide") + silence(3000) + pcm("hello"))
    sentences = [reply for reply in replies if reply["mode"] == "2pass-offline"]
    assert [s["text"] for s in sentences] == [SPOKEN["guide"] + "。", SPOKEN["hello"] + "。"]
    assert {s["is_final"] for s in sentences} == {True}
    assert replies[-1] == sentences[-1]


def test_the_detector_waits_two_seconds(session: Session) -> None:
    """More than a second of pause does not end a short sentence here."""
    replies = session(DIALECT, pcm("guide") + silence(700) + pcm("hello"), mode="offline")
    assert len(replies) == 1


def test_online_gives_deltas_and_a_final_rest(session: Session) -> None:
    """Mode online: deltas are not final, what the end flushes is, and no acknowledgement comes unasked."""
    *deltas, last = session(DIALECT, pcm("guide"), mode="online")
    assert {(delta["mode"], delta["is_final"]) for delta in deltas} == {("online", False)}
    assert (list(last), last["is_final"]) == (PARTIAL_KEYS, True)
    assert "".join(reply["text"] for reply in [*deltas, last]) == SPOKEN["guide"]


def test_online_says_nothing_when_nothing_is_left(session: Session) -> None:
    """A delta that the detector's own end flushed is not final, and the end frame adds nothing."""
    replies = session(DIALECT, pcm("guide") + silence(3000), mode="online")
    assert {reply["is_final"] for reply in replies} == {False}


def test_offline_closes_with_an_empty_message_after_silence(session: Session) -> None:
    """Audio after the last sentence gives one more message without text, stamps and marks."""
    sentence, empty = session(DIALECT, pcm("guide") + silence(3000), mode="offline")
    assert sentence["mode"] == "offline"
    assert empty == EMPTY | {"mode": "offline"}
    assert list(empty) == EMPTY_KEYS


@pytest.mark.parametrize(
    ("mode", "expected"), [("2pass", [EMPTY]), ("offline", [EMPTY | {"mode": "offline"}]), ("online", [])]
)
@pytest.mark.parametrize("audio", [silence(20), silence(2000)], ids=["20 ms", "silence"])
def test_no_speech_as_recorded(session: Session, mode: str, audio: bytes, expected: list[Any]) -> None:
    """An empty message in 2pass and offline, nothing in online."""
    assert session(DIALECT, audio, mode=mode) == expected


@pytest.mark.parametrize("mode", ["2pass", "online", "offline"])
def test_an_end_without_audio_is_answered_only_when_asked(connect: Client, mode: str) -> None:
    """Silence without is_end, an acknowledgement with it."""
    client = connect(DIALECT)
    client.text(CONFIG | {"mode": mode})
    assert client.end() == []
    assert client.end(is_end=True) == [ACKNOWLEDGEMENT | {"mode": mode}]


def test_numbers_stay_as_spoken(session: Session) -> None:
    """No inverse text normalisation, whatever itn says."""
    assert session(DIALECT, pcm("date"), itn=True)[-1]["text"] == SPOKEN["date"] + "。"


def test_audio_fs_changes_nothing(session: Session) -> None:
    """No resampling: 8 kHz audio is heard at double speed."""
    audio = at_8_khz(pcm("guide"))
    assert session(DIALECT, audio, audio_fs=8000) == session(DIALECT, audio)
    assert SPOKEN["guide"] not in session(DIALECT, audio, audio_fs=8000)[-1]["text"]


def test_hotwords_are_used_in_partials_too(session: Session) -> None:
    """The list goes to both passes, in any form, and a later one replaces it."""
    (name,) = CLIPS.get("name-chair").hotwords
    for hotwords in (json.dumps({name: 20}), name, f"阿里 {name}", {name: 20}, [name]):
        *partials, sentence = session(DIALECT, pcm("name-chair"), hotwords=hotwords)
        assert name in sentence["text"]
        assert name[:2] in "".join(partial["text"] for partial in partials)


def test_0_and_null_end_and_a_string_is_refused(connect: Client) -> None:
    """is_speaking by truth value, as in Python; the real server ignores a string."""
    client = connect(DIALECT)
    client.text(CONFIG)
    (reply,) = client.text(is_speaking="false", is_end=True)
    assert "is_speaking" in reply["error"]
    assert client.text(is_finished=True) == []
    assert client.text(is_speaking=0, is_end=True) == [ACKNOWLEDGEMENT]
    assert client.text(is_speaking=None, is_end=True) == [ACKNOWLEDGEMENT]


def test_a_second_utterance_without_is_speaking_has_no_partials(connect: Client) -> None:
    """Still not speaking, the server sends the sentence only; with is_speaking:true partials come again."""
    client = connect(DIALECT)
    client.text(CONFIG)
    first = client.audio(pcm("guide")) + client.end()
    assert client.audio(pcm("guide")) + client.end() == first[-1:]
    client.text(is_speaking=True)
    assert client.audio(pcm("guide")) + client.end() == first


def test_chunk_size_may_be_a_string(session: Session) -> None:
    """What kills the C++ server is fine here."""
    assert session(DIALECT, pcm("guide"), chunk_size="5,10,5") == session(DIALECT, pcm("guide"))
    assert session(DIALECT, pcm("guide"), chunk_size=[5, 10, 5, 5]) == session(DIALECT, pcm("guide"))


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"chunk_size": []}, "audio frame discarded: chunk_size is not configured"),
        ({"chunk_size": ""}, "audio frame discarded: chunk_size is not configured"),
        ({"chunk_size": [5, 0, 5]}, "audio frame discarded: chunk_size is not configured"),
        ({"chunk_interval": 0}, "audio frame discarded: chunk_interval must be above 0"),
        ({"mode": "foo"}, "unsupported mode: 'foo'"),
        ({"mode": 5}, "unsupported mode: 5"),
    ],
    ids=str,
)
def test_discarded_audio_is_told_in_the_acknowledgement(
    connect: Client, config: dict[str, Any], error: str
) -> None:
    """The error of the recorded acknowledgement, and the connection is fine afterwards."""
    client = connect(DIALECT)
    client.text(CONFIG | config)
    assert client.audio(pcm("hello")) == []
    (reply,) = client.end(is_end=True)
    assert list(reply) == ["mode", "wav_name", "is_final", "is_end", "error"]
    assert (reply["error"], reply["is_final"]) == (error, False)
    assert reply["mode"] == config.get("mode", "2pass")
    client.text(CONFIG)
    assert client.audio(pcm("hello")) + client.end(is_end=True)


def test_an_error_is_told_even_unasked(connect: Client) -> None:
    """Without is_end the real server closes the connection; here the acknowledgement comes nevertheless."""
    client = connect(DIALECT)
    client.audio(pcm("hello"))
    (reply,) = client.end()
    assert reply["error"] == "audio frame discarded: chunk_size is not configured"


@pytest.mark.parametrize(
    "message",
    [
        "{broken",
        "",
        "\ufeff{}",
        "[1,2]",
        "42",
        "true",
        "null",
        '{"x":' + "[" * 200_000 + "]" * 200_000 + "}",
        {"chunk_size": "abc"},
        {"chunk_size": ["a", "b", "c"]},
        {"chunk_size": [None, 10, 5]},
        {"chunk_size": 5},
        {"chunk_size": None},
        {"chunk_size": {"a": 1}},
        {"chunk_size": True},
    ],
    ids=lambda message: str(message)[:20],
)
def test_hostile_input_is_answered(connect: Client, message: object) -> None:
    """What the real server ignores without a word or closes over is answered, and the connection goes on."""
    client = connect(DIALECT)
    (reply,) = client.text(message)
    assert list(reply) == ["mode", "wav_name", "is_final", "is_end", "error"]
    client.text(CONFIG)
    assert client.end(is_end=True) == [ACKNOWLEDGEMENT]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("itn", "true"),
        ("audio_fs", "abc"),
        ("audio_fs", 0),
        ("wav_format", 5),
        ("svs_lang", 5),
        ("hotwords", 5),
    ],
)
def test_fields_that_mean_nothing_may_be_anything(session: Session, field: str, value: object) -> None:
    """Accepted as recorded, without an effect."""
    assert session(DIALECT, pcm("hello"), **{field: value}) == session(DIALECT, pcm("hello"))


@pytest.mark.parametrize(("name", "echoed"), [(5, 5), ([1], [1]), ("", "microphone"), (None, "microphone")])
def test_names_are_echoed_as_they_are(connect: Client, name: object, echoed: object) -> None:
    """Any JSON value comes back; an empty one is the default."""
    client = connect(DIALECT)
    client.text(CONFIG | {"wav_name": name})
    assert client.end(is_end=True)[0]["wav_name"] == echoed


@pytest.mark.parametrize("frame_bytes", [20, 1921, 65536, 10**8])
def test_frame_size_changes_nothing(session: Session, frame_bytes: int) -> None:
    """Unlike the real server's, these partials count audio and not messages."""
    audio = pcm("guide") + silence(3000) + pcm("hello")
    assert session(DIALECT, audio, frame_bytes=frame_bytes) == session(DIALECT, audio)
