"""The proxy without a fault: whoever talks through it notices nothing."""

import asyncio
import ssl

import pytest
import trustme
from tests.conftest import Serve
from tests.faults.conftest import repeat
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

from asrgate.errors import UsageError
from asrgate.faults.acts import Crash, Hooks, Send
from asrgate.faults.proxy import listener_at, proxied
from asrgate.wire.endpoint import Endpoint

UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def passing() -> Hooks:
    """Hooks that look at every message, and change none."""
    return Hooks(
        client={opcode: _same(opcode) for opcode in (Opcode.TEXT, Opcode.BINARY)},
        server={opcode: _same(opcode) for opcode in (Opcode.TEXT, Opcode.BINARY)},
    )


def _same(opcode: Opcode):
    return lambda payload: [Send(opcode, payload)]


@pytest.mark.parametrize("hooks", [None, passing], ids=["bytes", "messages"])
async def test_messages_pass_both_ways(echo: Endpoint, hooks) -> None:
    """Text, binary, empty and large messages and fragments arrive as they were sent."""
    with proxied(echo, hooks) as url:
        async with connect(url, max_size=2**24) as session:
            for message in ("你好", b"\x00\xff", "", b"", bytes(2**20)):
                await session.send(message)
                assert await session.recv() == message
            await session.send(["in ", "three ", "parts"])
            assert await session.recv() == "in three parts"


async def test_handshake_passes(echo: Endpoint) -> None:
    """Subprotocol and compression are negotiated with the server behind."""
    with proxied(echo) as url:
        async with connect(url, subprotocols=[Subprotocol("binary")], compression="deflate") as session:
            assert session.subprotocol == "binary"
            assert [extension.name for extension in session.protocol.extensions] == ["permessage-deflate"]
            await session.send("x" * 5000)
            assert await session.recv() == "x" * 5000


async def test_compression_is_not_offered_where_messages_are_read(echo: Endpoint) -> None:
    """A fault that looks into messages gets them uncompressed."""
    with proxied(echo, passing) as url:
        async with connect(url, compression="deflate") as session:
            assert not session.protocol.extensions


async def test_ping_and_close_pass(serve: Serve) -> None:
    """Pongs carry the ping's payload; close code and reason come from the server."""

    async def farewell(session: ServerConnection) -> None:
        await session.recv()
        await session.close(4321, "enough")

    with proxied(await serve(farewell, subprotocols=None)) as url:
        async with connect(url) as session:
            await asyncio.wait_for(await session.ping(b"are you there"), 5)
            await session.send("go")
            with pytest.raises(ConnectionClosed):
                await session.recv()
            assert (session.close_code, session.close_reason) == (4321, "enough")


async def test_tls_behind_the_proxy(serve: Serve, tmp_path) -> None:
    """A wss endpoint is reached, and verified, by the proxy; clients speak plain ws."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    behind = await serve(repeat, ssl=context, subprotocols=None)
    with proxied(Endpoint(url=behind.url, ca_file=tmp_path / "ca.pem")) as url:
        assert url.startswith("ws://")
        async with connect(url) as session:
            await session.send("hello")
            assert await session.recv() == "hello"


async def test_plain_get_is_answered_by_the_server(echo: Endpoint) -> None:
    """What is no upgrade gets the server's own answer."""
    with proxied(echo, passing) as url:
        answer = await _raw(url, b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", until=b"")
    assert answer.startswith(b"HTTP/1.1 426")


async def test_unmasked_frames_are_refused_by_the_server(echo: Endpoint) -> None:
    """A frame without a mask passes as it is, so that the server closes with 1002."""
    with proxied(echo, passing) as url:
        await _raw(url, UPGRADE, Frame(Opcode.TEXT, b"{}").serialize(mask=False), until=_code(1002))


async def test_invalid_utf8_is_refused_by_the_server(echo: Endpoint) -> None:
    """Text that is not UTF-8 passes as it is, so that the server closes with 1007."""
    with proxied(echo, passing) as url:
        await _raw(url, UPGRADE, Frame(Opcode.TEXT, b"\xc3\x28").serialize(mask=True), until=_code(1007))


async def test_refusals_pass(serve: Serve) -> None:
    """An upgrade that the server refuses is refused."""
    behind = await serve(repeat, process_request=lambda session, request: session.respond(403, "no"))
    with proxied(behind) as url, pytest.raises(InvalidStatus, match="403"):
        await connect(url)


async def test_nobody_behind_the_proxy() -> None:
    """Where the endpoint is not reachable the client's connection ends."""
    with listener_at("127.0.0.1", 0) as closed:
        nowhere = Endpoint(url=f"ws://127.0.0.1:{closed.getsockname()[1]}")
    with proxied(nowhere) as url, pytest.raises((OSError, EOFError, Exception)):
        await connect(url)


async def test_a_crash_ends_everything(echo: Endpoint) -> None:
    """A crash ends every connection without a close, and new ones are refused."""
    with proxied(echo, lambda: Hooks(client={Opcode.TEXT: lambda payload: [Crash()]})) as url:
        async with connect(url) as bystander, connect(url) as culprit:
            await culprit.send("boom")
            for session in (bystander, culprit):
                with pytest.raises(ConnectionClosed) as ended:
                    await session.recv()
                assert ended.value.rcvd is None
        with pytest.raises(ConnectionRefusedError):
            await connect(url)


async def test_a_crash_with_restart_accepts_again(echo: Endpoint) -> None:
    """A server that is back at once ends its connections, and takes new ones."""
    hooks = Hooks(client={Opcode.TEXT: lambda payload: [Crash(restarts=payload == b"boom")]})
    with proxied(echo, lambda: hooks) as url:
        async with connect(url) as culprit:
            await culprit.send("boom")
            with pytest.raises(ConnectionClosed):
                await culprit.recv()
        async with connect(url):
            pass


def test_an_address_in_use_is_told() -> None:
    """Nobody can listen twice; the sentence says where and what to do."""
    with listener_at("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1 port {port}.*--listen"):
            listener_at("127.0.0.1", port)


async def _raw(url: str, request: bytes, *frames: bytes, until: bytes) -> bytes:
    """The answer to a request; then frames are sent, and the bytes `until` waited for."""
    host, _, port = url.removeprefix("ws://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port.rstrip("/")))
    writer.write(request)
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    writer.writelines(frames)
    if frames:
        await asyncio.wait_for(reader.readuntil(until), 10)
    writer.close()
    return answer


def _code(code: int) -> bytes:
    return code.to_bytes(2)
