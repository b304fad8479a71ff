"""A live session: audio that is still being spoken goes up, replies come down."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from websockets.asyncio.server import ServerConnection

from asrgate.errors import AsrgateError, EndpointUnreachable
from asrgate.wire.dialects import FUNASR_2PASS, FUNASR_REALTIME
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.live import converse

SETTINGS = {"mode": "2pass", "chunk_size": [5, 10, 5]}


async def echo(connection: ServerConnection) -> None:
    """Answer each frame with a partial of its length, and the end frame with a final."""
    async for message in connection:
        if isinstance(message, bytes):
            reply = {"mode": "2pass-online", "text": f"{len(message)} ", "is_final": False}
        elif "is_speaking" in json.loads(message):
            reply = {"text": "", "is_final": True}
        else:
            continue
        await connection.send(json.dumps(reply))


async def test_each_frame_is_answered_before_the_next_is_spoken(
    serve: Callable[..., Awaitable[Endpoint]],
) -> None:
    """Replies come down while the audio is still going on."""
    endpoint = await serve(echo)
    answered = asyncio.Event()

    async def speech() -> AsyncIterator[bytes]:
        for size in (10, 20, 30):
            yield bytes(size)
            await answered.wait()
            answered.clear()

    texts = []
    async for reply in converse(endpoint, FUNASR_2PASS, SETTINGS, speech()):
        texts.append(reply.text)
        answered.set()
    assert texts == ["10 ", "20 ", "30 ", ""]


async def test_a_realtime_server_is_spoken_to_in_commands(
    serve: Callable[..., Awaitable[Endpoint]],
) -> None:
    """START before the audio, STOP after it, and `stopped` is the last that is heard."""
    said: list[str | bytes] = []

    async def realtime(connection: ServerConnection) -> None:
        async for message in connection:
            said.append(message)
            if isinstance(message, str):
                await connection.send(json.dumps({"event": {"START": "started", "STOP": "stopped"}[message]}))

    async def speech() -> AsyncIterator[bytes]:
        yield bytes(10)

    endpoint = await serve(realtime)
    events = [reply.event async for reply in converse(endpoint, FUNASR_REALTIME, SETTINGS, speech())]
    assert said == ["START", bytes(10), "STOP"]
    assert events == ["started", "stopped"]


async def test_a_server_that_leaves_early_is_named(serve: Callable[..., Awaitable[Endpoint]]) -> None:
    """The text so far has been yielded; then one sentence says what happened."""

    async def leave(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(json.dumps({"mode": "2pass-online", "text": "一", "is_final": False}))
        await connection.close(1011, "out of memory")

    replies = converse(await serve(leave), FUNASR_2PASS, SETTINGS, _endless())
    assert (await anext(replies)).text == "一"
    with pytest.raises(AsrgateError, match=r"closed before its final.*1011"):
        await anext(replies)


async def test_nobody_there() -> None:
    """The error says which step failed."""
    replies = converse(Endpoint(url="ws://127.0.0.1:9"), FUNASR_2PASS, SETTINGS, _endless())
    with pytest.raises(EndpointUnreachable, match="TCP"):
        await anext(replies)


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield bytes(1920)
        await asyncio.sleep(0.01)
