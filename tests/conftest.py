"""Real servers on loopback, well-behaved and otherwise, for the tests that talk to some."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest
import trustme
from hypothesis import HealthCheck, settings
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websocket

from asrgate.wire.endpoint import Endpoint

# How long an example takes says more about the machine than about asrgate.
settings.register_profile("asrgate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("asrgate")

Handler = Callable[[ServerConnection], Awaitable[None]]
RawHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say by which means tests ran that take what the machine permits (`record_property`)."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    told = {f"{name}: {way}" for report in reports for name, way in getattr(report, "user_properties", ())}
    for line in sorted(told):
        terminalreporter.write_line(line)


def pytest_collection_finish() -> None:
    """Fail when a test module has imported Locust, which patches sockets and threads for all tests."""
    if "locust" in sys.modules:
        raise pytest.UsageError("a test module imports locust; start a process for what needs it")


class Serve(Protocol):
    """Starts a WebSocket server and returns its endpoint."""

    async def __call__(self, handler: Handler, **options: Any) -> Endpoint:
        """Start it."""


class Listen(Protocol):
    """Starts a TCP server and returns a ws endpoint for it."""

    async def __call__(self, handler: RawHandler, *, tls: ssl.SSLContext | None = None) -> Endpoint:
        """Start it."""


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start WebSocket servers that end with the test."""
    async with AsyncExitStack() as stack:

        async def start(handler: Handler, **options: Any) -> Endpoint:
            options = {"ping_interval": None, "subprotocols": ["binary"], "max_size": 2**26} | options
            server = await stack.enter_async_context(serve_websocket(handler, "127.0.0.1", 0, **options))
            scheme = "wss" if "ssl" in options else "ws"
            return Endpoint(url=f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}")

        yield start


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    """Start TCP servers that end with the test, together with what they have open."""
    servers: list[asyncio.Server] = []
    tasks: set[asyncio.Task[None]] = set()

    async def start(handler: RawHandler, *, tls: ssl.SSLContext | None = None) -> Endpoint:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await handler(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.transport.abort()

        servers.append(await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls))
        return Endpoint(url=f"ws://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}")

    yield start
    for server in servers:
        server.close()
    for task in tuple(tasks):
        task.cancel()
    await asyncio.sleep(0)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Return a certificate authority that nobody trusts unless told to."""
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """Make the TLS settings of a server, with a certificate for `name`."""

    def context_for(name: str = "127.0.0.1", *, expired: bool = False) -> ssl.SSLContext:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        validity = {"not_before": yesterday - timedelta(days=1), "not_after": yesterday} if expired else {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name, **validity).configure_cert(context)
        return context

    return context_for


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Any) -> Callable[[Endpoint], Endpoint]:
    """Make an endpoint trust the test's authority."""
    ca_file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    return lambda endpoint: replace(endpoint, ca_file=ca_file)
