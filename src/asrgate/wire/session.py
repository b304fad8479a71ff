"""Drive a scenario against an endpoint, once, and record everything that happens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NoReturn

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode
from websockets.protocol import State

from asrgate.wire.bare import run_bare
from asrgate.wire.connection import open_session
from asrgate.wire.dialects import Dialect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange, Failure, FrameKind, FrameRole, Outcome
from asrgate.wire.idle import idle_sessions
from asrgate.wire.planned import PcmOf, PlannedFrame, planned_audio
from asrgate.wire.recording import Head, RecordSink, exchange_of
from asrgate.wire.scenario import (
    AwaitEnd,
    AwaitReply,
    AwaitTerminator,
    Close,
    Connect,
    Drop,
    Hold,
    Listen,
    OpenTransport,
    Ping,
    Scenario,
    SendBytes,
    SendFrame,
    SendText,
    Step,
    StreamAudio,
)
from asrgate.wire.transport import reset
from asrgate.wire.witness import SHOWN_BYTES, SessionEnded, Witness

STALL_S = 30.0
"""A server that takes no data for so long is given up."""

_POLITE_CLOSE = Close()
_RETRY_S = 0.25

OnAudio = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Beside:
    """Sessions driven beside one that holds: `held` tells that it does, `over` that they are over."""

    held: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


async def drive(
    scenario: Scenario,
    *,
    endpoint: Endpoint,
    dialect: Dialect,
    pcm: PcmOf,
    recorder: RecordSink | None = None,
    on_audio: OnAudio | None = None,
    beside: Beside | None = None,
) -> Exchange:
    """Execute the steps in order on one connection and return what happened.

    What goes wrong on the wire never raises: the exchange tells it. Steps that were not reached are not in
    `Exchange.steps`. A session that is still open after the last step is closed with 1000.

    Args:
        scenario: What to do; it begins with `Connect`.
        endpoint: Where.
        dialect: Says which reply ends an utterance.
        pcm: Gives the audio of a source as mono 16-bit PCM; called in a worker thread before connecting, so
            that nothing but the network can delay a frame.
        recorder: Gets every record as it happens.
        on_audio: Called after each audio frame with the seconds of audio that it held.
        beside: The sessions that a `Hold` waits for.

    Raises:
        ValueError: the scenario does not begin with the one step that opens a connection, two of its pings
            look alike, or one of its steps needs a session and it opens none.
        UsageError: `pcm` or the endpoint's CA file cannot be used.
    """
    opening = _opening_step(scenario)
    audio = await asyncio.to_thread(planned_audio, scenario, pcm)
    witness = Witness(dialect, recorder)
    witness.write(
        Head(
            scenario=scenario,
            dialect=dialect.name,
            url=endpoint.public_url,
            started_at=datetime.now().astimezone().isoformat(timespec="milliseconds"),
        )
    )
    if isinstance(opening, OpenTransport):
        await run_bare(opening, scenario.steps[1:], endpoint, witness)
        return exchange_of(witness.records)
    async with idle_sessions(endpoint, opening.idle_beside) as (opened, refusal):
        if refusal is not None:
            said = f"only {opened} of {opening.idle_beside} idle sessions were accepted: {refusal.sentence}"
            witness.write(Failure(step=refusal.step, message=said))
        connection = await _opened(endpoint, opening, _close_timeout_s(scenario), witness)
        if connection is not None:
            await _Session(connection, witness, audio, on_audio, beside).run(scenario.steps)
    return exchange_of(witness.records)


def _opening_step(scenario: Scenario) -> Connect | OpenTransport:
    first, *rest = scenario.steps
    openings = (Connect, OpenTransport)
    if not isinstance(first, openings) or any(isinstance(step, openings) for step in rest):
        expected = "expected one Connect or OpenTransport, as the first step"
        raise ValueError(f"scenario {scenario.name!r}: {expected}")
    payloads = [step.payload_hex.lower() for step in rest if isinstance(step, Ping)]
    if len(set(payloads)) < len(payloads):
        # A late pong for the first would be taken for the answer to the second.
        raise ValueError(f"scenario {scenario.name!r}: expected pings with different payloads")
    return first


def _close_timeout_s(scenario: Scenario) -> float:
    closes = (step for step in scenario.steps if isinstance(step, Close))
    return next(closes, _POLITE_CLOSE).timeout_s


async def _opened(
    endpoint: Endpoint, step: Connect, close_timeout_s: float, witness: Witness
) -> ClientConnection | None:
    """Execute the first step and return the connection, None when there is none."""
    attempt = await open_session(
        endpoint, step, on_control=witness.on_control, close_timeout_s=close_timeout_s
    )
    while attempt.diagnosis is not None and witness.now_ns < step.patience_s * 1e9:
        if not witness.failed:
            witness.write(Failure(step=attempt.diagnosis.step, message=attempt.diagnosis.sentence))
        await asyncio.sleep(_RETRY_S)
        attempt = await open_session(
            endpoint, step, on_control=witness.on_control, close_timeout_s=close_timeout_s
        )
    for facts in (attempt.handshake, attempt.tls):
        if facts is not None:
            witness.write(facts)
    if attempt.diagnosis is not None:
        witness.write(Failure(step=attempt.diagnosis.step, message=attempt.diagnosis.sentence))
    witness.note_step(0, "failed" if attempt.session is None else "done")
    return attempt.session


class _Stalled(Exception):
    """The server takes no more data."""


class _Session:
    """Executes steps on an open connection."""

    def __init__(
        self,
        connection: ClientConnection,
        witness: Witness,
        audio: dict[int, tuple[PlannedFrame, ...]],
        on_audio: OnAudio | None,
        beside: Beside | None,
    ) -> None:
        self._connection = connection
        self._witness = witness
        self._audio = audio
        self._on_audio = on_audio
        self._beside = beside
        self._pings_between = 0

    async def run(self, steps: tuple[Step, ...]) -> None:
        """Execute the steps after the first, and leave the connection closed."""
        reader = asyncio.create_task(self._read())
        try:
            for index, step in enumerate(steps[1:], 1):
                await self._run_step(index, step)
                if self._witness.closing is not None:
                    return
            with suppress(SessionEnded):
                await self._close(_POLITE_CLOSE)
        finally:
            if self._witness.closing is None:
                self._witness.note_drop()
                self._connection.transport.abort()
            await reader

    async def _read(self) -> None:
        try:
            while True:
                self._witness.on_message(await self._connection.recv())
        except ConnectionClosed as closed:
            self._witness.on_end(closed)

    async def _run_step(self, index: int, step: Step) -> None:
        self._witness.step = index
        began_ns = self._witness.now_ns
        try:
            outcome = await self._execute(step)
        except SessionEnded:
            outcome = "ended"
        except _Stalled:
            outcome = "timeout"
            message = f"The server took no data for {STALL_S:g} s; the session was given up."
            self._witness.write(Failure(step=None, message=message))
            await self._drop()
        self._witness.note_step(began_ns, outcome)

    async def _execute(self, step: Step) -> Outcome:
        witness, now_s = self._witness, asyncio.get_running_loop().time()
        match step:
            case SendText():
                await self._send(
                    step.text.encode(),
                    kind="text",
                    role=step.role,
                    text=step.text,
                    fragments=step.fragments,
                )
            case SendBytes():
                payload = bytes.fromhex(step.payload_hex) * step.times
                text = _utf8_or_none(payload) if step.opcode == "text" else None
                await self._send(payload, kind=step.opcode, role="other", text=text)
            case StreamAudio():
                await self._stream(self._audio[witness.step], step)
            case SendFrame():
                await self._send_frame(step)
            case AwaitTerminator():
                return await witness.wait("terminator", lambda: witness.ends_answered, now_s + step.timeout_s)
            case AwaitReply():
                before = witness.replies
                return await witness.wait("reply", lambda: witness.replies > before, now_s + step.timeout_s)
            case AwaitEnd():
                return await witness.wait("ended", lambda: False, now_s + step.timeout_s)
            case Listen():
                await self._hold(now_s + step.seconds)
            case Hold():
                await self._wait_for_those_beside()
            case Ping():
                payload = bytes.fromhex(step.payload_hex)
                await self._ping(payload)
                came = partial(witness.pongs.__contains__, payload.hex())
                return await witness.wait("pong", came, now_s + step.timeout_s)
            case Close():
                return await self._close(step)
            case Drop():
                await self._drop()
            case _:
                raise ValueError(f"a step of kind {step.kind!r} cannot follow Connect")
        return "done"

    async def _stream(self, planned: tuple[PlannedFrame, ...], step: StreamAudio) -> None:
        began_s, began_ns = asyncio.get_running_loop().time(), self._witness.now_ns
        paused_s = 0.0
        for frame in planned:
            due_ns = None
            paused_s += frame.pause_ms / 1000
            if step.pace is not None:
                due_s = frame.due_ms / 1000 / step.pace + paused_s
                due_ns = began_ns + round(due_s * 1e9)
                await self._hold(began_s + due_s)
            elif frame.pause_ms:
                await self._hold(asyncio.get_running_loop().time() + frame.pause_ms / 1000)
            else:
                # Sending alone never lets go of the event loop while the socket takes everything.
                await asyncio.sleep(0)
            await self._send(
                frame.payload,
                kind="binary",
                role="audio",
                due_ns=due_ns,
                offset=frame.offset_bytes,
                sha256=frame.sha256,
                fragments=step.fragments,
            )
            if self._on_audio is not None:
                self._on_audio(frame.duration_s)

    async def _hold(self, until_s: float) -> None:
        """Send nothing until then (time of the event loop)."""
        await self._witness.wait("done", lambda: False, until_s)

    async def _send(
        self,
        payload: bytes,
        *,
        kind: FrameKind,
        role: FrameRole,
        text: str | None = None,
        due_ns: int | None = None,
        offset: int | None = None,
        sha256: str | None = None,
        fragments: int = 1,
    ) -> None:
        await self._require_open()
        # Noted before the library yields, so that an answer never stands before its question.
        self._witness.note_sent(kind, role, payload, text=text, due_ns=due_ns, offset=offset, sha256=sha256)
        try:
            async with asyncio.timeout(STALL_S):
                message = payload if fragments == 1 else self._cut(payload, fragments)
                await self._connection.send(message, text=kind == "text")
        except ConnectionClosed:
            await self._end()
        except TimeoutError:
            raise _Stalled from None

    async def _cut(self, payload: bytes, fragments: int) -> AsyncIterator[bytes]:
        """Yield a message in fragments; a ping goes out after the first (RFC 6455, section 5.4)."""
        size = max(1, -(-len(payload) // fragments))
        yield payload[:size]
        self._pings_between += 1
        await self._ping(f"between {self._pings_between}".encode())
        for start in range(size, len(payload), size):
            yield payload[start : start + size]

    async def _send_frame(self, step: SendFrame) -> None:
        await self._require_open()
        polite = WireFrame(Opcode.BINARY, bytes.fromhex(step.payload_hex)).serialize(mask=step.masked)
        # The library refuses what the first byte says here.
        payload = bytes([step.fin << 7 | step.rsv1 << 6 | step.opcode]) + polite[1:]
        self._witness.note_sent("raw", "other", payload, text=payload[:SHOWN_BYTES].hex())
        self._connection.transport.write(payload)

    async def _wait_for_those_beside(self) -> None:
        if self._beside is None:
            return
        self._beside.held.set()
        over = asyncio.create_task(self._beside.over.wait())
        over.add_done_callback(lambda _: self._witness.wake())
        try:
            await self._witness.wait("done", over.done, None)
        finally:
            over.cancel()

    async def _ping(self, payload: bytes) -> None:
        await self._require_open()
        self._witness.pongs.discard(payload.hex())
        self._witness.note_sent("ping", "control", payload, text=payload.hex())
        try:
            await self._connection.ping(payload)
        except ConnectionClosed:
            await self._end()

    async def _close(self, step: Close) -> Outcome:
        """Close, and return "timeout" when TCP did not end by itself in time."""
        self._witness.note_close_sent()
        await self._connection.close(step.code, step.reason)
        closing = await self._witness.ended()
        if closing.who != "client":
            raise SessionEnded
        return "timeout" if (closing.took_ms or 0) >= step.timeout_s * 1000 else "done"

    async def _drop(self) -> None:
        """Cut the connection with a TCP reset, as a client that crashes does."""
        self._witness.note_drop()
        reset(self._connection.transport)
        await self._witness.ended()

    async def _require_open(self) -> None:
        if self._connection.state is not State.OPEN:
            await self._end()

    async def _end(self) -> NoReturn:
        await self._witness.ended()
        raise SessionEnded


def _utf8_or_none(payload: bytes) -> str | None:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return None
