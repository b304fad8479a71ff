"""HS: connections that never become a session: the wrong scheme, plain HTTP, another version, silence."""

from asrgate.errors import ConnectStep
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.wire.exchange import Exchange

MISMATCH_BOUND_S = 15
"""The longest handshake deadline of a server (10 s, docs/protocol.md section 2.2), and time to close."""

STALL_BOUND_S = 60

SPARE_S = 1.0
"""A server counts its deadline from when it has accepted the connection, a moment after the client."""

VERSION = "13"
"""The version of RFC 6455, the only one that browsers and clients speak."""


def mismatch_fails_fast(exchange: Exchange) -> Finding:
    """HS-03: TLS to a plain port, and plain HTTP to a TLS port, fail within 15 s.

    Whoever mixes up ws and wss shall be told so, and not wait (docs/protocol.md section 2.1).
    """
    spoke = "plain HTTP to a TLS port" if exchange.url.startswith("wss://") else "TLS to a plain port"
    if _unreached(exchange) or not exchange.steps:
        return inconclusive("HS-03", f"no connection: {_failure(exchange)}", evidence(exchange))
    took_s = (exchange.steps[-1].ended_ns - exchange.steps[0].began_ns) / 1e9
    shown = evidence(exchange, *exchange.frames)
    outcome = exchange.steps[-1].outcome
    hung = outcome == "timeout" or (outcome == "failed" and took_s >= MISMATCH_BOUND_S)
    if hung:
        return failed("HS-03", f"{spoke} hangs: nothing came in {took_s:.1f} s", shown)
    how = "was answered" if outcome == "reply" else "ended"
    return passed("HS-03", f"{spoke} {how} after {took_s:.1f} s", shown)


def plain_get_refused(exchange: Exchange) -> Finding:
    """HS-13: a plain HTTP GET gets a 4xx answer; 426 is what RFC 9110 has for it (section 15.5.22)."""
    if _unreached(exchange):
        return inconclusive("HS-13", f"no connection: {_failure(exchange)}", evidence(exchange))
    return _answered_4xx("HS-13", exchange, "a plain HTTP GET")


def other_version_refused(exchange: Exchange) -> Finding:
    """HS-14: the upgrade to version 99 gets a 4xx answer that names version 13 (RFC 6455, section 4.2.2)."""
    if _unreached(exchange):
        return inconclusive("HS-14", f"no connection: {_failure(exchange)}", evidence(exchange))
    finding = _answered_4xx("HS-14", exchange, "the upgrade to version 99")
    handshake = exchange.handshake
    if handshake is None or handshake.status is None or not 400 <= handshake.status < 500:
        return finding
    named = [v for name, v in handshake.response_headers if name.lower() == "sec-websocket-version"]
    shown = evidence(exchange, *exchange.frames)
    if not named:
        came = f"status {handshake.status} without Sec-WebSocket-Version"
        return failed("HS-14", f"{came}: a client cannot tell which version to speak", shown)
    versions = [version.strip() for value in named for version in value.split(",")]
    if VERSION not in versions:
        came = f"status {handshake.status} naming versions {', '.join(versions)}"
        return failed("HS-14", f"{came}, expected {VERSION} among them", shown)
    return passed("HS-14", f"status {handshake.status}, versions {', '.join(versions)}", shown)


def stalled_handshake_dropped(exchange: Exchange) -> Finding:
    """HS-17: a connection on which nothing is sent is ended within 60 s (docs/protocol.md section 2.2)."""
    if _unreached(exchange):
        return inconclusive("HS-17", f"no connection: {_failure(exchange)}", evidence(exchange))
    closing = exchange.closing
    if closing is None or len(exchange.steps) < 2:
        return inconclusive("HS-17", "the wait was broken off", evidence(exchange))
    waited_s = (exchange.steps[1].ended_ns - exchange.steps[1].began_ns) / 1e9
    if closing.who == "client" or waited_s > STALL_BOUND_S + SPARE_S:
        if waited_s < STALL_BOUND_S:
            short = f"still open after {waited_s:.1f} s, and not waited for longer"
            return inconclusive("HS-17", short, evidence(exchange))
        reason = f"a connection without a byte was still open after {min(waited_s, STALL_BOUND_S):.0f} s"
        return failed("HS-17", reason, evidence(exchange))
    return passed(
        "HS-17", f"a connection without a byte was ended after {waited_s:.1f} s", evidence(exchange)
    )


def _answered_4xx(requirement: str, exchange: Exchange, what: str) -> Finding:
    shown = evidence(exchange, *exchange.frames)
    handshake = exchange.handshake
    if handshake is None or handshake.status is None:
        if any(frame.direction == "received" for frame in exchange.frames):
            return failed(requirement, f"{what} was answered with what is not HTTP", shown)
        ended = exchange.closing is not None and exchange.closing.who != "client"
        came = "the connection ended without an answer" if ended else _silence(exchange)
        return failed(requirement, f"{what} got no answer: {came}", shown)
    if not 400 <= handshake.status < 500:
        return failed(requirement, f"HTTP status {handshake.status} to {what}, expected 4xx", shown)
    return passed(requirement, f"HTTP status {handshake.status} to {what}", shown)


def _silence(exchange: Exchange) -> str:
    waited_s = sum(step.ended_ns - step.began_ns for step in exchange.steps[1:]) / 1e9
    return f"nothing came in {waited_s:.1f} s"


def _unreached(exchange: Exchange) -> bool:
    """Whether the endpoint could not even be connected to."""
    failure = exchange.failure
    steps_before = (ConnectStep.NAME, ConnectStep.PROXY, ConnectStep.TCP)
    return not exchange.steps or (failure is not None and failure.step in steps_before)


def _failure(exchange: Exchange) -> str:
    return exchange.failure.message if exchange.failure is not None else "it was never tried"
