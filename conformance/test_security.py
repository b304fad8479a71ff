"""SEC: what a deployment lets in, and how (docs/protocol.md sections 2.1 and 2.2)."""

from asrgate.judge import security
from asrgate.judge.finding import Finding
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("SEC-01")
def test_old_tls_refused(old_tls: Exchange, plain: Exchange) -> Finding:
    return security.old_tls_refused(old_tls, plain)


@check("SEC-02")
def test_own_certificate(plain: Exchange) -> Finding:
    return security.own_certificate(plain)


@check("SEC-03")
def test_foreign_origin_refused(foreign_origin: Exchange, plain: Exchange) -> Finding:
    return security.foreign_origin_refused(foreign_origin, plain)


@check("SEC-04")
def test_anonymous_refused(anonymous: Exchange, plain: Exchange) -> Finding:
    return security.anonymous_refused(anonymous, plain)


@check("SEC-05")
def test_crowd_leaves_room(beside_idle: Exchange) -> Finding:
    return security.crowd_leaves_room(beside_idle)
