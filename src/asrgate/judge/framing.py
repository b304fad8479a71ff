"""HS: frames within a session: compression, pongs under load, frames against the rules, fragments."""

from collections.abc import Sequence

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.judge.timeline import overlap
from asrgate.judge.utterances import reads_as_before, text_of
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.scenario import SendFrame

PONG_UNDER_LOAD_MS = 2000
PROTOCOL_ERROR = 1002
"""Close code for frames against the rules (RFC 6455, section 7.4.1)."""


def compression_works(compressed: Exchange, plain: Exchange) -> Finding:
    """HS-07: permessage-deflate is declined, or an utterance over it reads as without (RFC 7692).

    `plain` offers no compression: a frame with the bit RSV1 on it, or an extension in its answer, is one that
    was never negotiated (RFC 6455, section 5.2).
    """
    for exchange, offered in ((plain, False), (compressed, True)):
        extensions = _answered_extensions(exchange)
        if extensions and not offered:
            reason = f"extension {extensions!r} was selected, none was offered"
            return failed("HS-07", reason, evidence(exchange))
        if _gave_up(exchange):
            assert exchange.closing is not None
            how = f"with {extensions!r} negotiated" if extensions else "without compression negotiated"
            reason = f"{how}, the server sent a frame that is not valid: {exchange.closing.reason}"
            return failed("HS-07", reason, evidence(exchange))
    handshake = compressed.handshake
    if handshake is None or handshake.status is None:
        nothing = why_nothing([compressed], "no answer to the upgrade request")
        return inconclusive("HS-07", nothing, evidence(compressed))
    if handshake.status != 101 or compressed.failure is not None:
        said = compressed.failure.message if compressed.failure is not None else "no valid answer"
        came = f"HTTP status {handshake.status}" if handshake.status != 101 else said
        return failed("HS-07", f"{came} to a client that offers compression", evidence(compressed))
    before, now = text_of(plain), text_of(compressed)
    if not TEXT(before):
        nothing = why_nothing([plain], "the utterance gave no text even without compression")
        return inconclusive("HS-07", nothing, evidence(plain))
    extensions = _answered_extensions(compressed)
    how = f"negotiated as {extensions!r}" if extensions else "declined"
    if not reads_as_before(before, now):
        reason = f"permessage-deflate {how}; the utterance reads {now!r}, without the offer {before!r}"
        return failed("HS-07", reason, evidence(compressed), evidence(plain))
    return passed("HS-07", f"permessage-deflate {how}; the utterance reads {now!r}", evidence(compressed))


def pong_under_load(pinged: Exchange, beside: Sequence[Exchange]) -> Finding:
    """HS-09: pongs come within 2 s while an utterance is decoded, beside other sessions."""
    pings = [frame for frame in pinged.frames if frame.kind == "ping" and frame.direction == "sent"]
    if not pings:
        nothing = why_nothing([pinged], "no ping could be sent")
        return inconclusive("HS-09", nothing, evidence(pinged))
    others = sum(overlap(pinged, other) for other in beside)
    if not others:
        reason = "no other session was open at the time of the pings"
        return inconclusive("HS-09", reason, evidence(pinged, *pings))
    slowest_ms = 0.0
    for ping in pings:
        pong = _pong_to(pinged, ping)
        if pong is None:
            if pinged.closing is not None and pinged.closing.who != "client" and ping is pings[-1]:
                return inconclusive("HS-09", "the session ended before the pong", evidence(pinged, ping))
            reason = f"no pong to the ping with payload {ping.text} (hexadecimal)"
            return failed("HS-09", f"{reason}, {_load(others)}", evidence(pinged, ping))
        took_ms = (pong.at_ns - ping.at_ns) / 1e6
        if took_ms > PONG_UNDER_LOAD_MS:
            reason = f"pong after {took_ms:.0f} ms, expected within {PONG_UNDER_LOAD_MS} ms"
            return failed("HS-09", f"{reason}, {_load(others)}", evidence(pinged, ping, pong))
        slowest_ms = max(slowest_ms, took_ms)
    held = f"{counted(len(pings), 'pong')}, the slowest after {slowest_ms:.1f} ms, {_load(others)}"
    return passed("HS-09", held, evidence(pinged, *pings))


def malformed_frames_close(hostile: Sequence[Exchange], canary: Exchange) -> Finding:
    """HS-15: an unmasked frame and a reserved opcode close their connection with 1002, and no other.

    RFC 6455, sections 5.1 and 5.2. `canary` is an idle session, open all the while.
    """
    breaches: list[Breach] = []
    judged: list[str] = []
    for exchange in hostile:
        sent = [frame for frame in exchange.frames if frame.kind == "raw" and frame.direction == "sent"]
        step = next((step for step in exchange.scenario.steps if isinstance(step, SendFrame)), None)
        if not sent or step is None:
            continue
        what = "an unmasked frame" if not step.masked else f"a frame of the reserved opcode {step.opcode}"
        judged.append(what)
        closing = exchange.closing
        if closing is not None and closing.who == "server" and closing.code == PROTOCOL_ERROR:
            continue
        came = "no close" if closing is None or closing.who == "client" else _came(closing.who, closing.code)
        reason = f"{came} after {what}, expected close {PROTOCOL_ERROR} by the server"
        breaches.append(Breach(reason, evidence(exchange, *sent)))
    closing = canary.closing
    if judged and canary.handshake is not None and closing is not None and closing.who != "client":
        lost = f"an idle session beside it was lost ({_came(closing.who, closing.code)})"
        breaches.append(Breach(lost, evidence(canary)))
    return conclude(
        "HS-15",
        breaches,
        judged=len(judged),
        held=f"close {PROTOCOL_ERROR} after {' and after '.join(judged)}; an idle session beside it stayed",
        nothing=why_nothing(hostile, "no session could be opened"),
        shown=[evidence(exchange, *exchange.frames) for exchange in hostile],
    )


def fragments_accepted(fragmented: Exchange, plain: Exchange) -> Finding:
    """HS-16: messages in fragments with a ping between are put together (RFC 6455, section 5.4).

    `plain` is the same audio in whole messages.
    """
    pings = [frame for frame in fragmented.frames if frame.kind == "ping" and frame.direction == "sent"]
    if not pings:
        nothing = why_nothing([fragmented], "no fragment could be sent")
        return inconclusive("HS-16", nothing, evidence(fragmented))
    closing = fragmented.closing
    if closing is not None and closing.who != "client":
        reason = f"{_came(closing.who, closing.code)} after messages in fragments: {closing.reason or '-'}"
        return failed("HS-16", reason, evidence(fragmented, *pings[:1]))
    before, now = text_of(plain), text_of(fragmented)
    if not TEXT(before):
        nothing = why_nothing([plain], "the utterance gave no text even in whole messages")
        return inconclusive("HS-16", nothing, evidence(plain))
    if not reads_as_before(before, now):
        reason = f"in fragments the utterance reads {now!r}, in whole messages {before!r}"
        return failed("HS-16", reason, evidence(fragmented), evidence(plain))
    unanswered = [ping for ping in pings if _pong_to(fragmented, ping) is None]
    if unanswered:
        reason = f"{len(unanswered)} of {counted(len(pings), 'ping')} between fragments got no pong"
        return failed("HS-16", reason, evidence(fragmented, *unanswered[:5]))
    held = f"in fragments the utterance reads {now!r}; {counted(len(pings), 'ping')} between them got a pong"
    return passed("HS-16", held, evidence(fragmented, pings[0], pings[-1]))


def _pong_to(exchange: Exchange, ping: Frame) -> Frame | None:
    pongs = (f for f in exchange.frames if f.kind == "pong" and f.direction == "received")
    return next((pong for pong in pongs if pong.index > ping.index and pong.text == ping.text), None)


def _gave_up(exchange: Exchange) -> bool:
    """Whether it is our own library that ended the session, over a frame against the rules."""
    closing = exchange.closing
    return (
        closing is not None
        and closing.who == "client"
        and closing.took_ms is None
        and closing.code == PROTOCOL_ERROR
    )


def _answered_extensions(exchange: Exchange) -> str:
    headers = exchange.handshake.response_headers if exchange.handshake is not None else ()
    return ", ".join(value for name, value in headers if name.lower() == "sec-websocket-extensions")


def _came(who: str, code: int | None) -> str:
    return "the connection ended without a close frame" if code is None else f"{who} close {code}"


def _load(others: int) -> str:
    return f"beside {counted(others, 'other session')}"
