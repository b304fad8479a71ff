"""Driving what polite clients do not send, and sessions that are opened in unusual ways."""

import asyncio

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request

from asrgate.audio.framing import ByBytes
from asrgate.audio.source import SyntheticSilence
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import END_OF_INPUT, encode, opening
from asrgate.wire.scenario import (
    AwaitEnd,
    AwaitTerminator,
    Close,
    Connect,
    Scenario,
    SendFrame,
    SendRequest,
    SendText,
    Step,
    StreamAudio,
)
from asrgate.wire.session import drive

from .fake_servers import accept_upgrade, answering, counting, silent

CONFIG = SendText(text=encode(opening(wav_name="名字")), role="config", fragments=7)
END = SendText(text=encode(END_OF_INPUT), role="end", fragments=2)
AUDIO = StreamAudio(audio=SyntheticSilence(duration_ms=300), framing=ByBytes(size_bytes=4001), fragments=3)
# Long enough for any machine; a test that works never waits for it.
PATIENCE_S = 20.0
EMPTY_FINAL = {"is_final": True, "text": "", "wav_name": "w"}


async def driven(endpoint: Endpoint, *steps: Step, connect: Connect | None = None) -> Exchange:
    """Drive these steps after a `Connect`."""
    scenario = Scenario(name="test", steps=(connect or Connect(), *steps))
    return await drive(scenario, endpoint=endpoint, dialect=FUNASR_2PASS, pcm=lambda source: bytes(9600))


async def test_messages_in_fragments_arrive_whole(serve) -> None:
    """Text is cut within its characters, audio within its samples; each message is recorded once."""
    exchange = await driven(
        await serve(counting), CONFIG, AUDIO, END, AwaitTerminator(timeout_s=PATIENCE_S), Close()
    )
    ((_, reply),) = exchange.replies()
    assert (reply.text_or_empty.split()[0], reply.wav_name) == ("9600", "名字")
    assert [frame.size for frame in exchange.sent("audio")] == [4001, 4001, 1598]
    assert len(exchange.sent("config")) == len(exchange.sent("end")) == 1


async def test_a_ping_goes_between_fragments(serve) -> None:
    """One for each message, each with a payload of its own, and each gets its pong."""
    exchange = await driven(
        await serve(counting), CONFIG, AUDIO, END, AwaitTerminator(timeout_s=PATIENCE_S), Close()
    )
    pings = [f.text for f in exchange.frames if f.kind == "ping" and f.direction == "sent"]
    pongs = [f.text for f in exchange.frames if f.kind == "pong" and f.direction == "received"]
    assert len(set(pings)) == 5
    assert pongs == pings


async def test_fragments_are_frames(listen) -> None:
    """On the wire: a first frame that does not end the message, a ping, and continuations."""
    opcodes: list[int] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept_upgrade(reader, writer)
        while True:
            first, second = await reader.readexactly(2)
            opcodes.append(first)
            await reader.readexactly(4 + (second & 0x7F))

    text = SendText(text="abcdef", fragments=3)
    await driven(await listen(handler), text, Close(timeout_s=0.2))
    assert opcodes == [0x01, 0x89, 0x00, 0x00, 0x80, 0x88]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (SendFrame(opcode=1, payload_hex="6869", masked=False), "mask"),
        (SendFrame(opcode=3), "opcode"),
        (SendFrame(opcode=2, payload_hex="00", rsv1=True), "reserved"),
        (SendFrame(opcode=9, fin=False), "fragment"),
    ],
)
async def test_frames_against_the_rules_reach_the_server(serve, frame: SendFrame, reason: str) -> None:
    """The server closes with 1002 and says why: it got what the scenario says."""
    exchange = await driven(await serve(silent), frame, AwaitEnd(timeout_s=PATIENCE_S), Close())
    assert [step.outcome for step in exchange.steps] == ["done", "done", "ended"]
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code) == ("server", 1002)
    assert reason in exchange.closing.reason
    assert [(f.kind, f.role) for f in exchange.frames] == [("raw", "other")]


async def test_a_server_that_stays_is_waited_for_until_the_timeout(serve) -> None:
    """Then the session goes on."""
    exchange = await driven(await serve(silent), AwaitEnd(timeout_s=0.01), Close())
    assert [step.outcome for step in exchange.steps] == ["done", "timeout", "done"]


async def test_the_servers_close_code_is_told(serve) -> None:
    """A close that is answered tells the code of the answer."""
    exchange = await driven(await serve(silent), Close(code=1001))
    assert exchange.closing is not None
    assert (exchange.closing.code, exchange.closing.answered) == (1001, 1001)


async def test_a_wrong_answer_to_a_close_is_told(listen) -> None:
    """As it came, whatever was sent."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept_upgrade(reader, writer)
        await reader.readexactly(2)
        writer.write(b"\x88\x02\x03\xf3")
        await writer.drain()

    exchange = await driven(await listen(handler), Close())
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code, exchange.closing.answered) == ("client", 1000, 1011)


async def test_origin_and_anonymity_are_the_scenarios(serve) -> None:
    """An origin is sent when there is one, the endpoint's headers unless left out."""
    asked: list[Request] = []

    async def handler(connection: ServerConnection) -> None:
        assert connection.request is not None
        asked.append(connection.request)

    plain = await serve(handler)
    endpoint = Endpoint(url=plain.url, headers=(("Authorization", "Bearer x"),))
    await driven(endpoint)
    await driven(endpoint, connect=Connect(origin="https://elsewhere.example"))
    await driven(endpoint, connect=Connect(anonymous=True))
    told = [(request.headers.get("Origin"), request.headers.get("Authorization")) for request in asked]
    assert told == [(None, "Bearer x"), ("https://elsewhere.example", "Bearer x"), (None, None)]


async def test_idle_sessions_are_held_beside(serve) -> None:
    """They are open while the session is driven, and closed when it is over."""
    open_now: set[ServerConnection] = set()
    most = 0

    async def handler(connection: ServerConnection) -> None:
        nonlocal most
        open_now.add(connection)
        most = max(most, len(open_now))
        await answering(EMPTY_FINAL)(connection)
        open_now.discard(connection)

    exchange = await driven(
        await serve(handler), END, AwaitTerminator(timeout_s=PATIENCE_S), connect=Connect(idle_beside=25)
    )
    assert [step.outcome for step in exchange.steps] == ["done", "done", "terminator"]
    assert most == 26
    assert open_now == set()
    assert exchange.failure is None


async def test_idle_sessions_that_are_refused_are_told(serve) -> None:
    """How many were accepted, and why no more; the session itself is tried all the same."""
    accepted = 0

    def limit(connection: ServerConnection, request: Request):
        nonlocal accepted
        accepted += 1
        return connection.respond(503, "full") if accepted > 12 else None

    exchange = await driven(
        await serve(silent, process_request=limit), Close(), connect=Connect(idle_beside=40)
    )
    assert exchange.failure is not None
    assert exchange.handshake is not None
    assert exchange.handshake.status == 503


async def test_a_step_of_a_bare_transport_is_refused(serve) -> None:
    """A mistake in a scenario is told, not driven."""
    with pytest.raises(ValueError, match="'request' cannot follow Connect"):
        await driven(await serve(silent), SendRequest())
