"""`funasr-realtime`: commands and events, updates that repeat everything, a final and `stopped`."""

import json
from itertools import pairwise
from typing import Any

import pytest

from .conftest import Client
from .talk import SPOKEN, Talk, pcm, silence

DIALECT = "funasr-realtime"
STARTED, STOPPED = {"event": "started"}, {"event": "stopped"}
UPDATE_KEYS = ["sentences", "partial", "partial_start_ms", "duration_ms", "is_final"]


def heard(client: Talk, audio: bytes, *, frame_bytes: int = 1920) -> list[dict[str, Any]]:
    """Return the updates of a whole session, its final among them."""
    replies = client.text("START") + client.audio(audio, frame_bytes=frame_bytes) + client.text("STOP")
    assert (replies[0], replies[-1]) == (STARTED, STOPPED)
    return replies[1:-1]


def texts(update: dict[str, Any]) -> list[str]:
    """Return the texts of the sentences of an update."""
    return [sentence["text"] for sentence in update["sentences"]]


def test_updates_as_the_server_writes_them(connect: Client) -> None:
    """All fields in every update; the last one is final, without a partial."""
    client = connect(DIALECT)
    *updates, final = heard(client, pcm("guide"))
    assert [list(update) for update in updates] == [UPDATE_KEYS] * len(updates)
    assert {update["is_final"] for update in updates} == {False}
    assert (final["partial"], final["partial_start_ms"], final["is_final"]) == ("", 0, True)
    assert texts(final) == [SPOKEN["guide"] + "。"]
    assert all(raw == json.dumps(json.loads(raw)) for raw in client.raw)


def test_a_partial_replaces_the_one_before(connect: Client) -> None:
    """Each holds the whole text of the open segment; when nobody speaks it starts where the audio ends."""
    updates = heard(connect(DIALECT), silence(1500) + pcm("guide"))
    partials = [update["partial"] for update in updates if update["partial"]]
    assert len(partials) > 1
    assert all(later.startswith(earlier) for earlier, later in pairwise(partials))
    assert updates[0]["partial_start_ms"] == updates[0]["duration_ms"]


def test_sentences_are_repeated_with_their_times(connect: Client) -> None:
    """Every list begins with the one before; times count from START."""
    updates = heard(connect(DIALECT), pcm("guide") + silence(3000) + pcm("hello"))
    lists = [update["sentences"] for update in updates]
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(lists))
    assert texts(updates[-1]) == [SPOKEN["guide"] + "。", SPOKEN["hello"] + "。"]
    first, second = lists[-1]
    assert 0 <= first["start"] < first["end"] <= second["start"] < second["end"] <= updates[-1]["duration_ms"]


def test_duration_is_the_audio_so_far(connect: Client) -> None:
    """The milliseconds that were received since START, up to the frame that an update answers."""
    client = connect(DIALECT)
    client.text("START")
    for count in range(1, 30):
        for update in client.audio(silence(60)):
            assert update["duration_ms"] == 60 * count


@pytest.mark.parametrize("frame_bytes", [1, 641, 640, 32000])
def test_frames_do_not_change_what_is_heard(connect: Client, frame_bytes: int) -> None:
    """The final is the same however the bytes are cut, in the middle of samples too."""
    audio = pcm("hello")
    *_, usual = heard(connect(DIALECT), audio)
    *_, other = heard(connect(DIALECT), audio, frame_bytes=frame_bytes)
    assert other == usual


@pytest.mark.parametrize("command", ["start", " Start \n", "START"])
def test_commands_in_any_case(connect: Client, command: str) -> None:
    """Blanks around a command do not matter either."""
    assert connect(DIALECT).text(command) == [STARTED]


def test_start_forgets_the_session_before(connect: Client) -> None:
    """On one connection each START begins anew, times included."""
    client = connect(DIALECT)
    assert heard(client, pcm("guide"))[-1] == heard(client, pcm("guide"))[-1]
    client.text("START")
    client.audio(pcm("guide"))
    (final,) = [update for update in heard(client, pcm("hello")) if update["is_final"]]
    assert texts(final) == [SPOKEN["hello"] + "。"]


def test_audio_outside_a_session_is_dropped(connect: Client) -> None:
    """Before START and after STOP nothing is heard, and nothing is answered."""
    client = connect(DIALECT)
    assert client.audio(pcm("hello")) == []
    assert client.text("START") + client.text("STOP") == [STARTED, STOPPED]
    assert client.audio(pcm("hello")) == []
    assert client.text("STOP") == [STOPPED]


def test_events_tell_what_was_set(connect: Client) -> None:
    """Lists come back as they were understood."""
    client = connect(DIALECT)
    assert client.text("hotwords:阿里巴巴, hello world ,") == [
        {"event": "hotwords_set", "hotwords": ["阿里巴巴", "hello world"]}
    ]
    assert client.text("LANGUAGE: zh ") == [{"event": "language_set", "language": "zh"}]
    assert client.text("POSTPROCESS_HOTWORDS:你好=>您好,通义") == [
        {"event": "postprocess_hotwords_set", "postprocess_hotwords": {"你好": "您好", "通义": "通义"}}
    ]


def test_sentences_are_mended_as_asked(connect: Client) -> None:
    """What POSTPROCESS_HOTWORDS names is replaced in sentences; it outlives START."""
    client = connect(DIALECT)
    wrong = SPOKEN["hello"][:2]
    client.text(f"POSTPROCESS_HOTWORDS:{wrong}=>好的")
    assert texts(heard(client, pcm("hello"))[-1]) == [SPOKEN["hello"].replace(wrong, "好的") + "。"]


@pytest.mark.parametrize("text", ["COMMIT", "PING", "", '{"mode":"2pass"}', "HOTWORDS", "START now"])
def test_other_text_gets_an_error_event(connect: Client, text: str) -> None:
    """No silence and no end: the session under way goes on (RT-05, RT-06)."""
    client = connect(DIALECT)
    client.text("START")
    (refusal,) = client.text(text)
    assert refusal["event"] == "error"
    assert refusal["error"]
    client.audio(pcm("hello"))
    final, stopped = client.text("STOP")
    assert texts(final) == [SPOKEN["hello"] + "。"]
    assert stopped == STOPPED
