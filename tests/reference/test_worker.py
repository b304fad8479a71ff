"""The worker's desk: order, turns, forgetting, and a voice that breaks."""

import io
import json
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from asrgate.reference import worker
from asrgate.reference.pipe import HEADER_BYTES, Kind, pack, unpack_header
from asrgate.reference.recogniser import Recogniser
from asrgate.reference.worker import Desk, Frame, read_frames

OPENING = json.dumps({"dialect": "funasr-2pass", "epoch_ms": 1}).encode()
CONFIG = b'{"chunk_size":[5,10,5]}'
END = b'{"is_speaking":false}'


def served(recogniser: Recogniser, frames: list[Frame], answers: int) -> list[tuple[Kind, int]]:
    """Put all frames on the desk at once; return kind and stream of what it sent, up to so many answers."""
    inbox: SimpleQueue[Frame | None] = SimpleQueue()
    sent: list[tuple[Kind, int]] = []

    def send(frames: bytes) -> None:
        while frames:
            kind, stream, length = unpack_header(frames[:HEADER_BYTES])
            sent.append((kind, stream))
            frames = frames[HEADER_BYTES + length :]
        if sum(kind in (Kind.DONE, Kind.FAILED) for kind, _ in sent) == answers:
            inbox.put(None)

    for frame in frames:
        inbox.put(frame)
    Desk(recogniser, send).serve(inbox)
    return sent


def test_connections_take_turns(recogniser: Recogniser) -> None:
    """One frame each: a long queue of one connection does not hold up the other."""
    frames = [
        Frame(Kind.OPEN, 1, OPENING),
        Frame(Kind.OPEN, 2, OPENING),
        *[Frame(Kind.TEXT, 1, CONFIG)] * 3,
        Frame(Kind.TEXT, 2, CONFIG),
        Frame(Kind.TEXT, 2, END),
    ]
    assert served(recogniser, frames, 5) == [
        (Kind.DONE, 1),
        (Kind.DONE, 2),
        (Kind.DONE, 1),
        (Kind.REPLY, 2),
        (Kind.DONE, 2),
        (Kind.DONE, 1),
    ]


def test_audio_that_piled_up_is_taken_in_larger_pieces(recogniser: Recogniser) -> None:
    """Every frame is still accounted for, and text keeps its place between the audio."""
    frames = [
        Frame(Kind.OPEN, 1, OPENING),
        Frame(Kind.OPEN, 2, OPENING),
        Frame(Kind.TEXT, 1, CONFIG),
        *[Frame(Kind.AUDIO, 1, bytes(16000))] * 3,
        Frame(Kind.TEXT, 1, END),
        *[Frame(Kind.TEXT, 2, CONFIG)] * 3,
    ]
    assert served(recogniser, frames, 8) == [
        (Kind.DONE, 1),
        (Kind.DONE, 2),
        *[(Kind.DONE, 1)] * 2,
        (Kind.DONE, 2),
        (Kind.DONE, 1),
        (Kind.DONE, 2),
        (Kind.REPLY, 1),
        (Kind.DONE, 1),
    ]


def test_a_closed_connection_is_not_decoded(recogniser: Recogniser) -> None:
    """What was waiting when the client disappeared is dropped, and nothing is sent for it."""
    frames = [
        Frame(Kind.OPEN, 1, OPENING),
        Frame(Kind.OPEN, 2, OPENING),
        Frame(Kind.TEXT, 1, CONFIG),
        *[Frame(Kind.AUDIO, 1, bytes(32000))] * 50,
        Frame(Kind.CLOSE, 1, b""),
        Frame(Kind.TEXT, 1, END),
        Frame(Kind.TEXT, 2, CONFIG),
    ]
    assert served(recogniser, frames, 1) == [(Kind.DONE, 2)]


def test_a_voice_that_breaks_breaks_alone(recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours closes its connection; the others go on."""

    class Broken:
        def __init__(self, recogniser: Recogniser, opened_epoch_ms: int) -> None:
            pass

        def receive_text(self, text: str) -> Iterator[str]:
            raise RuntimeError("a mistake")

    monkeypatch.setitem(worker.VOICES, "broken", Broken)
    frames = [
        Frame(Kind.OPEN, 1, b'{"dialect":"broken","epoch_ms":1}'),
        Frame(Kind.OPEN, 2, OPENING),
        Frame(Kind.TEXT, 1, CONFIG),
        Frame(Kind.TEXT, 1, END),
        Frame(Kind.TEXT, 2, CONFIG),
    ]
    assert served(recogniser, frames, 2) == [(Kind.FAILED, 1), (Kind.DONE, 2)]


def test_frames_are_read_until_the_pipe_ends() -> None:
    """A frame cut off by the end of the pipe is the end."""
    inbox: SimpleQueue[Frame | None] = SimpleQueue()
    read_frames(io.BytesIO(pack(Kind.TEXT, 7, b"{}") + pack(Kind.AUDIO, 7, b"xy") + b"\x01"), inbox)
    assert [inbox.get() for _ in range(3)] == [
        Frame(Kind.TEXT, 7, b"{}"),
        Frame(Kind.AUDIO, 7, b"xy"),
        None,
    ]
