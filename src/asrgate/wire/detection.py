"""Tell which dialect an endpoint speaks, without sending anything that harms any known server.

The order is that of docs/protocol.md section 8.1: a whole opening frame and an end frame on a fresh
connection, and only when that stays silent `START` on another one. Sent first, `START` mutes some servers and
kills old ones.
"""

from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from asrgate.audio.source import AudioSource
from asrgate.errors import AsrgateError, ConnectStep, EndpointUnreachable
from asrgate.wire.dialects import (
    DIALECTS,
    FUNASR_2PASS,
    FUNASR_2PASS_01,
    FUNASR_OFFLINE,
    FUNASR_PYTHON,
    FUNASR_REALTIME,
    Dialect,
    dialect_named,
)
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.messages import END_OF_INPUT, START, STOP, Reply, encode, opening
from asrgate.wire.scenario import (
    AwaitReply,
    AwaitTerminator,
    Close,
    Connect,
    Listen,
    Ping,
    Scenario,
    SendText,
)
from asrgate.wire.session import drive

ANSWER_S = 5.0
"""How long an endpoint may take to answer an utterance without audio."""

_PINGS = tuple(Ping(payload_hex=payload) for payload in ("61", "62", "63"))

EMPTY_UTTERANCE = Scenario(
    name="detect",
    purpose="An utterance without audio: its answer tells the dialect.",
    steps=(
        Connect(),
        SendText(text=encode(opening()), role="config"),
        SendText(text=encode(END_OF_INPUT), role="end"),
        AwaitReply(timeout_s=ANSWER_S),
        Listen(seconds=0.2),
        *_PINGS,
        Close(),
    ),
)
START_COMMAND = Scenario(
    name="detect-start",
    purpose="The first and the last command of funasr-realtime, for an endpoint that no JSON dialect fits.",
    steps=(
        Connect(),
        SendText(text=START, role="config"),
        AwaitReply(timeout_s=ANSWER_S),
        SendText(text=STOP, role="end"),
        AwaitTerminator(timeout_s=1.0),
        *_PINGS,
        Close(),
    ),
)


class DialectUnknown(AsrgateError):
    """The endpoint opens sessions, but speaks no dialect that can be judged."""

    exit_status = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The dialect of an endpoint, the sentences by which it was told, and the exchanges that show it."""

    dialect: Dialect
    facts: tuple[str, ...]
    exchanges: tuple[Exchange, ...]

    @property
    def server(self) -> str | None:
        """The `Server` header of the first handshake, None when there was none."""
        return _server(self.exchanges[0])

    def as_record(self) -> dict[str, Any]:
        """Return what `run.json` keeps under `endpoint.detected`; times in ms."""
        first = self.exchanges[0]
        return {
            "facts": list(self.facts),
            "subprotocol": first.handshake.subprotocol if first.handshake else None,
            "server": self.server,
            "connect_ms": first.handshake.total_ms if first.handshake else None,
            "ping_ms": ping_ms(first),
            "empty_final_ms": answer_ms(self.exchanges[-1]),
        }


async def detect(endpoint: Endpoint, *, forced: str | None = None) -> Detection:
    """Open a session, and tell the dialect from how an utterance without audio is answered.

    Args:
        endpoint: Where.
        forced: A dialect's name: then that is what the endpoint is taken for, whatever it answers.

    Raises:
        EndpointUnreachable: no session could be opened, or the server closed it at once.
        DialectUnknown: nothing answered, or nothing that any known dialect says.
        UsageError: there is no dialect named `forced`.
    """
    named = dialect_named(forced) if forced is not None else None
    # Who says that the endpoint takes commands, answers for what they do to it.
    first = START_COMMAND if named is FUNASR_REALTIME else EMPTY_UTTERANCE
    exchange = await _driven(first, endpoint)
    _require_session(exchange)
    told = recognised(exchange)
    if named is not None:
        facts = [f"told by the user: {named.name}"]
        if told is not None and told[0] is not named:
            facts.append(f"the replies look like {told[0].name}: {told[1]}")
        return _detection(named, facts, exchange)
    if told is not None and told[0] is not FUNASR_REALTIME:
        return _detection(told[0], [told[1]], exchange)
    if told is None and any(exchange.replies()):
        raise DialectUnknown(_strange(endpoint, exchange))
    return await _started(endpoint, exchange)


def recognised(exchange: Exchange) -> tuple[Dialect, str] | None:
    """Return the dialect that answers an utterance without audio like this, and the sentence that says why.

    None when no dialect does. See docs/protocol.md section 8.2 for the table.
    """
    replies = [reply for _, reply in exchange.replies()]
    if not replies:
        return _recognised_by_silence(exchange)
    for reply in replies:
        told = _recognised_by(reply)
        if told is not None:
            return told
    return None


def ping_ms(exchange: Exchange) -> float | None:
    """Return the median time from ping to pong in ms, None when none was answered."""
    sent = {frame.text: frame for frame in exchange.sent("control") if frame.kind == "ping"}
    pongs = [frame for frame in exchange.frames if frame.direction == "received" and frame.kind == "pong"]
    times = [_between_ms(sent[pong.text], pong) for pong in pongs if pong.text in sent]
    return median(times) if times else None


def answer_ms(exchange: Exchange) -> float | None:
    """Return the time from the first end frame to the first message after it in ms, None when none came."""
    ends = exchange.sent("end")
    answers = [frame for frame in exchange.received() if ends and frame.index > ends[0].index]
    return _between_ms(ends[0], answers[0]) if answers else None


def _recognised_by(reply: Reply) -> tuple[Dialect, str] | None:
    if reply.event == "started":
        return FUNASR_REALTIME, "START was answered with the event started"
    if isinstance(reply.event, str):
        return FUNASR_REALTIME, f"an opening frame was answered with the event {reply.event!r}"
    if reply.is_end is True:
        return FUNASR_PYTHON, "the end frame was acknowledged with is_end, as only the Python server does"
    if reply.mode == "offline" and reply.is_final in (False, None):
        return FUNASR_OFFLINE, "the empty result has mode offline and is never final"
    if reply.mode == "2pass-offline" and reply.is_final is False:
        return FUNASR_PYTHON, "the empty result has is_final inverted: a Python server from before 2026-02"
    if reply.is_final is not True:
        return None
    if isinstance(reply.timestamp, int) and not isinstance(reply.timestamp, bool):
        return FUNASR_2PASS, "the empty final carries an integer timestamp (since 2026-06)"
    return FUNASR_2PASS_01, "the empty final carries no timestamp (before 2026-06)"


def _recognised_by_silence(exchange: Exchange) -> tuple[Dialect, str] | None:
    if exchange.handshake is not None and exchange.handshake.subprotocol == "binary":
        reason = "the subprotocol binary was selected, but the end frame stayed without any answer"
        return FUNASR_PYTHON, f"{reason}: a Python server between 2026-02 and 2026-07"
    return None


async def _driven(scenario: Scenario, endpoint: Endpoint) -> Exchange:
    # Only the commands wait for a terminator.
    return await drive(scenario, endpoint=endpoint, dialect=FUNASR_REALTIME, pcm=_no_audio)


def _no_audio(source: AudioSource) -> bytes:
    return b""


def _require_session(exchange: Exchange) -> None:
    if exchange.failure is not None:
        step = exchange.failure.step or ConnectStep.WEBSOCKET
        raise EndpointUnreachable(step, exchange.failure.message)
    closing = exchange.closing
    if closing is None or closing.who == "client" or exchange.received():
        return
    how = f"with close code {closing.code}" if closing.code is not None else "without a close frame"
    said = f" ({closing.reason})" if closing.reason else ""
    raise EndpointUnreachable(
        ConnectStep.WEBSOCKET,
        f"{exchange.url}: the WebSocket step failed: the session opened, and ended {how}{said} before any "
        "answer; look into the server's log, or give --wait 120 if it is still loading its models.",
    )


def _detection(dialect: Dialect, facts: list[str], *exchanges: Exchange) -> Detection:
    return Detection(
        dialect=dialect,
        facts=(*facts, *_transport_facts(exchanges[0])),
        exchanges=tuple(replace(exchange, dialect=dialect.name) for exchange in exchanges),
    )


def _transport_facts(exchange: Exchange) -> list[str]:
    handshake = exchange.handshake
    if handshake is None:
        return []
    facts = [f"subprotocol selected: {handshake.subprotocol or 'none'}"]
    server = _server(exchange)
    return [*facts, f"Server header: {server}"] if server else facts


def _server(exchange: Exchange) -> str | None:
    headers = exchange.handshake.response_headers if exchange.handshake else ()
    return next((value for name, value in headers if name.lower() == "server"), None)


def _strange(endpoint: Endpoint, exchange: Exchange) -> str:
    frame, _ = next(exchange.replies())
    return (
        f"{endpoint.public_url} answers, but like no known dialect ({', '.join(DIALECTS)}): "
        f"{(frame.text or '')[:120]!r}; give --dialect NAME to take it for one of them."
    )


async def _started(endpoint: Endpoint, opening_frame: Exchange) -> Detection:
    """Take the endpoint for funasr-realtime if it answers START; `opening_frame` is what came before.

    Raises:
        DialectUnknown: it does not.
    """
    started = await _driven(START_COMMAND, endpoint)
    told = recognised(started)
    if told is None or told[0] is not FUNASR_REALTIME:
        raise DialectUnknown(
            f"{endpoint.public_url} opens sessions, but an opening frame and an end frame got no answer "
            f"within {ANSWER_S:g} s, nor did START: it is no FunASR server, or a broken one; give --dialect "
            "NAME to judge it anyway."
        )
    return _detection(told[0], [told[1]], opening_frame, started)


def _between_ms(earlier: Frame, later: Frame) -> float:
    return (later.at_ns - earlier.at_ns) / 1e6
