"""What the servers of the tests say: small imitations of each dialect, and raw bytes of a bad server."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.server import ServerConnection

EMPTY_FINALS: dict[str, dict[str, Any]] = {
    "funasr-2pass": {"is_final": True, "text": "", "timestamp": 1795354662008, "wav_name": "w"},
    "funasr-2pass-0.1": {"is_final": True, "text": "", "wav_name": "w"},
    "funasr-offline": {"is_final": False, "mode": "offline", "text": "", "wav_name": "w"},
    "funasr-python": {"mode": "2pass", "wav_name": "w", "is_final": True, "is_end": True},
}
"""How each dialect answers an utterance without audio (docs/protocol.md section 8.2)."""


def is_end(message: str | bytes) -> bool:
    """Whether a client message is an end frame."""
    return isinstance(message, str) and json.loads(message).get("is_speaking") is False


def answering(*replies: dict[str, Any]) -> Callable[[ServerConnection], Awaitable[None]]:
    """Return a handler that answers each end frame with these replies."""

    async def handler(connection: ServerConnection) -> None:
        async for message in connection:
            if is_end(message):
                for reply in replies:
                    await connection.send(json.dumps(reply))

    return handler


async def counting(connection: ServerConnection) -> None:
    """Answer each end frame with the number and the hash of the audio bytes since the last one."""
    audio: list[bytes] = []
    name = None
    async for message in connection:
        if isinstance(message, bytes):
            audio.append(message)
            continue
        name = json.loads(message).get("wav_name", name)
        if is_end(message):
            whole = b"".join(audio)
            digest = hashlib.sha256(whole).hexdigest()
            text = f"{len(whole)} {digest}"
            await connection.send(json.dumps({"is_final": True, "text": text, "wav_name": name}))
            audio.clear()


async def silent(connection: ServerConnection) -> None:
    """Take everything and say nothing."""
    async for _ in connection:
        pass


async def accept_upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the upgrade request by hand, so that the rest of the session can be wrong."""
    request = (await reader.readuntil(b"\r\n\r\n")).decode()
    key = next(line.split(": ")[1] for line in request.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
    digest = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )
    await writer.drain()


def answering_http(head: str, body: str = "") -> Callable[..., Awaitable[None]]:
    """Return a raw handler that answers any request with these bytes of HTTP, and closes."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        content = body.encode()
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)
        await writer.drain()

    return handler


async def hanging(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept the connection and never say a byte."""
    await reader.read()
    await asyncio.Event().wait()
