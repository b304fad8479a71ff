"""The recogniser, and connections to the voices."""

from collections.abc import Callable
from typing import Any

import pytest

from asrgate.reference.recogniser import Recogniser
from asrgate.reference.voices import VOICES

from .talk import CONFIG, OPENED_EPOCH_MS, SPOKEN, Talk

Client = Callable[[str], Talk]


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """Return a recogniser that knows the sentences of these tests, so that their texts are exact."""
    sentences = [text for text in SPOKEN.values() if text] + [
        "现在开始测试",
        "请不要挂断电话",
        "感谢大家的配合",
    ]
    return Recogniser.load(domain_text=sentences)


@pytest.fixture
def connect(recogniser: Recogniser) -> Client:
    """Return a function that opens a connection to a dialect's voice."""

    def open_connection(dialect: str) -> Talk:
        return Talk(VOICES[dialect](recogniser, OPENED_EPOCH_MS))

    return open_connection


@pytest.fixture
def session(connect: Client) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that runs a whole session and returns its replies."""

    def run(dialect: str, audio: bytes, *, frame_bytes: int = 1920, **config: Any) -> list[dict[str, Any]]:
        client = connect(dialect)
        replies = client.text(CONFIG | config)
        replies += client.audio(audio, frame_bytes=frame_bytes)
        return replies + client.end()

    return run
