"""HS: frames within a session."""

from dataclasses import replace

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.framing import (
    compression_works,
    fragments_accepted,
    malformed_frames_close,
    pong_under_load,
)
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import SendFrame

from .exchanges import HANDSHAKE, Session, judged, session, unopened
from .recorded import heard, sentence

PAYLOAD = "00ff10a1b2c3d4e5"
C2 = "funasr-2pass"
DEFLATE = ("Sec-WebSocket-Extensions", "permessage-deflate")


def negotiated(exchange: Exchange, status: int = 101) -> Exchange:
    """The exchange, with compression negotiated."""
    return replace(exchange, handshake=replace(HANDSHAKE, status=status, response_headers=(DEFLATE,)))


PLAIN = heard(C2, "阿里巴巴你好")


@judged("HS-07", Verdict.PASS, "declined")
def test_compression_that_is_declined_passes() -> Finding:
    """As on the C++ servers."""
    return compression_works(heard(C2, "阿里巴巴你好。"), PLAIN)


@judged("HS-07", Verdict.PASS, "negotiated as 'permessage-deflate'")
def test_compression_that_works_passes() -> Finding:
    """As on the Python server."""
    return compression_works(negotiated(heard(C2, "阿里巴巴你好")), PLAIN)


@judged("HS-07", Verdict.FAIL, "negotiated", "'阿里'")
def test_compression_that_loses_text_fails() -> Finding:
    """Both texts are told."""
    return compression_works(negotiated(heard(C2, "阿里")), PLAIN)


@judged("HS-07", Verdict.FAIL, "without compression negotiated", "reserved bits must be 0")
def test_a_compressed_frame_without_negotiation_fails() -> Finding:
    """The client has to give up over it."""
    broken = session().config().closed("client", 1002, clean=False, reason="reserved bits must be 0")
    return compression_works(PLAIN, broken)


@judged("HS-07", Verdict.FAIL, "with 'permessage-deflate' negotiated")
def test_a_broken_compressed_frame_fails() -> Finding:
    """It cannot be read."""
    broken = session().config().closed("client", 1002, clean=False, reason="decompression failed")
    return compression_works(negotiated(broken), PLAIN)


@judged("HS-07", Verdict.FAIL, "'permessage-deflate' was selected, none was offered")
def test_an_extension_that_was_not_offered_fails() -> Finding:
    """The client has to fail the handshake."""
    return compression_works(PLAIN, negotiated(PLAIN))


@judged("HS-07", Verdict.FAIL, "HTTP status 400")
def test_an_offer_that_is_refused_fails() -> Finding:
    """Declining is no refusal."""
    return compression_works(replace(unopened(), handshake=replace(HANDSHAKE, status=400)), PLAIN)


@judged("HS-07", Verdict.INCONCLUSIVE, "connection refused")
def test_without_an_answer_no_compression_is_judged() -> Finding:
    """Nothing was answered."""
    return compression_works(unopened(), PLAIN)


@judged("HS-07", Verdict.INCONCLUSIVE, "even without compression")
def test_without_text_no_compression_is_judged() -> Finding:
    """There is nothing that could be lost."""
    return compression_works(heard(C2, ""), heard(C2, ""))


def speaking() -> Session:
    """The first 1.8 s of a session in real time."""
    return session().config().audio(1800, pace=1.0)


def pinging(*after_ms: float | None) -> Exchange:
    """Somebody who speaks and pings; each pong comes so late, or never."""
    begun = speaking()
    for number, late_ms in enumerate(after_ms):
        payload = f"{number:04x}"
        begun = begun.ping(payload, pong=None if late_ms is None else payload, after_ms=late_ms or 0)
    return begun.end().reply(*sentence(C2, "一二三")).terminated().close()


@judged("HS-09", Verdict.PASS, "3 pongs, the slowest after 150.0 ms", "beside 2 other sessions")
def test_prompt_pongs_under_load_pass() -> Finding:
    """The slowest is told."""
    return pong_under_load(pinging(3, 150, 20), [speaking().close(), speaking().close()])


@judged("HS-09", Verdict.FAIL, "pong after 2500 ms", "beside 1 other session")
def test_a_pong_that_waits_for_the_decoder_fails() -> Finding:
    """Clients and gateways take the server for dead."""
    return pong_under_load(pinging(3, 2500), [speaking().close()])


@judged("HS-09", Verdict.FAIL, "no pong", "0001")
def test_no_pong_under_load_fails() -> Finding:
    """The ping is named by its payload."""
    return pong_under_load(pinging(3, None, 3), [speaking().close()])


@judged("HS-09", Verdict.INCONCLUSIVE, "no other session")
def test_pings_alone_are_no_load() -> Finding:
    """Fewer connections than it takes were allowed."""
    later = replace(speaking().close(), started_at="2026-11-22T12:30:00+00:00")
    return pong_under_load(pinging(3), [later])


@judged("HS-09", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_session_there_is_no_ping_under_load() -> Finding:
    """Nothing was sent."""
    return pong_under_load(unopened(), [speaking().close()])


UNMASKED = SendFrame(opcode=1, payload_hex="7b7d", masked=False)
RESERVED = SendFrame(opcode=3)


def canary(*, lost: bool = False) -> Exchange:
    """An idle session beside the others."""
    idle = session().listen(1).ping(PAYLOAD, pong=PAYLOAD)
    return idle.closed("network", None, clean=False) if lost else idle.close()


def both(code: int = 1002) -> list[Exchange]:
    """Both frames, and how the server closed."""
    return [session().raw_frame(frame).closed("server", code) for frame in (UNMASKED, RESERVED)]


@judged("HS-15", Verdict.PASS, "1002", "an unmasked frame", "reserved opcode 3", "stayed")
def test_frames_against_the_rules_that_close_with_1002_pass() -> Finding:
    """As on all upstream servers."""
    return malformed_frames_close(both(), canary())


@judged("HS-15", Verdict.FAIL, "server close 1011 after an unmasked frame", "1 more")
def test_another_code_fails() -> Finding:
    """1011 would be the server's own error."""
    return malformed_frames_close(both(1011), canary())


@judged("HS-15", Verdict.FAIL, "no close after a frame of the reserved opcode 3")
def test_a_frame_that_is_swallowed_fails() -> Finding:
    """The client closed in the end."""
    return malformed_frames_close([both()[0], session().raw_frame(RESERVED).close()], canary())


@judged("HS-15", Verdict.FAIL, "without a close frame after an unmasked frame")
def test_a_connection_that_is_cut_fails() -> Finding:
    """Nobody is told why."""
    cut = session().raw_frame(UNMASKED).closed("network", None, clean=False)
    return malformed_frames_close([cut, both()[1]], canary())


@judged("HS-15", Verdict.FAIL, "an idle session beside it was lost")
def test_a_lost_canary_fails() -> Finding:
    """Only the session that sent it is to be closed."""
    return malformed_frames_close(both(), canary(lost=True))


@judged("HS-15", Verdict.INCONCLUSIVE, "connection refused")
def test_without_sessions_no_frame_is_judged() -> Finding:
    """Nothing was sent."""
    return malformed_frames_close([unopened(), unopened()], unopened())


def fragmented(text: str, *, pong: bool = True) -> Exchange:
    """A session in fragments, and what was recognised in it."""
    begun = session().fragments(PAYLOAD, pong=pong).audio(1800).end()
    return begun.reply(*sentence(C2, text)).terminated().close()


@judged("HS-16", Verdict.PASS, "'阿里巴巴你好'", "1 ping")
def test_fragments_that_are_put_together_pass() -> Finding:
    """The text is that of whole messages, and the ping has its pong."""
    return fragments_accepted(fragmented("阿里巴巴你好"), PLAIN)


@judged("HS-16", Verdict.FAIL, "'阿里'", "'阿里巴巴你好'")
def test_fragments_that_are_lost_fail() -> Finding:
    """Both texts are told."""
    return fragments_accepted(fragmented("阿里"), PLAIN)


@judged("HS-16", Verdict.FAIL, "1 of 1 ping between fragments got no pong")
def test_a_ping_between_fragments_that_is_lost_fails() -> Finding:
    """Control frames may come in the middle of a message."""
    return fragments_accepted(fragmented("阿里巴巴你好", pong=False), PLAIN)


@judged("HS-16", Verdict.FAIL, "server close 1003")
def test_fragments_that_are_refused_fail() -> Finding:
    """The close code is told."""
    return fragments_accepted(session().fragments(PAYLOAD).closed("server", 1003), PLAIN)


@judged("HS-16", Verdict.INCONCLUSIVE, "even in whole messages")
def test_without_text_no_fragments_are_judged() -> Finding:
    """There is nothing that could be lost."""
    return fragments_accepted(fragmented(""), heard(C2, ""))


@judged("HS-16", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_session_there_are_no_fragments() -> Finding:
    """Nothing was sent."""
    return fragments_accepted(unopened(), PLAIN)
