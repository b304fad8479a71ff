"""Every voice under arbitrary input: it always answers in its own form, and always recovers."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asrgate.reference.recogniser import Recogniser
from asrgate.reference.voices import VOICES

from .talk import CONFIG, OPENED_EPOCH_MS, Talk

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.sampled_from([0, 1, 7, 8000, 16000, 2236, 2237, 2**31, 10**400])
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
LIKELY = {
    "mode": st.sampled_from(["2pass", "online", "offline", "foo"]),
    "chunk_size": st.lists(st.integers(-3, 30), max_size=4),
    "chunk_interval": st.integers(-1, 20),
    "audio_fs": st.sampled_from([8000, 16000, 44100, 8000.7]),
    "wav_format": st.sampled_from(["pcm", "PCM", "mp3"]),
    "hotwords": VALUES.map(json.dumps) | st.text(max_size=10),
    "itn": st.booleans(),
    "wav_name": st.text(max_size=10),
    "is_speaking": st.booleans(),
    "is_finished": st.booleans(),
    "is_end": st.booleans(),
    "svs_lang": st.just("auto"),
    "svs_itn": st.booleans(),
    "unknown": VALUES,
}
MESSAGES = st.fixed_dictionaries({}, optional={name: likely | VALUES for name, likely in LIKELY.items()})
COMMANDS = st.sampled_from(["START", "stop", "COMMIT", "HOTWORDS:", "LANGUAGE:", "POSTPROCESS_HOTWORDS:"])
TEXTS = MESSAGES.map(json.dumps) | VALUES.map(json.dumps) | st.text(max_size=30)
AUDIO = st.binary(max_size=4000) | st.integers(0, 20000).map(bytes)
CONVERSATIONS = st.lists(TEXTS | AUDIO, max_size=8)


@pytest.mark.parametrize("dialect", [name for name in VOICES if name != "funasr-realtime"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversation=CONVERSATIONS)
def test_any_conversation_is_answered_and_survived(
    recogniser: Recogniser, dialect: str, conversation: list[str | bytes]
) -> None:
    """Replies are JSON objects, and a proper utterance afterwards gets its terminating message."""
    client = Talk(VOICES[dialect](recogniser, OPENED_EPOCH_MS))
    replies: list[dict[str, Any]] = []
    for message in conversation:
        replies += client.audio(message) if isinstance(message, bytes) else client.text(message)
    assert all(isinstance(reply, dict) and "wav_name" in reply for reply in replies)
    client.text(CONFIG)
    client.end(is_end=True)
    client.text(CONFIG | {"wav_name": "after"})
    last = client.end(is_end=True)[-1]
    assert last["wav_name"] == "after"
    assert "error" not in last
    assert not last.get("text")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    conversation=st.lists(
        TEXTS | AUDIO | st.builds("".join, st.tuples(COMMANDS, TEXTS)) | COMMANDS, max_size=8
    )
)
def test_any_commands_are_answered_and_survived(
    recogniser: Recogniser, conversation: list[str | bytes]
) -> None:
    """Every text message gets an event or a final, and a proper session afterwards its end."""
    client = Talk(VOICES["funasr-realtime"](recogniser, OPENED_EPOCH_MS))
    for message in conversation:
        if isinstance(message, bytes):
            assert all("sentences" in reply for reply in client.audio(message))
        else:
            assert client.text(message)
    assert client.text("START") + client.text("STOP") == [{"event": "started"}, {"event": "stopped"}]
