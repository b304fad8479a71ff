"""HS: the opening handshake, TLS, ping and close (docs/protocol.md section 2)."""

from collections.abc import Sequence

from asrgate.judge import framing, handshake, upgrade
from asrgate.judge.finding import Finding, worst
from asrgate.judge.isolation import Concurrent
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("HS-01")
def test_upgrade_completes(plain: Exchange, cycles: Sequence[Exchange]) -> Finding:
    return worst(map(handshake.upgrade_completes, (plain, *cycles)))


@check("HS-02")
def test_certificate_verifies(plain: Exchange) -> Finding:
    return handshake.certificate_verifies(plain)


@check("HS-03")
def test_mismatch_fails_fast(wrong_scheme: Exchange) -> Finding:
    return upgrade.mismatch_fails_fast(wrong_scheme)


@check("HS-04")
def test_accepted_without_subprotocol(no_subprotocol: Exchange) -> Finding:
    return handshake.accepted_without_subprotocol(no_subprotocol)


@check("HS-05")
def test_binary_offer_accepted(offers_binary: Exchange, cycles: Sequence[Exchange]) -> Finding:
    return worst(map(handshake.binary_offer_accepted, (offers_binary, *cycles)))


@check("HS-06")
def test_binary_selected(offers_binary: Exchange) -> Finding:
    return handshake.binary_selected(offers_binary)


@check("HS-07")
def test_compression_works(deflated: Exchange, plain: Exchange) -> Finding:
    return framing.compression_works(deflated, plain)


@check("HS-08")
def test_ping_answered(ping: Exchange) -> Finding:
    return handshake.ping_answered(ping)


@check("HS-09")
def test_pong_under_load(crowd_and_pings: tuple[Sequence[Concurrent], Exchange]) -> Finding:
    speakers, pinged = crowd_and_pings
    return framing.pong_under_load(pinged, [speaker.exchange for speaker in speakers])


@check("HS-11")
def test_close_acknowledged(plain: Exchange, empty: Exchange) -> Finding:
    return handshake.close_acknowledged([plain, empty])


@check("HS-12")
def test_reconnects(cycles: Sequence[Exchange], after_cycles: Exchange, plain: Exchange) -> Finding:
    return handshake.reconnects(cycles, after_cycles, fresh=plain)


@check("HS-13")
def test_plain_get_refused(plain_get: Exchange) -> Finding:
    return upgrade.plain_get_refused(plain_get)


@check("HS-14")
def test_other_version_refused(other_version: Exchange) -> Finding:
    return upgrade.other_version_refused(other_version)


@check("HS-15")
def test_malformed_frames_close(malformed: Sequence[Exchange]) -> Finding:
    canary, *hostile = malformed
    return framing.malformed_frames_close(hostile, canary)


@check("HS-16")
def test_fragments_accepted(fragmented: Exchange, plain: Exchange) -> Finding:
    return framing.fragments_accepted(fragmented, plain)


@check("HS-17")
def test_stalled_handshake_dropped(silent_client: Exchange) -> Finding:
    return upgrade.stalled_handshake_dropped(silent_client)


@check("HS-18")
def test_any_path_accepted(paths: Sequence[Exchange]) -> Finding:
    return handshake.any_path_accepted(paths)
