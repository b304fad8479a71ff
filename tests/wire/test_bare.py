"""Driving what comes before a session: TCP, TLS and HTTP that is no upgrade or is refused."""

import asyncio
import ssl
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.server import ServerConnection

from asrgate.errors import ConnectStep
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange
from asrgate.wire.recording import Recorder, read_exchange
from asrgate.wire.scenario import (
    AwaitEnd,
    AwaitReply,
    Close,
    Drop,
    Listen,
    OpenTransport,
    Scenario,
    SendRequest,
    Step,
)
from asrgate.wire.session import drive

from .fake_servers import answering_http, hanging, silent

# Long enough for any machine; a test that works never waits for it.
PATIENCE_S = 20.0
ASK = (SendRequest(), AwaitReply(timeout_s=PATIENCE_S))


async def driven(
    endpoint: Endpoint, *steps: Step, opening: OpenTransport | None = None, recorder: Recorder | None = None
) -> Exchange:
    """Drive these steps on a bare transport."""
    scenario = Scenario(name="bare", steps=(opening or OpenTransport(), *steps))
    return await drive(
        scenario, endpoint=endpoint, dialect=FUNASR_2PASS, pcm=lambda source: b"", recorder=recorder
    )


def outcomes(exchange: Exchange) -> list[str]:
    """Return how each step ended."""
    return [step.outcome for step in exchange.steps]


async def test_a_plain_get_leaves_the_answer_as_it_came(serve) -> None:
    """Status and headers are those of the server; the bytes that crossed are counted in both directions."""
    exchange = await driven(await serve(silent), *ASK)
    assert outcomes(exchange) == ["done", "done", "reply"]
    assert exchange.handshake is not None
    assert exchange.handshake.status == 426
    assert ("Upgrade", "websocket") in exchange.handshake.response_headers
    assert exchange.handshake.accept_valid is False
    assert [(f.direction, f.kind) for f in exchange.frames] == [("sent", "raw"), ("received", "raw")]
    assert exchange.frames[0].text is None
    assert bytes.fromhex(exchange.frames[1].text or "").startswith(b"HTTP/1.1 426 Upgrade Required\r\n")
    assert exchange.failure is None


async def test_an_upgrade_to_another_version_is_asked_for(serve) -> None:
    """The request is an upgrade in everything but the version."""
    exchange = await driven(await serve(silent), SendRequest(version=99), AwaitReply(timeout_s=PATIENCE_S))
    assert exchange.handshake is not None
    asked = dict(exchange.handshake.request_headers)
    assert (asked["Upgrade"], asked["Sec-WebSocket-Version"]) == ("websocket", "99")
    assert asked["Sec-WebSocket-Protocol"] == "binary"
    assert exchange.handshake.status == 400


async def test_headers_of_the_endpoint_are_sent_and_not_shown(listen) -> None:
    """A gateway lets the request through; its record keeps no secret, the server's cookie neither."""
    endpoint = await listen(answering_http("404 Not Found\r\nSet-Cookie: s=1"))
    exchange = await driven(replace(endpoint, headers=(("X-Key", "sesame"),)), *ASK)
    assert exchange.handshake is not None
    assert ("X-Key", "***") in exchange.handshake.request_headers
    assert ("Set-Cookie", "***") in exchange.handshake.response_headers
    assert exchange.handshake.status == 404


@pytest.mark.parametrize(
    "said", [b"\x15\x03\x03\x00\x02\x02\x28", b"SSH-2.0-x\r\n", b"HTTP/1.1 soon\r\n\r\n"]
)
async def test_what_is_not_http_is_an_answer_without_status(listen, said: bytes) -> None:
    """Its first bytes are kept."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await reader.read()

    exchange = await driven(await listen(handler), *ASK)
    assert outcomes(exchange) == ["done", "done", "reply"]
    assert exchange.handshake is None or exchange.handshake.status is None
    assert exchange.frames[-1].text == said.hex()


async def test_an_answer_in_pieces_is_waited_for(listen) -> None:
    """Half a head is no answer yet."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in (b"HT", b"TP/1.1 426 Upgrade", b" Required\r\nA: b\r\n", b"\r\nbody"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)

    exchange = await driven(await listen(handler), *ASK)
    assert exchange.handshake is not None
    assert (exchange.handshake.status, exchange.handshake.response_headers) == (426, (("A", "b"),))


async def test_the_end_of_tcp_is_told_with_its_time(listen) -> None:
    """A server that ends the connection of a client that says nothing."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)

    exchange = await driven(await listen(handler), AwaitEnd(timeout_s=PATIENCE_S))
    assert outcomes(exchange) == ["done", "ended"]
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code, exchange.closing.clean) == ("server", None, False)
    assert exchange.closing.at_ns >= 50_000_000


async def test_a_silent_server_is_left_after_the_wait(listen) -> None:
    """Nothing comes: the wait times out, and the client ends the connection."""
    exchange = await driven(await listen(hanging), AwaitEnd(timeout_s=0.05), SendRequest(), Listen(seconds=0))
    assert outcomes(exchange) == ["done", "timeout", "done", "done"]
    assert exchange.closing is not None
    assert exchange.closing.who == "client"


async def test_a_drop_resets_the_connection(listen) -> None:
    """The server sees an error, not an end."""
    seen: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
            seen.set_result("end")
        except ConnectionResetError:
            seen.set_result("reset")

    exchange = await driven(await listen(handler), SendRequest(), Drop())
    assert await asyncio.wait_for(seen, PATIENCE_S) == "reset"
    assert exchange.closing is not None
    assert exchange.closing.who == "client"


async def test_tls_to_a_plain_port_fails_with_its_time(serve) -> None:
    """The step and the time that it took are told."""
    endpoint = await serve(silent, open_timeout=0.1)
    exchange = await driven(endpoint, *ASK, opening=OpenTransport(tls="other"))
    assert outcomes(exchange) == ["failed"]
    assert exchange.failure is not None
    assert exchange.failure.step is ConnectStep.TLS
    assert exchange.closing is None


async def test_a_port_that_never_answers_tls_is_given_up(listen) -> None:
    """The wait is the scenario's."""
    exchange = await driven(await listen(hanging), opening=OpenTransport(tls="other", timeout_s=0.1))
    assert exchange.failure is not None
    assert "no answer in 0.1 s" in exchange.failure.message


async def test_a_plain_request_to_a_tls_port_ends(serve, server_tls) -> None:
    """TLS servers cut such a connection, or answer an alert; either is an answer or an end."""
    endpoint = await serve(silent, ssl=server_tls())
    exchange = await driven(endpoint, *ASK, opening=OpenTransport(tls="other"))
    assert outcomes(exchange)[2] in ("reply", "ended")
    assert exchange.tls is None


async def test_the_transport_of_a_wss_endpoint_is_tls(serve, server_tls) -> None:
    """An answer comes through TLS, whose facts are told; the certificate need not verify."""
    exchange = await driven(await serve(silent, ssl=server_tls()), *ASK)
    assert exchange.handshake is not None
    assert exchange.handshake.status == 426
    assert exchange.tls is not None
    assert exchange.tls.version == "TLSv1.3"


async def test_nothing_is_said_where_no_tls_is_asked_for(listen) -> None:
    """A stalled client of a wss endpoint sends not even a greeting."""
    came: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set_result(await reader.read())

    endpoint = await listen(handler)
    wss = replace(endpoint, url=endpoint.url.replace("ws://", "wss://"))
    await driven(wss, Listen(seconds=0.01), opening=OpenTransport(tls="none"))
    assert await asyncio.wait_for(came, PATIENCE_S) == b""


def old_tls(authority: trustme.CA) -> ssl.SSLContext:
    """Settings of a server that speaks TLS 1.0 and up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


async def test_old_tls_is_really_offered(serve, authority: trustme.CA) -> None:
    """A server that takes TLS 1.1 is found out."""
    endpoint = await serve(silent, ssl=old_tls(authority))
    exchange = await driven(endpoint, opening=OpenTransport(newest_tls="TLSv1.1"))
    assert exchange.tls is not None
    assert exchange.tls.version == "TLSv1.1"


async def test_the_refusal_of_old_tls_is_the_servers(serve, server_tls) -> None:
    """A server of today refuses in the TLS step."""
    endpoint = await serve(silent, ssl=server_tls())
    exchange = await driven(endpoint, opening=OpenTransport(newest_tls="TLSv1.1"))
    assert exchange.tls is None
    assert exchange.failure is not None
    assert exchange.failure.step is ConnectStep.TLS


async def test_nothing_listens(listen) -> None:
    """The step is TCP."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    endpoint = replace(await listen(handler), url="ws://127.0.0.1:1")
    exchange = await driven(endpoint, *ASK)
    assert exchange.failure is not None
    assert exchange.failure.step is ConnectStep.TCP


async def test_a_recorded_bare_exchange_reads_back_equal(serve, tmp_path: Path) -> None:
    """Nothing of it is lost in its file."""
    with Recorder(tmp_path / "bare.jsonl") as recorder:
        exchange = await driven(await serve(silent), *ASK, AwaitEnd(timeout_s=0.01), recorder=recorder)
    assert read_exchange(tmp_path / "bare.jsonl") == exchange


async def test_a_step_that_needs_a_session_is_refused(serve) -> None:
    """A mistake in a scenario is told, not driven."""
    with pytest.raises(ValueError, match="'close' needs a session"):
        await driven(await serve(silent), Close())


async def test_the_server_sees_no_session(serve) -> None:
    """Whatever is driven on a bare transport never reaches the server's handler."""
    sessions: list[ServerConnection] = []

    async def handler(connection: ServerConnection) -> None:
        sessions.append(connection)

    await driven(await serve(handler), *ASK)
    assert sessions == []
