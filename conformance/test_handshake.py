"""HS: the opening handshake, TLS, ping and close (docs/protocol.md section 2)."""

from collections.abc import Sequence

from asrgate.judge import handshake
from asrgate.judge.finding import Finding
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("HS-01")
def test_upgrade_completes(plain: Exchange) -> Finding:
    return handshake.upgrade_completes(plain)


@check("HS-02")
def test_certificate_verifies(plain: Exchange) -> Finding:
    return handshake.certificate_verifies(plain)


@check("HS-04")
def test_accepted_without_subprotocol(no_subprotocol: Exchange) -> Finding:
    return handshake.accepted_without_subprotocol(no_subprotocol)


@check("HS-08")
def test_ping_answered(ping: Exchange) -> Finding:
    return handshake.ping_answered(ping)


@check("HS-11")
def test_close_acknowledged(plain: Exchange, empty: Exchange) -> Finding:
    return handshake.close_acknowledged([plain, empty])


@check("HS-12")
def test_reconnects(cycles: Sequence[Exchange], after_cycles: Exchange, plain: Exchange) -> Finding:
    return handshake.reconnects(cycles, after_cycles, fresh=plain)
