"""Small servers of funasr-2pass-0.1 in threads of their own: good ones, and ones with a fault."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection

from suite.servers import Parrot

Fields = dict[str, Any]


@dataclass
class Heard:
    """What a session has said up to an end frame."""

    name: str = "wav-default-id"
    frames: list[int] = field(default_factory=list)
    ends: int = 0


Answer = Callable[[Heard], list[Fields]]


@dataclass
class Speaker(Parrot):
    """Answers every end frame as it is told to; goes away, listening socket and all, over `dies_of`."""

    answer: Answer = field(default=lambda heard: good(heard))
    dies_of: str | None = None

    async def _talk(self, session: ServerConnection) -> None:
        heard = Heard()
        async for message in session:
            if isinstance(message, bytes):
                heard.frames.append(len(message))
                continue
            if self.dies_of is not None and self.dies_of in message:
                self.gone.set()
                await session.wait_closed()
            fields = json.loads(message)
            heard.name = fields.get("wav_name", heard.name)
            if fields.get("is_speaking") is not False:
                continue
            heard.ends += 1
            for reply in self.answer(heard):
                await session.send(json.dumps(reply))
            heard.frames = []


def good(heard: Heard) -> list[Fields]:
    """One final for each end: 你好 where there was audio."""
    final: Fields = {"is_final": True, "text": "", "wav_name": heard.name}
    if sum(heard.frames):
        final |= {"mode": "2pass-offline", "text": "你好", "timestamp": "[[400,500],[500,600]]"}
    return [final]


def doubled(heard: Heard) -> list[Fields]:
    """Every final twice."""
    return good(heard) * 2


def plain_names(heard: Heard) -> list[Fields]:
    """Names lose what is neither a letter of ASCII, a digit nor a hyphen."""
    name = "".join(c for c in heard.name if c.isascii() and (c.isalnum() or c == "-"))
    return [reply | {"wav_name": name} for reply in good(heard)]


def large_frames_lost(heard: Heard) -> list[Fields]:
    """What comes in frames of more than 60 ms is not heard in full."""
    cut = max(heard.frames, default=0) > 1920
    return [reply | ({"text": "你"} if cut and reply["text"] else {}) for reply in good(heard)]
