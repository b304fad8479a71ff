"""The server on real sockets: handshakes, transport limits, concurrency, and clients that vanish."""

import asyncio
import json
import os
import signal
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from asrgate.errors import UsageError
from asrgate.reference.embedded import EmbeddedEndpoint, embedded_endpoint
from asrgate.reference.handshake import MANNERS
from asrgate.reference.server import ServeOptions, serving
from asrgate.reference.voices import VOICES
from asrgate.wire.dialects import DIALECTS

from .hostile import HOSTILE_FIELDS, HOSTILE_TEXTS
from .talk import CONFIG, SPOKEN, pcm

Endpoint = Callable[[str], EmbeddedEndpoint]
CPP = ["funasr-2pass", "funasr-2pass-0.1", "funasr-offline"]
JSON = [*CPP, "funasr-python"]
BINARY = [Subprotocol("binary")]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Return a function that gives the running endpoint of a dialect."""
    domain_text = tmp_path_factory.mktemp("domain") / "sentences.txt"
    domain_text.write_text("\n".join(SPOKEN.values()), encoding="utf-8")
    running: dict[str, EmbeddedEndpoint] = {}
    with ExitStack() as stack:

        def started(dialect: str) -> EmbeddedEndpoint:
            if dialect not in running:
                context = embedded_endpoint(dialect, workers=1, domain_text=domain_text)
                running[dialect] = stack.enter_context(context)
            return running[dialect]

        yield started


async def utter(client: ClientConnection, audio: bytes, **config: Any) -> list[dict[str, Any]]:
    """Send one utterance in frames of 60 ms without pace; return the replies up to the terminating one."""
    await client.send(json.dumps(CONFIG | config))
    for start in range(0, len(audio), 1920):
        await client.send(audio[start : start + 1920])
    await client.send('{"is_speaking":false,"is_end":true}')
    replies: list[dict[str, Any]] = []
    while not replies or not (replies[-1].get("is_end") or ended(replies[-1])):
        replies.append(json.loads(await asyncio.wait_for(client.recv(), 20)))
    return replies


async def stopped(client: ClientConnection, audio: bytes, *commands: str) -> list[dict[str, Any]]:
    """Send commands, audio without pace, and STOP; return the replies up to `stopped`."""
    for command in commands:
        await client.send(command)
    await client.send(audio)
    await client.send("STOP")
    replies: list[dict[str, Any]] = []
    while not replies or replies[-1].get("event") != "stopped":
        replies.append(json.loads(await asyncio.wait_for(client.recv(), 20)))
    return replies


def ended(reply: dict[str, Any]) -> bool:
    """Whether a reply of a C++ server ends the utterance."""
    return "spk_name" not in reply and (reply.get("is_final") is True or reply.get("mode") == "offline")


def address(endpoint: EmbeddedEndpoint) -> tuple[str, int]:
    """Return host and port."""
    parts = urlsplit(endpoint.url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


async def raw_exchange(endpoint: EmbeddedEndpoint, request: bytes) -> bytes:
    """Send bytes on a fresh TCP connection; return what comes until the other side closes."""
    reader, writer = await asyncio.open_connection(*address(endpoint))
    try:
        writer.write(request)
        return await asyncio.wait_for(reader.read(), 15)
    finally:
        writer.close()
        await writer.wait_closed()


def test_every_dialect_has_a_voice_and_manners() -> None:
    """The dialects of the client side, the voices and the handshakes are the same five."""
    assert set(VOICES) == set(MANNERS) == set(DIALECTS)


@pytest.mark.parametrize("dialect", JSON)
async def test_a_session_on_real_sockets(endpoint: Endpoint, dialect: str) -> None:
    """Each dialect hears the guide's sentence."""
    async with connect(endpoint(dialect).url, subprotocols=BINARY) as client:
        replies = await utter(client, pcm("guide"))
    assert SPOKEN["guide"] + "。" in [reply.get("text") for reply in replies]


async def test_a_realtime_session_on_real_sockets(endpoint: Endpoint) -> None:
    """Commands instead of configurations, no subprotocol; hostile text on the way is answered by errors."""
    async with connect(endpoint("funasr-realtime").url, subprotocols=BINARY) as client:
        assert client.subprotocol is None
        replies = await stopped(client, pcm("guide"), *HOSTILE_TEXTS, "START")
    events = [reply["event"] for reply in replies if "event" in reply]
    assert len(events) == len(HOSTILE_TEXTS) + 2
    assert set(events[:-2]) == {"started", "error"}
    assert [sentence["text"] for sentence in replies[-2]["sentences"]] == [SPOKEN["guide"] + "。"]


@pytest.mark.parametrize("dialect", CPP)
async def test_cpp_handshake(endpoint: Endpoint, dialect: str) -> None:
    """No subprotocol and no compression is selected; the headers are the recorded ones."""
    for offered in (BINARY, None):
        async with connect(endpoint(dialect).url, subprotocols=offered, compression="deflate") as client:
            assert client.subprotocol is None
            assert client.protocol.extensions == []
            assert client.response is not None
            names = {name.lower() for name in client.response.headers}
            assert names == {"connection", "sec-websocket-accept", "server", "upgrade"}
            assert client.response.headers["Server"].startswith("WebSocket++/0.8.2")


async def test_python_handshake(endpoint: Endpoint) -> None:
    """`binary` is selected, compression accepted."""
    async with connect(endpoint("funasr-python").url, subprotocols=BINARY, compression="deflate") as client:
        assert client.subprotocol == "binary"
        assert [extension.name for extension in client.protocol.extensions] == ["permessage-deflate"]


@pytest.mark.parametrize(
    ("offered", "reason"), [(None, b"missing subprotocol"), ([Subprotocol("foo")], b"invalid subprotocol")]
)
async def test_python_needs_its_subprotocol(
    endpoint: Endpoint, offered: list[Subprotocol] | None, reason: bytes
) -> None:
    """Without `binary` the answer is 400."""
    with pytest.raises(InvalidStatus) as refused:
        await connect(endpoint("funasr-python").url, subprotocols=offered)
    assert refused.value.response.status_code == 400
    assert reason in refused.value.response.body


@pytest.mark.parametrize(("dialect", "versions"), [("funasr-2pass", b"0,7,8,13"), ("funasr-python", b"13")])
async def test_another_version_is_told_what_is_spoken(
    endpoint: Endpoint, dialect: str, versions: bytes
) -> None:
    """Version 99 gets 400 and the versions."""
    request = (
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 99\r\n\r\n"
    )
    answer = await raw_exchange(endpoint(dialect), request)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nSec-WebSocket-Version: " + versions + b"\r\n" in answer


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-python"])
async def test_a_plain_get_is_told_to_upgrade(endpoint: Endpoint, dialect: str) -> None:
    """426, and the connection ends."""
    answer = await raw_exchange(endpoint(dialect), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 426 Upgrade Required\r\n")


async def test_any_path_is_accepted(endpoint: Endpoint) -> None:
    """Proxies rely on it."""
    async with connect(endpoint("funasr-2pass").url + "/wss/any?x=1") as client:
        assert (await utter(client, b""))[-1]["text"] == ""


async def test_text_that_is_not_utf8_closes_1007(endpoint: Endpoint) -> None:
    """Only this connection, with the code of RFC 6455."""
    async with connect(endpoint("funasr-2pass").url) as client:
        await client.send(b"\xff\xfe\xfd", text=True)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1007


@pytest.mark.parametrize(
    ("dialect", "too_many"), [("funasr-2pass", 32_000_001), ("funasr-python", 2**20 + 2)]
)
async def test_too_large_a_message_closes_1009(endpoint: Endpoint, dialect: str, too_many: int) -> None:
    """Each family has its limit; the next connection is fine."""
    # No context manager: leaving it aborts a transport that the server has closed already.
    client = await connect(endpoint(dialect).url, subprotocols=BINARY, compression=None)
    sending = asyncio.create_task(client.send(bytes(too_many)))
    with pytest.raises(ConnectionClosed) as closed:
        await client.recv()
    await asyncio.wait([sending])
    sending.exception()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
    async with connect(endpoint(dialect).url, subprotocols=BINARY) as client:
        assert await utter(client, b"")


async def test_fragments_and_pings_in_between(endpoint: Endpoint) -> None:
    """A config and an audio message in fragments are put together, and a ping between them is answered."""
    audio = pcm("guide")
    text = json.dumps(CONFIG)
    async with connect(endpoint("funasr-2pass").url) as client:
        await client.send(iter([text[:20], text[20:]]))
        await client.send(iter([audio[:1001], audio[1001:5000], audio[5000:]]))
        await asyncio.wait_for(await client.ping(b"between"), 5)
        await client.send('{"is_speaking":false}')
        final = [json.loads(await client.recv())]
        while not final[-1]["is_final"]:
            final.append(json.loads(await client.recv()))
    assert final[-1]["text"] == SPOKEN["guide"] + "。"


async def test_many_connections_at_once_hear_their_own(endpoint: Endpoint) -> None:
    """Twelve clients on one worker, two clips: names and texts never cross."""
    url = endpoint("funasr-2pass").url

    async def one(number: int) -> tuple[str, str]:
        clip = "hello" if number % 2 else "date"
        async with connect(url) as client:
            final = (await utter(client, pcm(clip), wav_name=f"{clip} {number}"))[-1]
        return final["wav_name"], final["text"]

    for name, text in await asyncio.gather(*(one(number) for number in range(12))):
        assert text == ("你好。" if name.startswith("hello") else "2024年7月25日。")


async def test_vanishing_clients_leave_no_trace(endpoint: Endpoint) -> None:
    """Resets after the handshake, in mid-upload and before the reply: the next session is fine."""
    running = endpoint("funasr-2pass")
    for _ in range(5):
        for frames in (
            [],
            [json.dumps(CONFIG)],
            [json.dumps(CONFIG), bytes(3_000_000), '{"is_speaking":false}'],
        ):
            client = await connect(running.url)
            for frame in frames:
                await client.send(frame)
            raw: socket.socket = client.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.transport.abort()
    async with connect(running.url) as client:
        assert (await utter(client, pcm("hello")))[-1]["text"] == "你好。"


@pytest.mark.parametrize("dialect", JSON)
async def test_hostile_input_leaves_others_alone(endpoint: Endpoint, dialect: str) -> None:
    """After every hostile frame the same connection is still served, and so is a canary."""
    url = endpoint(dialect).url
    frames = [*HOSTILE_TEXTS, *(json.dumps(CONFIG | {field: value}) for field, value in HOSTILE_FIELDS)]
    async with connect(url, subprotocols=BINARY) as canary, connect(url, subprotocols=BINARY) as client:
        for frame in frames:
            await client.send(frame)
        await asyncio.wait_for(await canary.ping(), 10)
        await client.send(json.dumps(CONFIG | {"wav_name": "after"}))
        await client.send('{"is_speaking":false,"is_end":true}')
        while json.loads(await asyncio.wait_for(client.recv(), 20))["wav_name"] != "after":
            pass
        texts = [reply.get("text") for reply in await utter(canary, pcm("hello"))]
    assert "你好。" in texts


async def test_an_upload_without_pace_does_not_hold_up_others(endpoint: Endpoint) -> None:
    """While one client floods ten minutes of audio, another one's short utterance is answered."""
    url = endpoint("funasr-2pass").url
    async with connect(url) as flooding, connect(url) as client:
        await flooding.send(json.dumps(CONFIG))

        async def flood() -> None:
            for _ in range(20):
                await flooding.send(bytes(960_000))
            await flooding.send('{"is_speaking":false}')
            while not json.loads(await flooding.recv())["is_final"]:
                pass

        upload = asyncio.create_task(flood())
        assert (await utter(client, pcm("hello")))[-1]["text"] == "你好。"
        assert not upload.done()
        await upload


async def test_the_endpoint_speaks_tls(tmp_path: Path) -> None:
    """Wss with a certificate that the written authority verifies, and that nothing else does."""
    async with serving(ServeOptions(port=0, tls=True, workers=1)) as server:
        assert server.authority_pem is not None
        trusting = ssl.create_default_context(cadata=server.authority_pem.decode())
        async with connect(server.url, ssl=trusting) as client:
            assert (await utter(client, b""))[-1]["is_final"] is True
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(server.url, ssl=ssl.create_default_context())


async def test_a_dead_worker_closes_its_connections_with_1011() -> None:
    """Not silence: a close that says so, and the next connection is served by the replacement."""
    async with serving(ServeOptions(port=0, workers=1)) as server:
        async with connect(server.url) as client:
            assert await utter(client, b"")
            os.kill(server.pool.worker_pids[0], signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as closed:
                await client.recv()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (
            1011,
            "the decoder was lost; please connect again",
        )
        async with connect(server.url) as client:
            assert await utter(client, b"")


async def test_a_port_in_use_is_one_sentence() -> None:
    """The address and what to try."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            UsageError, match=f"cannot listen on 127.0.0.1 port {port}: .* try another --port"
        ):
            async with serving(ServeOptions(port=port)):
                pass


async def test_an_unknown_dialect_is_one_sentence() -> None:
    """The name that came and those that there are."""
    with pytest.raises(UsageError, match="no dialect 'klingon'; expected one of funasr-2pass, "):
        async with serving(ServeOptions(dialect="klingon")):
            pass


async def test_an_unreadable_domain_text_is_one_sentence(tmp_path: Path) -> None:
    """The file that cannot be read is named."""
    with pytest.raises(UsageError, match=r"cannot read the domain text .*missing"):
        async with serving(ServeOptions(domain_text=tmp_path / "missing")):
            pass
