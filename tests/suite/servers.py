"""Small servers on loopback to point the suite at, each in a thread of its own."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.asyncio.server import Server, ServerConnection, serve

Handler = Callable[[ServerConnection], Awaitable[None]]


@dataclass
class Parrot:
    """Speaks funasr-2pass-0.1: every utterance with audio reads 你好, one without reads nothing.

    It goes away, listening socket and all, after so many utterances with audio if it is told to; `answered`
    is set when the first of those got its answer.
    """

    goes_after: int | None = None
    says_of_nothing: str = ""
    open_now: int = 0
    most_open: int = 0
    names: list[str] = field(default_factory=list)
    answered: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, session: ServerConnection) -> None:
        """Serve one session."""
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await self._talk(session)
        finally:
            self.open_now -= 1

    async def _talk(self, session: ServerConnection) -> None:
        name, heard = "wav-default-id", 0
        async for message in session:
            if isinstance(message, bytes):
                await self.on_audio(session)
                heard += len(message)
                continue
            fields = json.loads(message)
            await self.on_settings(session, fields)
            name = fields.get("wav_name", name)
            if fields.get("is_speaking") is not False:
                continue
            self.names.append(name)
            await session.send(json.dumps(self.final(name, heard)))
            if heard:
                self.answered.set()
                self._count()
            heard = 0

    async def on_settings(self, session: ServerConnection, fields: dict[str, object]) -> None:
        """Look at a text frame; a parrot thinks nothing of it."""

    async def on_audio(self, session: ServerConnection) -> None:
        """Look at an audio frame; a parrot thinks nothing of it."""

    def _count(self) -> None:
        if self.goes_after is not None:
            self.goes_after -= 1
            if self.goes_after < 0:
                self.gone.set()

    def final(self, name: str, heard: int) -> dict[str, object]:
        """What ends an utterance of so many bytes."""
        final: dict[str, object] = {"is_final": True, "text": self.says_of_nothing, "wav_name": name}
        if heard:
            final |= {"mode": "2pass-offline", "text": "你好", "timestamp": "[[400,500],[500,600]]"}
        return final


@contextmanager
def serving(parrot: Parrot) -> Iterator[str]:
    """Serve on a free port until the context ends or the parrot goes; gives the URL."""
    loop = asyncio.new_event_loop()
    addresses: list[str] = []
    ready = threading.Event()

    async def run() -> None:
        server: Server
        async with serve(parrot, "127.0.0.1", 0) as server:
            addresses.append(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            ready.set()
            await loop.run_in_executor(None, parrot.gone.wait)
            for connection in tuple(server.connections):
                connection.transport.abort()
        # What was accepted while the server closed is still on its way to be turned away.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    ready.wait()
    try:
        yield addresses[0]
    finally:
        parrot.gone.set()
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
