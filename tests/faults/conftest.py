"""Servers behind the proxy."""

import contextlib

import pytest
from tests.conftest import Serve
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from asrgate.wire.endpoint import Endpoint


async def repeat(session: ServerConnection) -> None:
    """Say back whatever comes."""
    with contextlib.suppress(ConnectionClosed):
        async for message in session:
            await session.send(message)


@pytest.fixture
async def echo(serve: Serve) -> Endpoint:
    """A server that says back whatever comes, to clients with and without a subprotocol."""
    return await serve(repeat, select_subprotocol=lambda session, offered: offered[0] if offered else None)
