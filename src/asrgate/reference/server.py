"""The embedded endpoint's server: WebSocket connections in front, worker processes behind."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from asrgate.errors import UsageError
from asrgate.reference.certificate import new_identity
from asrgate.reference.decoder_pool import DecodedStream, DecoderLost, DecoderPool
from asrgate.reference.emission_log import EmissionLog, SessionLog
from asrgate.reference.handshake import manners_of
from asrgate.reference.workload import Workload

logger = logging.getLogger(__name__)

_library_logger = logger.getChild("websockets")
_library_logger.addHandler(logging.NullHandler())
_library_logger.propagate = (
    False  # it reports every stranger's failed handshake as an error, with a traceback
)

_MESSAGES_AHEAD = 4
"""Messages that the WebSocket library reads ahead of the conversation; the rest waits in the socket."""

TELL_SPEAKERS = ("funasr-realtime",)
"""Dialects in which the endpoint can say who spoke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What to serve and where; port 0 takes a free one, `workers` None one per core.

    `emissions` is the file that gets a line for each reply (`emission_log`).
    With `speakers` results say who spoke, where the dialect can.
    """

    host: str = "127.0.0.1"
    port: int = 10095
    dialect: str = "funasr-2pass"
    tls: bool = False
    workers: int | None = None
    domain_text: Path | None = None
    workload: Workload | None = None
    emissions: Path | None = None
    speakers: bool = False


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that accepts connections."""

    url: str
    dialect: str
    authority_pem: bytes | None
    pool: DecoderPool


@asynccontextmanager
async def serving(options: ServeOptions) -> AsyncIterator[RunningServer]:
    """Run the endpoint while the context lasts.

    Raises: UsageError: the dialect is unknown or tells no speakers, the domain text cannot be read, the
    workload cannot be computed, the log cannot be written, or the address cannot be listened on.
    """
    manners = manners_of(options.dialect)
    if options.speakers:
        _check_speakers(options.dialect)
    if options.domain_text:
        _check_text(options.domain_text)
    if options.workload:
        options.workload.check()
    identity = new_identity(options.host) if options.tls else None
    workers = options.workers or os.cpu_count() or 1
    listener = _listen(options)

    async def converse(connection: ServerConnection) -> None:
        stream = await pool.open(options.dialect, speakers=options.speakers)
        await _converse(connection, stream, log.session() if log else None)

    with listener, EmissionLog(options.emissions) if options.emissions else nullcontext() as log:
        async with (
            DecoderPool(workers, options.domain_text, options.workload) as pool,
            serve(
                converse,
                sock=listener,
                ssl=identity.context if identity else None,
                max_queue=_MESSAGES_AHEAD,
                logger=_library_logger,
                **manners.options(),
            ),
        ):
            url = _url(options.host, listener, tls=options.tls)
            yield RunningServer(url, options.dialect, identity.authority_pem if identity else None, pool)


async def _converse(connection: ServerConnection, stream: DecodedStream, log: SessionLog | None) -> None:
    """Carry messages both ways until the client or the decoder is gone."""
    ways = [
        asyncio.create_task(_hear(connection, stream, log)),
        asyncio.create_task(_speak(connection, stream, log)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stream.close()
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _hear(connection: ServerConnection, stream: DecodedStream, log: SessionLog | None) -> None:
    try:
        async for message in connection:
            if log is not None:
                log.heard(message)
            await stream.send(message)
    except ConnectionClosed:
        logger.debug("a client went without a close")


async def _speak(connection: ServerConnection, stream: DecodedStream, log: SessionLog | None) -> None:
    try:
        async for reply in stream.replies():
            if log is not None:
                log.said(reply)
            await connection.send(reply)
    except ConnectionClosed:
        logger.debug("a client went before its replies")
    except DecoderLost as lost:
        logger.warning("closing a connection: %s", lost)
        await connection.close(CloseCode.INTERNAL_ERROR, "the decoder was lost; please connect again")


def _check_speakers(dialect: str) -> None:
    if dialect not in TELL_SPEAKERS:
        able = ", ".join(TELL_SPEAKERS)
        raise UsageError(f"--speakers: {dialect} tells no speakers here; --dialect {able} does")


def _listen(options: ServeOptions) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=512)
    except OSError as error:
        where = f"{options.host} port {options.port}"
        raise UsageError(f"cannot listen on {where}: {error.strerror or error}; try another --port") from None


def _url(host: str, listener: socket.socket, *, tls: bool) -> str:
    scheme = "wss" if tls else "ws"
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    name = f"[{reachable}]" if ":" in reachable else reachable
    return f"{scheme}://{name}:{listener.getsockname()[1]}"


def _check_text(path: Path) -> None:
    try:
        path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the domain text {path}: {error}") from None
