"""A worker process: one loaded recogniser, and the voices of the connections that are pinned to it.

Started as `python -m asrgate.reference.worker [--domain-text FILE] [--workload NAME --device DEVICE]` by the
pool. Every connection's frames
are handled in their order; the connections take turns, one frame each, so that an unpaced upload does not
hold up the others. The process ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from argparse import ArgumentParser
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

from asrgate.reference.itn import prepare
from asrgate.reference.pipe import HEADER_BYTES, SLICE_BYTES, Kind, pack, unpack_header
from asrgate.reference.recogniser import Recogniser
from asrgate.reference.voices import SPEAKER_VOICES, VOICES, Voice
from asrgate.reference.working import WorkingRecogniser
from asrgate.reference.workload import Workload

Send = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame from the server."""

    kind: Kind
    stream: int
    payload: bytes


@dataclass(slots=True)
class _Conversation:
    voice: Voice
    waiting: deque[Frame] = field(default_factory=deque)


class Desk:
    """Serves the conversations of this worker in turns."""

    def __init__(self, recogniser: Recogniser, send: Send) -> None:
        self._recogniser = recogniser
        self._send = send
        self._conversations: dict[int, _Conversation] = {}
        self._turns: deque[int] = deque()

    def serve(self, inbox: SimpleQueue[Frame | None]) -> None:
        """Handle frames until the server is gone."""
        while True:
            while not self._turns or not inbox.empty():
                frame = inbox.get()
                if frame is None:
                    return
                self._take(frame)
            self._turn(self._turns.popleft())

    def _take(self, frame: Frame) -> None:
        if frame.kind is Kind.OPEN:
            opening = json.loads(frame.payload)
            voices = SPEAKER_VOICES if opening.get("speakers") else VOICES
            voice = voices[opening["dialect"]](self._recogniser, opening["epoch_ms"])
            self._conversations[frame.stream] = _Conversation(voice)
        elif frame.kind is Kind.CLOSE:
            self._conversations.pop(frame.stream, None)
        elif conversation := self._conversations.get(frame.stream):
            if not conversation.waiting:
                self._turns.append(frame.stream)
            conversation.waiting.append(frame)

    def _turn(self, stream: int) -> None:
        conversation = self._conversations.get(stream)
        if conversation is None:
            return
        frames = _next(conversation.waiting)
        try:
            self._answer(conversation.voice, frames)
        except Exception as error:
            # One conversation may break on a mistake of ours; the others of this process go on.
            del self._conversations[stream]
            self._send(pack(Kind.FAILED, stream, f"{type(error).__name__}: {error}".encode(errors="replace")))
            return
        if conversation.waiting:
            self._turns.append(stream)

    def _answer(self, voice: Voice, frames: list[Frame]) -> None:
        kind, stream = frames[0].kind, frames[0].stream
        payload = b"".join(frame.payload for frame in frames)
        replies = voice.receive_text(payload.decode()) if kind is Kind.TEXT else voice.receive_audio(payload)
        for reply in replies:
            self._send(pack(Kind.REPLY, stream, reply.encode()))
        self._send(pack(Kind.DONE, stream) * len(frames))


def _next(waiting: deque[Frame]) -> list[Frame]:
    """Take the next text frame, or the audio frames that make up one piece of work.

    Nothing depends on how audio is cut, so a worker that fell behind takes it in larger pieces and catches
    up.
    """
    frames = [waiting.popleft()]
    size = len(frames[0].payload)
    while frames[0].kind is Kind.AUDIO and waiting and waiting[0].kind is Kind.AUDIO:
        size += len(waiting[0].payload)
        if size > SLICE_BYTES:
            break
        frames.append(waiting.popleft())
    return frames


def read_frames(source: BinaryIO, inbox: SimpleQueue[Frame | None]) -> None:
    """Put the frames of the server into the inbox, None at the end."""
    while len(header := source.read(HEADER_BYTES)) == HEADER_BYTES:
        kind, stream, length = unpack_header(header)
        inbox.put(Frame(kind, stream, source.read(length)))
    inbox.put(None)


def _recogniser(arguments: list[str]) -> Recogniser:
    parser = ArgumentParser()
    parser.add_argument("--domain-text", type=Path)
    parser.add_argument("--workload")
    parser.add_argument("--device")
    asked = parser.parse_args(arguments)
    domain_text = asked.domain_text.read_text(encoding="utf-8").splitlines() if asked.domain_text else ()
    if asked.workload is None:
        return Recogniser.load(domain_text=domain_text)
    return WorkingRecogniser.with_workload(Workload(asked.workload, asked.device), domain_text)


def main(arguments: list[str]) -> None:
    """Load the recogniser, say so, and serve until standard input ends."""
    # Ctrl-C on a terminal reaches the whole process group; the server decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")

    def send(frames: bytes) -> None:
        replies.write(frames)
        replies.flush()

    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library's chatter must not end up among the frames
    recogniser = _recogniser(arguments)
    inbox: SimpleQueue[Frame | None] = SimpleQueue()
    Thread(target=read_frames, args=(sys.stdin.buffer, inbox), daemon=True).start()
    send(pack(Kind.READY))
    Thread(target=prepare, daemon=True).start()
    Desk(recogniser, send).serve(inbox)
    # The thread that loads the number grammar may still be inside a library, where nothing ends it politely.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
