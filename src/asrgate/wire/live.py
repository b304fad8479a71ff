"""A live session: audio that is still being spoken goes up, replies come down as they arrive."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from asrgate.errors import AsrgateError, ConnectStep, EndpointUnreachable
from asrgate.wire.connection import open_session
from asrgate.wire.dialects import Dialect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import Reply, parse_reply
from asrgate.wire.scenario import Connect

FINAL_WITHIN_S = 10.0
"""How long the terminator may take after the end frame (END-01)."""


async def converse(
    endpoint: Endpoint, dialect: Dialect, settings: Mapping[str, Any], audio: AsyncIterator[bytes]
) -> AsyncIterator[Reply]:
    """Yield the replies to `audio` (mono 16-bit PCM) as they come, up to the terminating one.

    `settings` are the fields of an opening frame. The end frame follows when `audio` ends.

    Raises:
        EndpointUnreachable: no session could be opened.
        AsrgateError: the server closed early, or sent no terminator in time.
    """
    attempt = await open_session(endpoint, Connect())
    if attempt.session is None:
        told = attempt.diagnosis
        raise EndpointUnreachable(
            told.step if told else ConnectStep.WEBSOCKET, told.sentence if told else "no session was opened"
        )
    session, ended = attempt.session, asyncio.Event()
    speaker = asyncio.create_task(_speak(session, dialect, settings, audio, ended))
    try:
        async for message in _messages(session, ended):
            reply = parse_reply(message)
            yield reply
            if ended.is_set() and dialect.terminates(reply):
                return
    finally:
        speaker.cancel()
        with suppress(asyncio.CancelledError, ConnectionClosed):
            await speaker
        await session.close()


async def _speak(
    session: ClientConnection,
    dialect: Dialect,
    settings: Mapping[str, Any],
    audio: AsyncIterator[bytes],
    ended: asyncio.Event,
) -> None:
    for text in dialect.opening_texts(settings):
        await session.send(text)
    async for frame in audio:
        await session.send(frame)
    ended.set()
    await session.send(dialect.ending_text)


async def _messages(session: ClientConnection, ended: asyncio.Event) -> AsyncIterator[str]:
    """Yield messages; once input has ended, none may keep us waiting for longer than the bound."""
    end = asyncio.create_task(ended.wait())
    incoming = asyncio.create_task(session.recv(decode=True))
    try:
        while True:
            waiting_for = {incoming} if ended.is_set() else {incoming, end}
            done, _ = await asyncio.wait(
                waiting_for,
                timeout=FINAL_WITHIN_S if ended.is_set() else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not done:
                raise AsrgateError(f"No final came within {FINAL_WITHIN_S:.0f} s of the end frame.")
            if incoming in done:
                try:
                    yield str(incoming.result())
                except ConnectionClosed as closed:
                    raise AsrgateError(f"The server closed before its final: {closed}.") from closed
                incoming = asyncio.create_task(session.recv(decode=True))
    finally:
        for task in (end, incoming):
            task.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await task
