"""HS: the opening handshake, TLS, ping and close (docs/protocol.md section 2)."""

from collections.abc import Sequence

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed, unsupported
from asrgate.judge.utterances import reads_as_before, text_of
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange, Frame, Handshake
from asrgate.wire.scenario import Close, Connect

PONG_BOUND_MS = 5000
CLOSE_BOUND_MS = 10000
ORDINARY_ANSWERS = (1000, 1005)
"""A normal closure, and a close frame without a code (RFC 6455, section 7.4.1)."""

BINARY = "binary"

INSISTS_ON_SUBPROTOCOL = "funasr-python"
"""The family whose WebSocket library, from version 14 on, refuses clients that offer no subprotocol."""


def upgrade_completes(exchange: Exchange) -> Finding:
    """HS-01: status 101 and the right Sec-WebSocket-Accept (RFC 6455, section 4.2.2)."""
    handshake = exchange.handshake
    if handshake is None or handshake.status is None:
        return failed("HS-01", f"no answer to the upgrade request: {_failure(exchange)}", evidence(exchange))
    if handshake.status != 101:
        return failed(
            "HS-01",
            f"HTTP status {handshake.status} to the upgrade request, expected 101",
            evidence(exchange),
        )
    if not handshake.accept_valid:
        headers = {name.lower(): value for name, value in handshake.response_headers}
        came = headers.get("sec-websocket-accept")
        return failed(
            "HS-01",
            f"Sec-WebSocket-Accept {came!r} does not belong to the key that was sent",
            evidence(exchange),
        )
    return passed(
        "HS-01", f"status 101 with the right accept key after {handshake.total_ms:.0f} ms", evidence(exchange)
    )


def certificate_verifies(exchange: Exchange) -> Finding:
    """HS-02: with wss, the certificate verifies: chain, name and dates (RFC 6125)."""
    if exchange.url.startswith("ws://"):
        return unsupported("HS-02", "the endpoint is plain ws://: there is no certificate")
    tls = exchange.tls
    if tls is None:
        return inconclusive("HS-02", f"no TLS session: {_failure(exchange)}", evidence(exchange))
    if tls.verified:
        return passed("HS-02", f"certificate of {tls.subject} verifies, {tls.version}", evidence(exchange))
    return failed(
        "HS-02",
        f"certificate of {tls.subject}, issued by {tls.issuer}, valid until {tls.not_after}, "
        f"does not verify: {tls.verify_error}",
        evidence(exchange),
    )


def accepted_without_subprotocol(exchange: Exchange) -> Finding:
    """HS-04: a client that offers no subprotocol is accepted, and none selected (RFC 6455, section 4.1).

    That the Python server refuses it with 400 is the design of that family: no fault of this deployment, but
    a fact that its users must know (docs/protocol.md section 2.3).
    """
    handshake = exchange.handshake
    if handshake is None or handshake.status is None:
        return inconclusive(
            "HS-04", f"no answer to the upgrade request: {_failure(exchange)}", evidence(exchange)
        )
    if any(name.lower() == "sec-websocket-protocol" for name, _ in handshake.request_headers):
        return inconclusive("HS-04", "the client did offer a subprotocol", evidence(exchange))
    if handshake.status == 400 and exchange.dialect == INSISTS_ON_SUBPROTOCOL:
        return unsupported(
            "HS-04",
            "clients must offer the subprotocol binary: HTTP status 400 to one that offers none",
            evidence(exchange),
        )
    if handshake.status != 101:
        return failed(
            "HS-04",
            f"HTTP status {handshake.status} to a client that offers no subprotocol, expected 101",
            evidence(exchange),
        )
    selected = _selected(handshake)
    if selected is not None:
        return failed("HS-04", f"subprotocol {selected!r} selected, none was offered", evidence(exchange))
    return passed("HS-04", "status 101 to a client that offers no subprotocol", evidence(exchange))


def binary_offer_accepted(exchange: Exchange) -> Finding:
    """HS-05: a client that offers `binary` is accepted, and nothing but what it offers is selected.

    RFC 6455, section 4.1. That nothing is selected is fine (docs/protocol.md section 2.3).
    """
    handshake = exchange.handshake
    if handshake is None or handshake.status is None:
        nothing = f"no answer to the upgrade request: {_failure(exchange)}"
        return inconclusive("HS-05", nothing, evidence(exchange))
    offered = [v for name, v in handshake.request_headers if name.lower() == "sec-websocket-protocol"]
    client = f"a client that offers {', '.join(offered) or 'no subprotocol'}"
    if handshake.status != 101:
        came = f"HTTP status {handshake.status} to {client}, expected 101"
        return failed("HS-05", came, evidence(exchange))
    selected = _selected(handshake)
    if selected is not None and selected not in ", ".join(offered).split(", "):
        return failed("HS-05", f"subprotocol {selected!r} selected for {client}", evidence(exchange))
    how = f"{selected!r} selected" if selected else "none selected"
    return passed("HS-05", f"status 101 to {client}; {how}", evidence(exchange))


def binary_selected(exchange: Exchange) -> Finding:
    """HS-06: the server selects `binary` for a client that offers it, as browsers expect of one that accepts.

    docs/protocol.md section 7.11.
    """
    handshake = exchange.handshake
    if handshake is None or handshake.status != 101:
        return inconclusive("HS-06", f"no session: {_failure(exchange)}", evidence(exchange))
    selected = _selected(handshake)
    if selected != BINARY:
        reason = f"{selected!r} selected" if selected else "no subprotocol selected"
        return failed("HS-06", f"{reason} for a client that offers binary", evidence(exchange))
    return passed("HS-06", "binary selected for a client that offers it", evidence(exchange))


def any_path_accepted(exchanges: Sequence[Exchange]) -> Finding:
    """HS-18: sessions open under any path of the URL, as proxies with routes of their own rely on."""
    asked = [
        (step.path, exchange)
        for exchange in exchanges
        for step in exchange.scenario.steps
        if isinstance(step, Connect) and exchange.handshake is not None
    ]
    breaches = [
        Breach(f"HTTP status {exchange.handshake.status} for the path {path!r}", evidence(exchange))
        for path, exchange in asked
        if exchange.handshake is not None and exchange.handshake.status != 101
    ]
    return conclude(
        "HS-18",
        breaches,
        judged=len(asked),
        held=f"status 101 for {', '.join(repr(path) for path, _ in asked)}",
        nothing=why_nothing(exchanges, "no answer to the upgrade request"),
        shown=[evidence(exchange) for _, exchange in asked],
    )


def ping_answered(exchange: Exchange) -> Finding:
    """HS-08: a ping is answered by a pong with the same payload within 5 s (RFC 6455, section 5.5.3)."""
    pings = _control(exchange, "sent", "ping")
    if not pings:
        return inconclusive("HS-08", why_nothing([exchange], "no ping could be sent"), evidence(exchange))
    ping = pings[0]
    pongs = [frame for frame in _control(exchange, "received", "pong") if frame.at_ns >= ping.at_ns]
    for pong in pongs:
        if pong.text != ping.text:
            continue
        took_ms = (pong.at_ns - ping.at_ns) / 1e6
        if took_ms <= PONG_BOUND_MS:
            return passed("HS-08", f"pong after {took_ms:.1f} ms", evidence(exchange, ping, pong))
        return failed(
            "HS-08",
            f"pong after {took_ms:.0f} ms, expected within {PONG_BOUND_MS} ms",
            evidence(exchange, ping, pong),
        )
    if pongs:
        return failed(
            "HS-08",
            f"the pong carries {pongs[0].text}, the ping's payload was {ping.text} (hexadecimal)",
            evidence(exchange, ping, pongs[0]),
        )
    return failed(
        "HS-08",
        f"no pong to the ping with payload {ping.text} (hexadecimal) within {PONG_BOUND_MS} ms",
        evidence(exchange, ping),
    )


def close_acknowledged(exchanges: Sequence[Exchange]) -> Finding:
    """HS-11: the client's close is answered by a close, and TCP ends within 10 s (RFC 6455, section 7).

    The answer repeats the code, or has the one of an ordinary end: another one would tell of an error.
    """
    breaches: list[Breach] = []
    codes: list[str] = []
    slowest_ms = 0.0
    for exchange in exchanges:
        closing = exchange.closing
        wanted = next((step for step in exchange.scenario.steps if isinstance(step, Close)), None)
        if closing is None or closing.who != "client" or wanted is None:
            continue
        codes.append(str(wanted.code))
        took = "never" if closing.took_ms is None else f"after {closing.took_ms:.0f} ms"
        if not closing.clean:
            breaches.append(
                Breach(
                    f"close {wanted.code} was not answered by a close frame; TCP ended {took}",
                    evidence(exchange),
                )
            )
        elif closing.took_ms is None or closing.took_ms > CLOSE_BOUND_MS:
            breaches.append(
                Breach(
                    f"TCP ended {took} after close {wanted.code}, expected within {CLOSE_BOUND_MS} ms",
                    evidence(exchange),
                )
            )
        elif closing.answered not in (None, wanted.code, *ORDINARY_ANSWERS):
            answer = f"close {wanted.code} was answered with close {closing.answered}"
            breaches.append(Breach(answer, evidence(exchange)))
        else:
            slowest_ms = max(slowest_ms, closing.took_ms)
    return conclude(
        "HS-11",
        breaches,
        judged=len(codes),
        held=f"close {' and '.join(dict.fromkeys(codes))} acknowledged, "
        f"TCP ended after {slowest_ms:.0f} ms at most",
        nothing=why_nothing(exchanges, "the server closed before the client could"),
        shown=[evidence(exchange) for exchange in exchanges],
    )


def reconnects(cycles: Sequence[Exchange], utterance: Exchange, fresh: Exchange) -> Finding:
    """HS-12: connecting and closing 20 times in turn succeeds, and an utterance then reads as it did before.

    `fresh` is the same audio on a connection from before the cycles.
    """
    refused = [e for e in cycles if e.handshake is None or e.handshake.status != 101]
    if refused:
        status = refused[0].handshake.status if refused[0].handshake else None
        what = f"HTTP status {status}" if status is not None else _failure(refused[0])
        return failed(
            "HS-12",
            f"{len(refused)} of {counted(len(cycles), 'connection')} in turn were not accepted: {what}",
            *(evidence(e) for e in refused[:5]),
        )
    before, after = text_of(fresh), text_of(utterance)
    if not cycles or not TEXT(before):
        nothing = (
            "the utterance gave no text even before" if cycles else "no connect and close cycle was driven"
        )
        return inconclusive("HS-12", why_nothing([*cycles, fresh], nothing), evidence(fresh))
    if not reads_as_before(before, after):
        return failed(
            "HS-12",
            f"after {counted(len(cycles), 'cycle')} the utterance reads {after!r}, before it read {before!r}",
            evidence(utterance),
            evidence(fresh),
        )
    return passed(
        "HS-12",
        f"{counted(len(cycles), 'connect and close cycle')} succeeded, then the utterance reads {after!r}",
        evidence(utterance),
    )


def _selected(handshake: Handshake) -> str | None:
    """The subprotocol in the answer, whether or not a client may take it."""
    headers = (v for name, v in handshake.response_headers if name.lower() == "sec-websocket-protocol")
    return next(headers, handshake.subprotocol)


def _failure(exchange: Exchange) -> str:
    return exchange.failure.message if exchange.failure is not None else "the connection ended without a word"


def _control(exchange: Exchange, direction: str, kind: str) -> list[Frame]:
    return [frame for frame in exchange.frames if frame.direction == direction and frame.kind == kind]
