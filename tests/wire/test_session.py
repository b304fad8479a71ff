"""Driving scenarios against real servers on loopback."""

import asyncio
import hashlib
import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websocket

from asrgate.audio.framing import (
    ByBytes,
    ByChunk,
    EmptyFrames,
    Framing,
    OddCuts,
    RandomSizes,
    Stalled,
    Whole,
    frames,
)
from asrgate.audio.source import SyntheticNoise, SyntheticSilence
from asrgate.errors import ConnectStep
from asrgate.wire import session
from asrgate.wire.dialects import FUNASR_2PASS, FUNASR_OFFLINE, FUNASR_PYTHON, Dialect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange, Failure
from asrgate.wire.messages import END_OF_INPUT, encode, opening
from asrgate.wire.recording import Record, Recorder, read_exchange
from asrgate.wire.scenario import (
    AwaitReply,
    AwaitTerminator,
    Close,
    Connect,
    Drop,
    Hold,
    Listen,
    Ping,
    Scenario,
    SendBytes,
    SendText,
    Step,
    StreamAudio,
)
from asrgate.wire.session import Beside, drive
from wire.fake_servers import accept_upgrade, answering, counting, is_end, silent

CONFIG = SendText(text=encode(opening()), role="config")
END = SendText(text=encode(END_OF_INPUT), role="end")
FINAL = {"is_final": True, "text": "", "wav_name": "w"}
PARTIAL = {"is_final": False, "text": "x", "mode": "2pass-online", "wav_name": "w"}
AUDIO = SyntheticNoise(duration_ms=300, seed=1)
# Long enough for any machine; a test that works never waits for it.
PATIENCE_S = 20.0


def pcm(source: SyntheticNoise | SyntheticSilence) -> bytes:
    """Return silence, or audio that differs from place to place, so that a lost or moved frame shows."""
    count = source.duration_ms * source.sample_rate_hz // 1000
    if isinstance(source, SyntheticSilence):
        return bytes(2 * count)
    return b"".join((source.seed + sample * 7919 & 0xFFFF).to_bytes(2, "little") for sample in range(count))


async def driven(
    endpoint: Endpoint,
    *steps: Step,
    dialect: Dialect = FUNASR_2PASS,
    connect: Connect | None = None,
    **options: Any,
) -> Exchange:
    """Drive these steps after a `Connect`."""
    scenario = Scenario(name="test", steps=(connect or Connect(), *steps))
    return await drive(scenario, endpoint=endpoint, dialect=dialect, pcm=pcm, **options)


def outcomes(exchange: Exchange) -> list[str]:
    """Return how each step ended."""
    return [step.outcome for step in exchange.steps]


def texts(exchange: Exchange) -> list[str]:
    """Return the texts of the replies."""
    return [reply.text for _, reply in exchange.replies()]


async def test_executes_the_steps_in_order_and_records_each_frame(serve) -> None:
    """A whole session leaves its frames in order, each with its role, its step and a rising time."""
    endpoint = await serve(counting)
    audio = StreamAudio(audio=AUDIO, framing=ByBytes(size_bytes=4000))
    exchange = await driven(endpoint, CONFIG, audio, END, AwaitTerminator(timeout_s=PATIENCE_S), Close())
    assert outcomes(exchange) == ["done", "done", "done", "done", "terminator", "done"]
    assert [(f.role, f.step) for f in exchange.frames] == [
        ("config", 1),
        ("audio", 2),
        ("audio", 2),
        ("audio", 2),
        ("end", 3),
        ("reply", 4),
    ]
    assert [f.index for f in exchange.frames] == list(range(6))
    assert all(early.at_ns <= late.at_ns for early, late in pairwise(exchange.frames))
    assert [(f.offset, f.size) for f in exchange.sent("audio")] == [(0, 4000), (4000, 4000), (8000, 1600)]
    assert exchange.sent("config")[0].text == CONFIG.text
    assert exchange.url == endpoint.url


FRAMINGS = st.one_of(
    st.builds(ByBytes, size_bytes=st.integers(1, 9000)),
    st.builds(ByChunk, chunk_interval=st.integers(1, 20)),
    st.builds(RandomSizes, seed=st.integers(0, 99)),
    st.builds(OddCuts, seed=st.integers(0, 99)),
    st.just(Whole()),
)


@given(framing=FRAMINGS, duration_ms=st.integers(0, 500), rate=st.sampled_from([8000, 16000]))
@settings(max_examples=25)
def test_sends_the_audio_exactly_whatever_the_framing(framing: Framing, duration_ms: int, rate: int) -> None:
    """The server gets the very bytes of the audio, and the frames are recorded with their true hashes."""
    source = SyntheticNoise(duration_ms=duration_ms, seed=3, sample_rate_hz=rate)

    async def example() -> Exchange:
        async with serve_websocket(counting, "127.0.0.1", 0) as server:
            endpoint = Endpoint(url=f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", subprotocols=())
            audio = StreamAudio(audio=source, framing=framing)
            return await driven(endpoint, CONFIG, audio, END, AwaitTerminator(timeout_s=PATIENCE_S))

    exchange = asyncio.run(example())
    whole = pcm(source)
    assert texts(exchange) == [f"{len(whole)} {hashlib.sha256(whole).hexdigest()}"]
    assert [frame.sha256 for frame in exchange.sent("audio")] == [
        hashlib.sha256(frame.payload).hexdigest() for frame in frames(whole, framing, rate)
    ]


async def test_frames_are_due_at_absolute_instants(serve) -> None:
    """With a pace, a frame is due when its last sample has been spoken, counted from the step's beginning."""
    endpoint = await serve(silent)
    framing = ByChunk()
    exchange = await driven(endpoint, StreamAudio(audio=AUDIO, framing=framing, pace=4.0))
    sent = exchange.sent("audio")
    planned_ms = [frame.due_ms / 4 for frame in frames(pcm(AUDIO), framing, 16000)]
    first_due_ns = sent[0].due_ns
    assert first_due_ns is not None
    due_ms = [(frame.due_ns or 0) - first_due_ns for frame in sent]
    assert due_ms == pytest.approx([(ms - planned_ms[0]) * 1e6 for ms in planned_ms], abs=10)
    assert all(frame.at_ns >= (frame.due_ns or 0) for frame in sent)
    assert first_due_ns == pytest.approx(exchange.steps[1].began_ns + planned_ms[0] * 1e6, abs=50e6)


async def test_audio_without_a_pace_is_never_due(serve) -> None:
    """As fast as the socket takes it means that there is no lateness to speak of."""
    endpoint = await serve(silent)
    exchange = await driven(endpoint, StreamAudio(audio=AUDIO, framing=ByChunk()))
    assert [frame.due_ns for frame in exchange.sent("audio")] == [None] * 5


@pytest.mark.parametrize("pace", [None, 4.0])
async def test_a_stall_holds_audio_back_at_any_pace(serve, pace: float | None) -> None:
    """A pause of the framing is real time: what comes after it is later by as much."""
    endpoint = await serve(silent)
    framing = Stalled(after_ms=120, stall_ms=200)
    exchange = await driven(endpoint, StreamAudio(audio=AUDIO, framing=framing, pace=pace))
    sent = exchange.sent("audio")
    # At a pace the instant that was planned counts: a frame before the stall may have been sent late.
    planned_ns = [frame.at_ns if frame.due_ns is None else frame.due_ns for frame in sent]
    waited_ms = [(after - before) / 1e6 for before, after in pairwise(planned_ns)]
    assert waited_ms[1] >= 199
    assert all(f.due_ns is None or f.at_ns >= f.due_ns for f in sent)


async def test_empty_messages_are_sent(serve) -> None:
    """A message without a byte is a message."""
    endpoint = await serve(silent)
    exchange = await driven(endpoint, StreamAudio(audio=AUDIO, framing=EmptyFrames(every=2)))
    assert [frame.size for frame in exchange.sent("audio")] == [1920, 1920, 0, 1920, 1920, 0, 1920]


async def test_tells_how_much_audio_was_sent(serve) -> None:
    """The seconds told to `on_audio` add up to the audio."""
    endpoint = await serve(silent)
    told: list[float] = []
    await driven(endpoint, StreamAudio(audio=AUDIO, framing=ByChunk()), on_audio=told.append)
    assert sum(told) == pytest.approx(0.3)
    assert len(told) == 5


async def test_a_terminator_that_came_before_the_end_frame_does_not_count(serve) -> None:
    """Only what arrives after an end frame can answer it."""

    async def hasty(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(json.dumps(FINAL))
        await silent(connection)

    endpoint = await serve(hasty)
    exchange = await driven(
        endpoint, CONFIG, AwaitReply(timeout_s=PATIENCE_S), END, AwaitTerminator(timeout_s=0.1), Close()
    )
    assert outcomes(exchange) == ["done", "done", "reply", "done", "timeout", "done"]


async def test_waits_for_one_terminator_per_outstanding_end_frame(serve) -> None:
    """With two end frames sent, the first answer alone does not end the waiting."""
    ends = 0

    async def pairing(connection: ServerConnection) -> None:
        nonlocal ends
        async for message in connection:
            ends += is_end(message)
            if ends == 2:
                await connection.send(json.dumps(FINAL | {"text": "first"}))
                await connection.send(json.dumps(PARTIAL))
                await connection.send(json.dumps(FINAL | {"text": "second"}))

    endpoint = await serve(pairing)
    exchange = await driven(endpoint, CONFIG, END, END, AwaitTerminator(timeout_s=PATIENCE_S))
    assert texts(exchange) == ["first", "x", "second"]
    assert outcomes(exchange)[-1] == "terminator"


async def test_a_doubled_terminator_does_not_answer_the_next_end_frame(serve) -> None:
    """A second final for the first utterance is not taken for the final of the second."""
    ends = 0

    async def doubling_first(connection: ServerConnection) -> None:
        nonlocal ends
        async for message in connection:
            if is_end(message):
                ends += 1
                for _ in range(2 if ends == 1 else 0):
                    await connection.send(json.dumps(FINAL))

    endpoint = await serve(doubling_first)
    wait = AwaitTerminator(timeout_s=PATIENCE_S)
    steps = (CONFIG, END, wait, Ping(payload_hex="01"), END, replace(wait, timeout_s=0.1))
    exchange = await driven(endpoint, *steps)
    assert outcomes(exchange)[-4:] == ["terminator", "pong", "done", "timeout"]


@pytest.mark.parametrize(
    ("dialect", "replies", "outcome"),
    [
        (FUNASR_2PASS, [PARTIAL, FINAL], "terminator"),
        (FUNASR_2PASS, [PARTIAL], "timeout"),
        (FUNASR_OFFLINE, [{"mode": "offline", "text": "", "is_final": False}], "terminator"),
        (FUNASR_PYTHON, [{"mode": "2pass-offline", "text": "x", "is_final": True}], "timeout"),
        (FUNASR_PYTHON, [{"mode": "2pass", "is_final": True, "is_end": True}], "terminator"),
    ],
)
async def test_the_dialect_says_what_terminates(serve, dialect: Dialect, replies: list, outcome: str) -> None:
    """Each dialect has its own terminating message."""
    endpoint = await serve(answering(*replies))
    timeout_s = PATIENCE_S if outcome == "terminator" else 0.1
    exchange = await driven(endpoint, CONFIG, END, AwaitTerminator(timeout_s=timeout_s), dialect=dialect)
    assert outcomes(exchange)[-1] == outcome


async def test_messages_that_are_no_replies_are_recorded_and_terminate_nothing(serve) -> None:
    """Binary messages and broken JSON are evidence, and never the end of an utterance."""

    async def odd(connection: ServerConnection) -> None:
        async for message in connection:
            if is_end(message):
                await connection.send(b"\x00\x01")
                await connection.send("{broken")
                await connection.send("[1]")

    endpoint = await serve(odd)
    exchange = await driven(endpoint, END, AwaitTerminator(timeout_s=0.1), dialect=FUNASR_OFFLINE)
    assert outcomes(exchange) == ["done", "done", "timeout"]
    received = exchange.received()
    assert [(frame.kind, frame.size, frame.text) for frame in received] == [
        ("binary", 2, None),
        ("text", 7, "{broken"),
        ("text", 3, "[1]"),
    ]
    assert received[0].sha256 == hashlib.sha256(b"\x00\x01").hexdigest()
    assert list(exchange.replies()) == []


async def test_a_server_that_closes_ends_the_scenario_there(serve) -> None:
    """The step that was under way is `ended`, later ones are not done, and the close is told in full."""

    async def closing(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(4001, "go away")

    endpoint = await serve(closing)
    exchange = await driven(endpoint, CONFIG, AwaitReply(timeout_s=PATIENCE_S), END, Close())
    assert outcomes(exchange) == ["done", "done", "ended"]
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code, exchange.closing.reason) == (
        "server",
        4001,
        "go away",
    )
    assert exchange.closing.clean
    assert exchange.closing.took_ms is None


async def test_a_message_before_the_close_is_not_lost(serve) -> None:
    """What a server says right before it closes is recorded, and counts."""

    async def last_word(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(json.dumps(FINAL))
        await connection.close(1000)

    endpoint = await serve(last_word)
    exchange = await driven(endpoint, END, AwaitTerminator(timeout_s=PATIENCE_S), Listen(seconds=PATIENCE_S))
    assert outcomes(exchange)[2] == "terminator"
    assert len(exchange.received()) == 1
    assert exchange.closing is not None
    assert exchange.closing.who == "server"


async def test_a_connection_that_just_ends_was_ended_by_the_network(serve) -> None:
    """Without a close frame nobody can be named, and there is no code."""

    async def dropping(connection: ServerConnection) -> None:
        await connection.recv()
        connection.transport.abort()

    endpoint = await serve(dropping)
    exchange = await driven(endpoint, CONFIG, Listen(seconds=PATIENCE_S), END)
    assert outcomes(exchange) == ["done", "done", "ended"]
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code, exchange.closing.clean) == ("network", None, False)


async def test_streaming_stops_where_the_connection_ends(serve) -> None:
    """A server that leaves in the middle of the audio gets no more of it."""

    async def leaving(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(1011, "out of memory")

    endpoint = await serve(leaving)
    audio = SyntheticNoise(duration_ms=30_000)
    exchange = await driven(endpoint, StreamAudio(audio=audio, framing=ByChunk(), pace=1.0), END)
    assert outcomes(exchange) == ["done", "ended"]
    assert 1 <= len(exchange.sent("audio")) < 500


async def test_close_is_acknowledged(serve) -> None:
    """Our close is clean when the server answers it and ends TCP."""
    endpoint = await serve(silent)
    exchange = await driven(endpoint, Close(code=1001, reason="leaving"))
    assert outcomes(exchange) == ["done", "done"]
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code, exchange.closing.reason) == (
        "client",
        1001,
        "leaving",
    )
    assert exchange.closing.clean
    assert exchange.closing.took_ms is not None


async def test_a_close_that_nobody_answers_times_out(listen) -> None:
    """A server that ignores our close frame leaves a close that is not clean."""

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept_upgrade(reader, writer)
        await asyncio.Event().wait()

    endpoint = await listen(deaf)
    exchange = await driven(endpoint, Close(timeout_s=0.2))
    assert outcomes(exchange) == ["done", "timeout"]
    assert exchange.closing is not None
    assert not exchange.closing.clean
    assert exchange.closing.took_ms is not None
    assert exchange.closing.took_ms >= 200


async def test_a_session_left_open_is_closed(serve) -> None:
    """A scenario without a close does not leave its connection behind."""
    codes: asyncio.Queue[int | None] = asyncio.Queue()

    async def watching(connection: ServerConnection) -> None:
        await connection.wait_closed()
        codes.put_nowait(connection.close_code)

    endpoint = await serve(watching)
    exchange = await driven(endpoint, CONFIG)
    assert outcomes(exchange) == ["done", "done"]
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code) == ("client", 1000)
    assert await codes.get() == 1000


async def test_drop_resets_the_connection(serve) -> None:
    """The server sees a connection that ends without a close frame."""
    codes: asyncio.Queue[int | None] = asyncio.Queue()

    async def watching(connection: ServerConnection) -> None:
        await connection.wait_closed()
        codes.put_nowait(connection.close_code)

    endpoint = await serve(watching)
    exchange = await driven(endpoint, CONFIG, Drop(), END)
    assert outcomes(exchange) == ["done", "done", "done"]
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code, exchange.closing.clean) == ("client", None, False)
    assert await codes.get() == 1006


async def test_ping_is_answered_by_its_own_pong(serve) -> None:
    """Ping and pong are recorded with their payloads."""
    endpoint = await serve(silent)
    exchange = await driven(endpoint, Ping(payload_hex="00FF"))
    assert outcomes(exchange) == ["done", "pong"]
    assert [(f.direction, f.kind, f.role, f.text) for f in exchange.frames] == [
        ("sent", "ping", "control", "00ff"),
        ("received", "pong", "control", "00ff"),
    ]


async def test_a_pong_with_another_payload_is_no_answer(listen) -> None:
    """Only the identical payload counts (RFC 6455, section 5.5.3)."""

    async def mixing_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept_upgrade(reader, writer)
        await reader.read(100)
        writer.write(b"\x8a\x01z")
        await reader.read()

    endpoint = await listen(mixing_up)
    exchange = await driven(endpoint, Ping(payload_hex="61", timeout_s=0.2), Drop())
    assert outcomes(exchange) == ["done", "timeout", "done"]
    assert [frame.text for frame in exchange.frames] == ["61", b"z".hex()]


async def test_pings_of_the_server_are_recorded_with_our_pongs(serve) -> None:
    """The exchange shows that the server pinged, and that it was answered."""

    async def pinging(connection: ServerConnection) -> None:
        await (await connection.ping(b"hello"))
        await connection.send("{}")
        await silent(connection)

    endpoint = await serve(pinging)
    exchange = await driven(endpoint, AwaitReply(timeout_s=PATIENCE_S))
    assert [(f.direction, f.kind, f.text) for f in exchange.frames[:2]] == [
        ("received", "ping", b"hello".hex()),
        ("sent", "pong", b"hello".hex()),
    ]


async def test_text_that_is_not_utf8_goes_out_as_it_is(serve) -> None:
    """A server that follows RFC 6455 closes with 1007."""
    endpoint = await serve(silent)
    exchange = await driven(
        endpoint, SendBytes(payload_hex="7bff7d", opcode="text"), Listen(seconds=PATIENCE_S)
    )
    assert exchange.closing is not None
    assert (exchange.closing.who, exchange.closing.code) == ("server", 1007)
    assert (exchange.frames[0].kind, exchange.frames[0].size, exchange.frames[0].text) == ("text", 3, None)


async def test_bytes_go_out_as_binary_unless_told_otherwise(serve) -> None:
    """Raw frames are recorded by size and hash."""
    seen: list[str | bytes] = []

    async def remembering(connection: ServerConnection) -> None:
        async for message in connection:
            seen.append(message)

    endpoint = await serve(remembering)
    exchange = await driven(
        endpoint, SendBytes(payload_hex="000102"), SendBytes(payload_hex="7b7d", opcode="text"), Close()
    )
    assert seen == [b"\x00\x01\x02", "{}"]
    binary, text = exchange.sent("other")
    assert (binary.kind, binary.sha256) == ("binary", hashlib.sha256(b"\x00\x01\x02").hexdigest())
    assert (text.kind, text.text) == ("text", "{}")


async def test_a_server_that_takes_no_data_is_given_up(listen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streaming to a server that stopped reading ends, and says why."""
    monkeypatch.setattr(session, "STALL_S", 0.3)

    async def full(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept_upgrade(reader, writer)
        writer.transport.pause_reading()
        await asyncio.Event().wait()

    endpoint = await listen(full)
    audio = StreamAudio(audio=SyntheticSilence(duration_ms=500_000), framing=ByBytes(size_bytes=2**20))
    exchange = await driven(endpoint, audio, END)
    assert outcomes(exchange) == ["done", "timeout"]
    assert exchange.failure is not None
    assert "took no data" in exchange.failure.message
    assert exchange.closing is not None
    assert exchange.closing.who == "client"


async def test_compression_is_offered_only_when_asked_for(serve) -> None:
    """`permessage-deflate` is negotiated by a scenario that wants it, and works."""
    endpoint = await serve(answering(FINAL | {"text": "好" * 500}))
    wait = AwaitTerminator(timeout_s=PATIENCE_S)
    plain = await driven(endpoint, CONFIG, END, wait)
    compressed = await driven(endpoint, CONFIG, END, wait, connect=Connect(compression=True))
    assert texts(plain) == texts(compressed) == ["好" * 500]
    assert "permessage-deflate" not in str(plain.handshake)
    assert compressed.handshake is not None
    answered = dict(compressed.handshake.response_headers)
    assert "permessage-deflate" in answered["Sec-WebSocket-Extensions"]


async def test_the_scenario_may_choose_path_and_subprotocols(serve) -> None:
    """What the scenario says replaces what the endpoint says."""
    paths: list[str] = []

    async def remembering(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append(connection.request.path)
        await silent(connection)

    endpoint = replace(await serve(remembering, subprotocols=None), subprotocols=())
    exchange = await driven(endpoint, connect=Connect(path="/wss/?x=1", subprotocols=("binary",)))
    assert paths == ["/wss/?x=1"]
    assert exchange.handshake is not None
    assert exchange.handshake.subprotocol is None
    assert ("Sec-WebSocket-Protocol", "binary") in exchange.handshake.request_headers
    plain = await driven(endpoint)
    assert "Sec-WebSocket-Protocol" not in str(plain.handshake)


async def test_the_handshake_is_recorded(serve) -> None:
    """Status, accepted key, subprotocol and the time of each step are there."""
    exchange = await driven(await serve(silent))
    handshake = exchange.handshake
    assert handshake is not None
    assert (handshake.status, handshake.accept_valid, handshake.subprotocol) == (101, True, "binary")
    assert handshake.tls_ms is None
    parts = (handshake.name_ms, handshake.tcp_ms, handshake.upgrade_ms)
    assert all(part is not None and part > 0 for part in parts)
    assert handshake.total_ms >= sum(part or 0 for part in parts)


async def test_secrets_are_never_recorded(serve, tmp_path: Path) -> None:
    """Headers of the user, credentials in the URL and cookies leave no trace in exchange or file."""
    endpoint = await serve(silent)
    url = endpoint.url.replace("://", "://user:hunter2@") + "/?token=hunter2"
    headers = (("X-Api-Key", "hunter2"), ("Cookie", "session=hunter2"))
    secretive = replace(endpoint, url=url, headers=headers)
    with Recorder(tmp_path / "x.jsonl") as recorder:
        exchange = await driven(secretive, CONFIG, recorder=recorder)
    assert exchange.handshake is not None
    sent = dict(exchange.handshake.request_headers)
    assert (sent["X-Api-Key"], sent["Cookie"], sent["Authorization"]) == ("***", "***", "***")
    assert "hunter2" not in repr(exchange)
    assert "hunter2" not in recorder.path.read_text()


async def test_a_failure_to_connect_is_part_of_the_exchange(unused_tcp_port_factory) -> None:
    """Nothing is raised: the exchange has a failure, and no step but the first."""
    endpoint = Endpoint(url=f"ws://127.0.0.1:{unused_tcp_port_factory()}")
    exchange = await driven(endpoint, CONFIG, END)
    assert outcomes(exchange) == ["failed"]
    assert exchange.failure is not None
    assert exchange.failure.step is ConnectStep.TCP
    assert exchange.closing is None


class _Noticing:
    """A sink that tells when something failed."""

    def __init__(self) -> None:
        self.failed = asyncio.Event()

    def write(self, record: Record, /) -> None:
        """Look at one record."""
        if isinstance(record, Failure):
            self.failed.set()


async def test_a_patient_client_gets_in_when_the_server_is_there(unused_tcp_port_factory) -> None:
    """The session opens after all; its exchange says why it did not at first, and how long it took."""
    port, noticing = unused_tcp_port_factory(), _Noticing()
    endpoint = Endpoint(url=f"ws://127.0.0.1:{port}")
    driving = asyncio.create_task(
        driven(endpoint, Close(), connect=Connect(patience_s=PATIENCE_S), recorder=noticing)
    )
    await noticing.failed.wait()
    async with serve_websocket(silent, "127.0.0.1", port):
        exchange = await driving
    assert outcomes(exchange) == ["done", "done"]
    assert exchange.handshake is not None
    assert exchange.failure is not None
    assert exchange.failure.step is ConnectStep.TCP
    assert exchange.steps[0].ended_ns > exchange.handshake.total_ms * 1e6


async def test_a_session_holds_until_those_beside_it_are_over(serve) -> None:
    """It tells that it holds, and goes on when it is told to."""
    endpoint, beside = await serve(silent), Beside()
    driving = asyncio.create_task(driven(endpoint, Hold(), Close(), beside=beside))
    await beside.held.wait()
    assert not driving.done()
    beside.over.set()
    assert outcomes(await driving) == ["done", "done", "done"]


async def test_a_session_that_is_ended_holds_no_longer(serve) -> None:
    """A canary whose server dies does not wait for the others."""

    async def leaving(connection: ServerConnection) -> None:
        await beside.held.wait()
        connection.transport.abort()

    beside = Beside()
    exchange = await driven(await serve(leaving), Hold(), Close(), beside=beside)
    assert outcomes(exchange) == ["done", "ended"]
    assert exchange.closing is not None
    assert exchange.closing.who == "network"


async def test_a_session_alone_has_nothing_to_hold_for(serve) -> None:
    """A saved canary can be driven again by itself."""
    assert outcomes(await driven(await serve(silent), Hold(), Close())) == ["done", "done", "done"]


async def test_bytes_are_sent_many_times_over_in_one_frame(serve) -> None:
    """A large message is a short scenario."""
    exchange = await driven(await serve(silent), SendBytes(payload_hex="0102", times=3), Close())
    (frame,) = exchange.sent("other")
    assert (frame.size, frame.sha256) == (6, hashlib.sha256(b"\1\2" * 3).hexdigest())


async def test_a_refused_upgrade_keeps_its_status(serve) -> None:
    """The handshake of a refused session is recorded with what the server answered."""
    endpoint = replace(await serve(silent), subprotocols=())

    async def refusing(connection: ServerConnection, request: Any) -> Any:
        return connection.respond(403, "no\n")

    refused = await driven(replace(await serve(silent, process_request=refusing), subprotocols=()))
    assert refused.handshake is not None
    assert refused.handshake.status == 403
    assert refused.failure is not None
    assert refused.failure.step is ConnectStep.HTTP
    assert (await driven(endpoint)).handshake is not None


async def test_tls_facts_are_recorded(serve, server_tls: Callable[..., ssl.SSLContext], trusting) -> None:
    """A certificate that verifies is described."""
    endpoint = trusting(await serve(answering(FINAL), ssl=server_tls()))
    exchange = await driven(endpoint, CONFIG, END, AwaitTerminator(timeout_s=PATIENCE_S), Close())
    assert outcomes(exchange)[-2:] == ["terminator", "done"]
    tls = exchange.tls
    assert tls is not None
    assert (tls.verified, tls.verify_error) == (True, None)
    assert tls.names == ("127.0.0.1",)
    assert tls.version in ("TLSv1.2", "TLSv1.3")
    assert len(tls.fingerprint_sha256) == 64
    assert "trustme" in tls.issuer
    assert exchange.handshake is not None
    assert exchange.handshake.tls_ms is not None


async def test_an_insecure_session_still_tells_why_the_certificate_fails(serve, server_tls) -> None:
    """With verification off, the reason why it would fail is recorded."""
    expired = replace(await serve(silent, ssl=server_tls(expired=True)), insecure=True)
    exchange = await driven(expired)
    assert exchange.tls is not None
    assert not exchange.tls.verified
    assert exchange.tls.verify_error


async def test_drop_works_over_tls(serve, server_tls, trusting) -> None:
    """An abort does not wait for TLS to say goodbye."""
    exchange = await driven(trusting(await serve(silent, ssl=server_tls())), CONFIG, Drop())
    assert outcomes(exchange) == ["done", "done", "done"]


async def test_many_sessions_at_once_do_not_mix(serve) -> None:
    """Each of twenty concurrent sessions gets the answer to its own audio under its own name."""
    endpoint = await serve(counting)

    async def one(number: int) -> Exchange:
        source = SyntheticNoise(duration_ms=200 + 10 * number, seed=number)
        config = SendText(text=encode(opening(wav_name=f"s{number}")), role="config")
        audio = StreamAudio(audio=source, framing=RandomSizes(seed=number), pace=2.0)
        return await driven(endpoint, config, audio, END, AwaitTerminator(timeout_s=PATIENCE_S), Close())

    exchanges = await asyncio.gather(*(one(number) for number in range(20)))
    for number, exchange in enumerate(exchanges):
        whole = pcm(SyntheticNoise(duration_ms=200 + 10 * number, seed=number))
        digest = hashlib.sha256(whole).hexdigest()
        ((_, reply),) = exchange.replies()
        assert (reply.wav_name, reply.text) == (f"s{number}", f"{len(whole)} {digest}")


async def test_a_cancelled_session_is_cut_and_its_file_still_reads(serve, tmp_path: Path) -> None:
    """Ctrl-C in the middle leaves an exchange of what had happened."""
    streaming = asyncio.Event()

    async def watching(connection: ServerConnection) -> None:
        async for message in connection:
            if isinstance(message, bytes):
                streaming.set()

    endpoint = await serve(watching)
    audio = StreamAudio(audio=SyntheticNoise(duration_ms=60_000), framing=ByChunk(), pace=1.0)
    with Recorder(tmp_path / "x.jsonl") as recorder:
        task = asyncio.create_task(driven(endpoint, CONFIG, audio, END, recorder=recorder))
        await streaming.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    exchange = read_exchange(recorder.path)
    assert outcomes(exchange) == ["done", "done"]
    assert exchange.sent("audio")
    assert exchange.closing is not None
    assert exchange.closing.who == "client"


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ((CONFIG,), "one Connect"),
        ((Connect(), Connect()), "one Connect"),
        ((Connect(), Ping(payload_hex="aa"), Ping(payload_hex="AA")), "different payloads"),
    ],
)
async def test_refuses_a_scenario_that_makes_no_sense(steps: tuple[Step, ...], reason: str) -> None:
    """That is a mistake of whoever wrote it, not something that happened."""
    scenario = Scenario(name="wrong", steps=steps)
    with pytest.raises(ValueError, match=reason):
        await drive(scenario, endpoint=Endpoint(url="ws://127.0.0.1:9"), dialect=FUNASR_2PASS, pcm=pcm)
