"""Who spoke, told by the embedded endpoint."""

import json
from itertools import pairwise
from typing import Any

import pytest

from asrgate.errors import UsageError
from asrgate.reference.recogniser import Recogniser
from asrgate.reference.server import TELL_SPEAKERS, ServeOptions, serving
from asrgate.reference.voices import SPEAKER_VOICES

from .talk import CLIPS, OPENED_EPOCH_MS, Talk, pcm, silence

DIALOGUES = [clip for clip in CLIPS.tagged("two-speakers") if len(clip.turns) > 2]


@pytest.fixture
def client(recogniser: Recogniser) -> Talk:
    """A connection whose final says who spoke."""
    return Talk(SPEAKER_VOICES["funasr-realtime"](recogniser, OPENED_EPOCH_MS))


def updates(client: Talk, audio: bytes, *, frame_bytes: int = 1920) -> list[dict[str, Any]]:
    """The updates of a whole session, its final the last of them."""
    return (client.text("START") + client.audio(audio, frame_bytes=frame_bytes) + client.text("STOP"))[1:-1]


def labels(final: dict[str, Any]) -> list[int]:
    """Who spoke each sentence."""
    return [sentence["spk"] for sentence in final["sentences"]]


@pytest.mark.parametrize("name", [clip.id for clip in DIALOGUES])
def test_two_voices_have_two_labels_from_the_first_on(client: Talk, name: str) -> None:
    """A low voice and a high one; the first to speak is 0."""
    final = updates(client, pcm(name))[-1]
    told = labels(final)
    assert told[0] == 0
    assert set(told) == {0, 1}
    assert all(before != after for before, after in pairwise(told))


def test_one_voice_has_one_label(client: Talk) -> None:
    """However long it speaks, with pauses or without, and after three seconds of silence."""
    audio = pcm("pauses-train") + silence(3000) + pcm("pauses-train")
    final = updates(client, audio)[-1]
    assert len(final["sentences"]) > 1
    assert set(labels(final)) == {0}


def test_only_the_final_tells_speakers(client: Talk) -> None:
    """Updates before it repeat their sentences; its own are in order, and none overlaps another."""
    *before, final = updates(client, pcm(DIALOGUES[0].id) + silence(3000) + pcm("hello"))
    assert all("spk" not in sentence for update in before for sentence in update["sentences"])
    assert any(update["sentences"] for update in before)
    edges = [edge for sentence in final["sentences"] for edge in (sentence["start"], sentence["end"])]
    assert edges == sorted(edges)
    assert edges[-1] <= final["duration_ms"]


def test_framing_decides_nothing(recogniser: Recogniser) -> None:
    """The same audio in other frames has the same sentences and labels."""
    finals = []
    for frame_bytes in (1920, 6400):
        client = Talk(SPEAKER_VOICES["funasr-realtime"](recogniser, OPENED_EPOCH_MS))
        finals.append(updates(client, pcm(DIALOGUES[0].id), frame_bytes=frame_bytes)[-1])
    assert finals[0] == finals[1]


def test_speakers_are_forgotten_at_the_next_start(client: Talk) -> None:
    """Another voice is 0 in a session of its own; silence has no sentences."""
    assert set(labels(updates(client, pcm("guide"))[-1])) == {0}
    assert set(labels(updates(client, pcm("bedtime"))[-1])) == {0}
    assert updates(client, silence(1500))[-1]["sentences"] == []


def test_words_of_the_final_are_those_of_the_updates(client: Talk) -> None:
    """Splitting moves no word; only punctuation changes."""
    audio = pcm(DIALOGUES[0].id) + silence(3000)
    *before, final = updates(client, audio)
    assert _bare(before[-1]) == _bare(final) != ""


def _bare(update: dict[str, Any]) -> str:
    text = "".join(sentence["text"] for sentence in update["sentences"])
    return "".join(character for character in text if character.isalnum())


async def test_a_dialect_that_tells_no_speakers_is_refused() -> None:
    """With the one that does."""
    with pytest.raises(UsageError, match="--dialect funasr-realtime does"):
        async with serving(ServeOptions(port=0, dialect="funasr-2pass", speakers=True)):
            pass


def test_the_server_offers_speakers_where_there_is_a_voice_for_them() -> None:
    """No more, no less."""
    assert set(TELL_SPEAKERS) == set(SPEAKER_VOICES)
    assert json.dumps(sorted(SPEAKER_VOICES)) == '["funasr-realtime"]'
