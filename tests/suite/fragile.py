"""A parrot in a process of its own that cannot stand one kind of setting, as real servers cannot.

`python -m suite.fragile PORT FATE` serves on a port, 0 for a free one, and writes its URL. Hotwords that are
no string bring on the fate (docs/protocol.md section 11.3: C++ servers exit). A wav_name that is no string
ends the process as well, but only when audio comes, as it does there.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve

from suite.servers import Parrot

ABORTED = 134


class Fragile(Parrot):
    """Dies, hangs, and so on, of hotwords that are no string."""

    def __init__(self, fate: str) -> None:
        super().__init__()
        self._fate = fate
        self._sessions: set[ServerConnection] = set()
        self._doomed = self._deaf = False

    async def __call__(self, session: ServerConnection) -> None:
        """Serve one session."""
        self._sessions.add(session)
        try:
            await super().__call__(session)
        finally:
            self._sessions.discard(session)

    async def on_settings(self, session: ServerConnection, fields: dict[str, object]) -> None:
        """Meet the fate."""
        if not isinstance(fields.get("wav_name", ""), str):
            self._doomed = True
        if isinstance(fields.get("hotwords", ""), str):
            return
        match self._fate:
            case "exit":
                os._exit(ABORTED)
            case "hang":
                signal.pause()
            case "deaf":
                self._deaf = True
            case "mute":
                await asyncio.Future()
            case "close":
                session.transport.abort()
            case "lose others":
                for other in self._sessions - {session}:
                    other.transport.abort()

    def final(self, name: str, heard: int) -> dict[str, object]:
        """Answer, if need be without a word."""
        return super().final(name, 0 if self._deaf else heard)

    async def on_audio(self, session: ServerConnection) -> None:
        """Die of what was configured before."""
        if self._doomed:
            os._exit(ABORTED)


@contextmanager
def fragile(fate: str, *, watchdog: bool = False) -> Iterator[str]:
    """Serve in a process of its own; gives the URL. A watchdog starts another one there when it dies."""
    running = [_start(0, fate)]
    url = _url(running[0])
    port = url.rpartition(":")[2]
    stopping = threading.Event()

    def watch() -> None:
        while watchdog and running[-1].wait() is not None and not stopping.is_set():
            running.append(_start(int(port), fate))
            _url(running[-1])

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield url
    finally:
        stopping.set()
        running[-1].kill()
        watching.join()
        for process in running:
            process.kill()
            with process:
                pass


def _start(port: int, fate: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "suite.fragile", str(port), fate],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _url(process: subprocess.Popen[str]) -> str:
    """Where it serves; returns when it does."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def _serve(port: int, fate: str) -> None:
    sock = socket.create_server(("127.0.0.1", port))
    async with serve(Fragile(fate), sock=sock) as server:
        sys.stdout.write(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
