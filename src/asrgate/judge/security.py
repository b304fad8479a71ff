"""SEC: what a deployment lets in, and how (docs/protocol.md sections 2.1 and 2.2)."""

from asrgate.errors import ConnectStep
from asrgate.judge.breach import why_nothing
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed, unsupported
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Connect

PUBLISHED_CERTIFICATE = "9ec0db9bdb6af0a2096e7f3ba890dabe5a4ee45722c44fd4b44a80433d1cf667"
"""SHA-256 of runtime/ssl_key/server.crt in modelscope/FunASR, unchanged since 2023-11-07.

Its private key lies beside it, for everybody (docs/protocol.md section 2.1).
"""

CROWDED_CONNECT_MS = 5000
"""A new session beside 200 idle ones may take this long; alone it should take under 1 s (LAT-01)."""

_REFUSALS = (401, 403, 407)


def old_tls_refused(exchange: Exchange, plain: Exchange) -> Finding:
    """SEC-01: a client that speaks nothing newer than TLS 1.1 is refused (RFC 8996).

    `plain` shows that the endpoint does speak TLS.
    """
    if exchange.url.startswith("ws://"):
        return unsupported("SEC-01", "the endpoint is plain ws://: there is no TLS")
    if exchange.tls is not None:
        return failed("SEC-01", f"{exchange.tls.version} was accepted", evidence(exchange))
    failure = exchange.failure
    if failure is None or failure.step is not ConnectStep.TLS or plain.tls is None:
        came = failure.message if failure is not None else "it was not tried"
        return inconclusive("SEC-01", f"TLS 1.1 could not be tried: {came}", evidence(exchange))
    return passed("SEC-01", f"TLS 1.1 refused; {plain.tls.version} is spoken", evidence(exchange))


def own_certificate(exchange: Exchange) -> Finding:
    """SEC-02: the certificate is not the published one, whose private key everybody has."""
    if exchange.url.startswith("ws://"):
        return unsupported("SEC-02", "the endpoint is plain ws://: there is no certificate")
    if exchange.tls is None:
        nothing = why_nothing([exchange], "no TLS session")
        return inconclusive("SEC-02", nothing, evidence(exchange))
    if exchange.tls.fingerprint_sha256 == PUBLISHED_CERTIFICATE:
        reason = "the certificate is the one of FunASR's repository (runtime/ssl_key/server.crt)"
        return failed("SEC-02", f"{reason}: its private key is public", evidence(exchange))
    shown = exchange.tls.fingerprint_sha256[:16]
    return passed("SEC-02", f"the certificate is one of its own, {shown}…", evidence(exchange))


def foreign_origin_refused(exchange: Exchange, plain: Exchange) -> Finding:
    """SEC-03: a page of a foreign origin is refused (RFC 6455, section 10.2); who lets it in is only told."""
    step = exchange.scenario.steps[0]
    origin = step.origin if isinstance(step, Connect) else None
    return _refused(
        "SEC-03",
        exchange,
        plain,
        what=f"a client with Origin {origin}",
        open_to="web pages of every origin may open sessions",
    )


def anonymous_refused(exchange: Exchange, plain: Exchange) -> Finding:
    """SEC-04: a client without credentials is refused; a deployment that is open to all is only told."""
    return _refused(
        "SEC-04",
        exchange,
        plain,
        what="a client without credentials",
        open_to="whoever reaches the port may open sessions",
    )


def crowd_leaves_room(exchange: Exchange) -> Finding:
    """SEC-05: beside 200 idle sessions a new one opens within 5 s, and is answered."""
    step = exchange.scenario.steps[0]
    idle = step.idle_beside if isinstance(step, Connect) else 0
    handshake = exchange.handshake
    if exchange.failure is not None:
        if handshake is None and exchange.failure.step in (ConnectStep.NAME, ConnectStep.PROXY):
            return inconclusive("SEC-05", exchange.failure.message, evidence(exchange))
        return failed("SEC-05", exchange.failure.message, evidence(exchange))
    if handshake is None or not idle:
        return inconclusive("SEC-05", "no session was opened beside idle ones", evidence(exchange))
    if handshake.total_ms > CROWDED_CONNECT_MS:
        reason = f"beside {idle} idle sessions a new one opened after {handshake.total_ms:.0f} ms"
        return failed("SEC-05", f"{reason}, expected within {CROWDED_CONNECT_MS} ms", evidence(exchange))
    if any(done.outcome in ("timeout", "ended") for done in exchange.steps):
        reason = f"beside {idle} idle sessions a new one was opened, and got no answer"
        return failed("SEC-05", reason, evidence(exchange))
    reason = (
        f"beside {idle} idle sessions a new one opened after {handshake.total_ms:.0f} ms, and was answered"
    )
    return passed("SEC-05", reason, evidence(exchange))


def _refused(requirement: str, exchange: Exchange, plain: Exchange, *, what: str, open_to: str) -> Finding:
    """Whether only this client was refused: `plain` is one that was not."""
    opened = plain.handshake is not None and plain.handshake.status == 101
    status = exchange.handshake.status if exchange.handshake is not None else None
    if status == 101:
        return unsupported(requirement, f"{what} is accepted: {open_to}", evidence(exchange))
    if not opened or status not in _REFUSALS:
        came = f"HTTP status {status}" if status is not None else "no answer"
        nothing = why_nothing([plain, exchange], f"{came} to {what} says nothing")
        return inconclusive(requirement, nothing, evidence(exchange))
    return passed(requirement, f"HTTP status {status} to {what}", evidence(exchange))
