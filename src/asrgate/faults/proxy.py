"""The proxy: listens where clients connect, and relays every connection to the endpoint behind it."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

from asrgate.errors import UsageError
from asrgate.faults.acts import Crash, Hooks
from asrgate.faults.relay import Gone, Relay, Side
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.tls import client_context
from asrgate.wire.transport import Stopwatch, connected_socket

_BACKLOG = 512

Open = Callable[[], Hooks]
"""Called for every connection: what a fault looks at in it."""


class Proxy:
    """Relays connections to `endpoint`; without `opened` they pass as they are."""

    def __init__(self, endpoint: Endpoint, opened: Open | None = None) -> None:
        self._endpoint = endpoint
        self._opened = opened or Hooks
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._grave: socket.socket | None = None

    @asynccontextmanager
    async def listening(self, listener: socket.socket, context: ssl.SSLContext | None) -> AsyncIterator[None]:
        """Accept connections while the context lasts; with `context` they are TLS."""
        self._server = await asyncio.start_server(self._accept, sock=listener, ssl=context)
        try:
            yield
        finally:
            self._server.close()
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._grave is not None:
                self._grave.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._relay(Side(reader, writer, masked=False))
        except asyncio.CancelledError:
            return
        finally:
            self._tasks.discard(task)

    async def _relay(self, client: Side) -> None:
        hooks = self._opened()
        server: Side | None = None
        try:
            server = await self._upstream()
            relay = Relay(client, server, hooks, self.crash)
            if hooks.opened is not None:
                await relay.perform(hooks.opened(), server)
            await relay.run()
        except (OSError, Gone):
            client.abort()
        finally:
            for side in (client, server):
                if side is not None:
                    side.abort()
            for act in hooks.closed() if hooks.closed is not None else ():
                if isinstance(act, Crash):
                    self.crash(act.restarts)

    async def _upstream(self) -> Side:
        endpoint = self._endpoint
        async with asyncio.timeout(endpoint.connect_timeout_s):
            sock = await connected_socket(endpoint, Stopwatch())
            context = (
                client_context(endpoint.ca_file, verify=not endpoint.insecure) if endpoint.secure else None
            )
            reader, writer = await asyncio.open_connection(
                sock=sock, ssl=context, server_hostname=endpoint.host if context else None
            )
        return Side(reader, writer, masked=True)

    def crash(self, restarts: bool) -> None:
        """End every connection at once; refuse new ones, unless the server `restarts`.

        The port of a dead server stays bound, so that nobody else is found there.
        """
        if not restarts:
            self._refuse()
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()

    def _refuse(self) -> None:
        if self._server is None or not self._server.sockets:
            return
        address = self._server.sockets[0].getsockname()
        family = self._server.sockets[0].family
        self._server.close()
        self._grave = socket.socket(family)
        self._grave.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            self._grave.bind(address[:2])


def listener_at(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        UsageError: nobody can.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"cannot listen on {host} port {port}: {reason}; try another --listen") from None


def url_of(listener: socket.socket, endpoint: Endpoint, *, tls: bool) -> str:
    """The URL at which clients reach the endpoint through a listener: its path is the endpoint's."""
    host, port = listener.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    name = f"[{reachable}]" if ":" in reachable else reachable
    behind = urlsplit(endpoint.url)
    query = f"?{behind.query}" if behind.query else ""
    return f"{'wss' if tls else 'ws'}://{name}:{port}{behind.path}{query}"


@contextmanager
def proxied(
    endpoint: Endpoint, opened: Open | None = None, context: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Run a proxy on a free loopback port, in a thread of its own; gives its URL."""
    listener = listener_at("127.0.0.1", 0)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    ready = threading.Event()

    async def serve() -> None:
        async with Proxy(endpoint, opened).listening(listener, context):
            ready.set()
            await stop.wait()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, name="asrgate-fault", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield url_of(listener, endpoint, tls=context is not None)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
