"""Waiting until an endpoint answers a handshake."""

import asyncio

import pytest
from websockets.asyncio.server import Server
from websockets.asyncio.server import serve as serve_websocket

from asrgate.errors import EndpointUnreachable
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.waiting import wait_until_open
from wire.fake_servers import answering_http, silent


async def test_returns_when_the_server_has_come_up(unused_tcp_port: int) -> None:
    """A server that starts while it is waited for is found."""
    said: list[str] = []
    starting: list[asyncio.Task[Server]] = []

    async def start() -> Server:
        return await serve_websocket(silent, "127.0.0.1", unused_tcp_port)

    def say(sentence: str) -> None:
        said.append(sentence)
        if not starting:
            starting.append(asyncio.create_task(start()))

    endpoint = Endpoint(url=f"ws://127.0.0.1:{unused_tcp_port}", subprotocols=())
    await wait_until_open(endpoint, 30, say)
    assert "nothing listens" in said[0]
    assert "trying for up to 30 s more." in said[0]
    server = await starting[0]
    server.close()
    await server.wait_closed()


async def test_gives_up_when_the_time_is_over(unused_tcp_port: int) -> None:
    """The error is that of the last attempt."""
    said: list[str] = []
    with pytest.raises(EndpointUnreachable, match="nothing listens"):
        await wait_until_open(Endpoint(url=f"ws://127.0.0.1:{unused_tcp_port}"), 0.2, said.append)
    assert said


async def test_does_not_wait_for_what_waiting_cannot_cure(listen) -> None:
    """A refusal for good ends it at once."""
    said: list[str] = []
    with pytest.raises(EndpointUnreachable, match="HTTP 403"):
        await wait_until_open(await listen(answering_http("403 Forbidden")), 600, said.append)
    assert said == []
