"""How a session ended, as a verdict of its own beside whatever was judged in it (RFC 6455, section 7)."""

from dataclasses import dataclass
from typing import Any

from asrgate.judge.finding import Verdict
from asrgate.judge.utterances import configuration
from asrgate.wire.exchange import Closing, Exchange
from asrgate.wire.messages import opening
from asrgate.wire.scenario import Drop, OpenTransport, SendBytes, SendFrame

CLOSE_BOUND_MS = 10000

INVALID_PAYLOAD = 1007
PROTOCOL_ERROR = 1002
MESSAGE_TOO_BIG = 1009

LARGE_BYTES = 2**20
"""The smallest limit that a server has (docs/protocol.md section 2.4); less is never too big."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingFinding:
    """The verdict on how one exchange ended, `pass`, `fail` or `inconclusive`, and one sentence.

    `who` began it, with which code (None without a close frame), with a close frame from both sides or not;
    `took_ms` from the client's close frame to the end of TCP.
    """

    exchange: str
    verdict: Verdict
    reason: str
    who: str = "nobody"
    code: int | None = None
    clean: bool = False
    took_ms: float | None = None


def judge_closing(exchange: Exchange) -> ClosingFinding:
    """The verdict on how an exchange ended; what is right depends on what its scenario did.

    A client's close is to be answered with the same code, and TCP to end within 10 s. A server does not close
    an ordinary session by itself; what it cannot take it may refuse by a close, with the code that RFC 6455
    has for it where there is one (section 7.4.1). Where the client cut the connection, or there was no
    session, there is nothing to judge.
    """
    closing = exchange.closing
    if closing is None or isinstance(exchange.scenario.steps[0], OpenTransport) or not _opened(exchange):
        came = f": {exchange.failure.message}" if exchange.failure is not None else ""
        return ClosingFinding(
            exchange=exchange.id, verdict=Verdict.INCONCLUSIVE, reason=f"there was no session to close{came}"
        )
    verdict, reason = _judge(exchange, closing)
    return ClosingFinding(
        exchange=exchange.id,
        verdict=verdict,
        reason=reason,
        who=closing.who,
        code=closing.code,
        clean=closing.clean,
        took_ms=closing.took_ms,
    )


def _judge(exchange: Exchange, closing: Closing) -> tuple[Verdict, str]:
    match closing.who:
        case "network":
            said = f" ({closing.reason})" if closing.reason else ""
            return Verdict.FAIL, f"the connection ended without a close frame{said}"
        case "server":
            return _by_server(exchange, closing)
        case "client":
            return _by_client(exchange, closing)


def _by_client(exchange: Exchange, closing: Closing) -> tuple[Verdict, str]:
    if closing.took_ms is None:
        if closing.code is None:
            return Verdict.INCONCLUSIVE, _why_cut(exchange)
        said = f"close {closing.code}, {closing.reason or 'no reason'}"
        return Verdict.FAIL, f"the client had to give up, over a frame that is not valid: {said}"
    took = f"TCP ended after {closing.took_ms:.0f} ms"
    if not closing.clean:
        return Verdict.FAIL, f"close {closing.code} was not answered by a close frame; {took}"
    if closing.answered not in (None, closing.code):
        return Verdict.FAIL, f"close {closing.code} was answered with close {closing.answered}; {took}"
    if closing.took_ms > CLOSE_BOUND_MS:
        return Verdict.FAIL, f"{took} after close {closing.code}, expected within {CLOSE_BOUND_MS} ms"
    return Verdict.PASS, f"close {closing.code} was answered with the same code; {took}"


def _why_cut(exchange: Exchange) -> str:
    if any(isinstance(step, Drop) for step in exchange.scenario.steps):
        return "the client cut the connection, as it was to"
    return "the client cut the connection before it could close"


def _by_server(exchange: Exchange, closing: Closing) -> tuple[Verdict, str]:
    came = f"the server closed with {closing.code}{f' ({closing.reason})' if closing.reason else ''}"
    expected, provocation = _provocation(exchange)
    if provocation is None:
        return Verdict.FAIL, f"{came} in an ordinary session"
    if expected is not None and closing.code != expected:
        return Verdict.FAIL, f"{came} over {provocation}, expected {expected}"
    return Verdict.PASS, f"{came} over {provocation}"


def _provocation(exchange: Exchange) -> tuple[int | None, str | None]:
    """What in this session a server may refuse by closing, and the code for it where there is only one."""
    for step in exchange.scenario.steps:
        if isinstance(step, SendFrame):
            return PROTOCOL_ERROR, "a frame against the rules"
        if isinstance(step, SendBytes) and step.opcode == "text" and not _is_utf8(step.payload_hex):
            return INVALID_PAYLOAD, "text that is not UTF-8"
    largest = max((frame.size for frame in exchange.frames if frame.direction == "sent"), default=0)
    if largest > LARGE_BYTES:
        return MESSAGE_TOO_BIG, f"a message of {largest} bytes"
    for frame in exchange.frames:
        if frame.direction != "sent":
            continue
        if frame.kind == "text" and not _is_ordinary(frame.role, configuration(frame)):
            return None, "a text that is no ordinary configuration"
        if frame.kind == "binary" and frame.size % 2:
            return None, "audio of an odd number of bytes"
    return None, None


def _is_ordinary(role: str, fields: dict[str, Any]) -> bool:
    """Whether a text is a configuration or an end whose fields have the types of the protocol."""
    usual = opening()
    return role in ("config", "end") and all(
        _kind_of(value) == _kind_of(usual[name]) for name, value in fields.items() if name in usual
    )


def _kind_of(value: object) -> str:
    kinds = {type(item).__name__ for item in value} if isinstance(value, list) else ()
    return " ".join([type(value).__name__, *sorted(kinds)])


def _is_utf8(payload_hex: str) -> bool:
    try:
        bytes.fromhex(payload_hex).decode()
    except UnicodeDecodeError:
        return False
    return True


def _opened(exchange: Exchange) -> bool:
    return exchange.handshake is not None and exchange.handshake.status == 101
