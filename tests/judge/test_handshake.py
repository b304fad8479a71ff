"""HS: handshake, TLS, ping, close and reconnecting."""

from dataclasses import replace

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.handshake import (
    accepted_without_subprotocol,
    any_path_accepted,
    binary_offer_accepted,
    binary_selected,
    certificate_verifies,
    close_acknowledged,
    ping_answered,
    reconnects,
    upgrade_completes,
)
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Connect

from .exchanges import CERTIFICATE, HANDSHAKE, judged, session, unopened
from .recorded import heard

PAYLOAD = "00ff10a1b2c3d4e5"


def shaken(**facts: object) -> Exchange:
    """A session that was closed at once, with these facts of its handshake changed."""
    return replace(session().close(), handshake=replace(HANDSHAKE, **facts))  # type: ignore[arg-type]


def refused(status: int) -> Exchange:
    """A session that was answered with an HTTP error."""
    return replace(unopened(), handshake=replace(HANDSHAKE, status=status, accept_valid=False))


def bare(**facts: object) -> Exchange:
    """A session of a client that offered no subprotocol."""
    return shaken(request_headers=(("Host", "127.0.0.1"),), **facts)


@judged("HS-04", Verdict.FAIL, "'chat' selected")
def test_a_selection_without_an_offer_fails_however_the_client_took_it() -> Finding:
    """The answer counts: the client had to fail the handshake."""
    return accepted_without_subprotocol(bare(response_headers=(("Sec-WebSocket-Protocol", "chat"),)))


def secured(**facts: object) -> Exchange:
    """A session over TLS, with these facts changed."""
    tls = replace(CERTIFICATE, **facts)  # type: ignore[arg-type]
    return replace(session().close(), url="wss://asr.example:10095", tls=tls)


@judged("HS-01", Verdict.PASS, "101")
def test_a_valid_upgrade_passes() -> Finding:
    """Status 101 with the right accept key is what RFC 6455 asks for."""
    return upgrade_completes(shaken())


@judged("HS-01", Verdict.FAIL, "HTTP status 403")
def test_another_status_fails() -> Finding:
    """A status other than 101 is reported with its number."""
    return upgrade_completes(refused(403))


@judged("HS-01", Verdict.FAIL, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
def test_a_wrong_accept_key_fails() -> Finding:
    """An accept key that does not belong to the request is shown."""
    return upgrade_completes(shaken(accept_valid=False))


@judged("HS-01", Verdict.FAIL, "connection refused")
def test_no_answer_at_all_fails() -> Finding:
    """An endpoint that cannot be reached has not completed a handshake."""
    return upgrade_completes(unopened())


@judged("HS-02", Verdict.PASS, "CN=asr.example", "TLSv1.3")
def test_a_certificate_that_verifies_passes() -> Finding:
    """A certificate with valid chain, name and dates is fine."""
    return certificate_verifies(secured())


@judged("HS-02", Verdict.FAIL, "self-signed certificate")
def test_a_certificate_that_does_not_verify_fails_with_its_reason() -> Finding:
    """The reason of the TLS library is part of the finding."""
    return certificate_verifies(secured(verified=False, verify_error="self-signed certificate"))


@judged("HS-02", Verdict.UNSUPPORTED, "ws://")
def test_a_plain_endpoint_has_no_certificate() -> Finding:
    """On ws:// there is nothing to verify."""
    return certificate_verifies(shaken())


@judged("HS-02", Verdict.INCONCLUSIVE, "connection refused")
def test_without_tls_session_no_certificate_is_judged() -> Finding:
    """A connection that failed before TLS shows no certificate."""
    return certificate_verifies(replace(unopened(), url="wss://asr.example:10095"))


@judged("HS-04", Verdict.PASS, "101")
def test_a_client_without_subprotocol_is_accepted() -> Finding:
    """C++ servers accept a client that offers none."""
    return accepted_without_subprotocol(bare())


def refused_bare(dialect: str, status: int) -> Exchange:
    """A session of a client that offered no subprotocol, answered with an HTTP error."""
    facts = replace(HANDSHAKE, request_headers=(), status=status, accept_valid=False)
    return replace(unopened(dialect), handshake=facts)


@judged("HS-04", Verdict.FAIL, "HTTP status 400")
def test_a_server_that_insists_on_a_subprotocol_fails() -> Finding:
    """The guide's clients offer none."""
    return accepted_without_subprotocol(refused_bare("funasr-2pass", 400))


@judged("HS-04", Verdict.UNSUPPORTED, "must offer the subprotocol binary", "400")
def test_the_python_server_is_said_to_insist_on_a_subprotocol() -> Finding:
    """On a recent library that family refuses with 400."""
    return accepted_without_subprotocol(refused_bare("funasr-python", 400))


@judged("HS-04", Verdict.FAIL, "HTTP status 503")
def test_another_refusal_is_not_by_design() -> Finding:
    """Only status 400 is what the library answers."""
    return accepted_without_subprotocol(refused_bare("funasr-python", 503))


@judged("HS-04", Verdict.FAIL, "'binary'")
def test_a_subprotocol_that_was_not_offered_fails() -> Finding:
    """A server must not select what was not offered."""
    return accepted_without_subprotocol(bare(subprotocol="binary"))


@judged("HS-04", Verdict.INCONCLUSIVE, "did offer")
def test_a_client_that_offers_one_shows_nothing() -> Finding:
    """The judge looks at what was really sent."""
    return accepted_without_subprotocol(shaken())


def offering(**facts: object) -> Exchange:
    """A session of a client that offered `binary`, with these facts of its handshake changed."""
    return shaken(**facts)


def selecting(name: str) -> Exchange:
    """A session for which this subprotocol was selected."""
    return offering(response_headers=(("Sec-WebSocket-Protocol", name),))


@judged("HS-05", Verdict.PASS, "offers binary", "none selected")
def test_an_offer_that_is_ignored_is_accepted() -> Finding:
    """As on the C++ servers."""
    return binary_offer_accepted(offering())


@judged("HS-05", Verdict.PASS, "'binary' selected")
def test_an_offer_that_is_taken_is_accepted() -> Finding:
    """As on the Python server."""
    return binary_offer_accepted(selecting("binary"))


@judged("HS-05", Verdict.FAIL, "'chat' selected", "offers binary")
def test_what_was_not_offered_must_not_be_selected() -> Finding:
    """A client has to fail such a handshake, so the answer counts and not what came of it."""
    return binary_offer_accepted(selecting("chat"))


@judged("HS-05", Verdict.FAIL, "HTTP status 400")
def test_an_offer_must_not_be_refused() -> Finding:
    """All upstream clients offer binary."""
    return binary_offer_accepted(refused(400))


@judged("HS-05", Verdict.INCONCLUSIVE, "connection refused")
def test_without_an_answer_no_offer_is_judged() -> Finding:
    """Nothing was answered."""
    return binary_offer_accepted(unopened())


@judged("HS-06", Verdict.PASS, "binary selected")
def test_binary_is_selected() -> Finding:
    """A browser that asks for it goes on."""
    return binary_selected(selecting("binary"))


@judged("HS-06", Verdict.FAIL, "no subprotocol selected")
def test_binary_is_not_selected() -> Finding:
    """A browser that asks for it fails the handshake."""
    return binary_selected(offering())


@judged("HS-06", Verdict.INCONCLUSIVE, "connection refused")
def test_without_session_nothing_is_selected() -> Finding:
    """There is no answer."""
    return binary_selected(unopened())


def under(path: str, **facts: object) -> Exchange:
    """A session under this path."""
    one = shaken(**facts)
    steps = (Connect(path=path), *one.scenario.steps[1:])
    return replace(one, scenario=replace(one.scenario, steps=steps))


@judged("HS-18", Verdict.PASS, "'/', '/wss/'")
def test_any_path_opens() -> Finding:
    """As on all upstream servers."""
    return any_path_accepted([under("/"), under("/wss/")])


@judged("HS-18", Verdict.FAIL, "404", "'/wss/'")
def test_a_path_that_is_not_found_fails() -> Finding:
    """The path and the answer are told."""
    return any_path_accepted([under("/"), under("/wss/", status=404)])


@judged("HS-18", Verdict.INCONCLUSIVE, "connection refused")
def test_without_an_answer_no_path_is_judged() -> Finding:
    """Nothing was answered."""
    return any_path_accepted([unopened(), unopened()])


@judged("HS-08", Verdict.PASS, "3.0 ms")
def test_a_prompt_pong_passes() -> Finding:
    """The same payload comes back at once."""
    return ping_answered(session().config().ping(PAYLOAD, pong=PAYLOAD).close())


@judged("HS-08", Verdict.FAIL, PAYLOAD)
def test_no_pong_fails() -> Finding:
    """A ping that is never answered is named by its payload."""
    return ping_answered(session().config().ping(PAYLOAD, pong=None).close())


@judged("HS-08", Verdict.FAIL, "ffff", PAYLOAD)
def test_a_pong_with_another_payload_fails() -> Finding:
    """A pong must carry the payload of the ping."""
    return ping_answered(session().config().ping(PAYLOAD, pong="ffff").close())


@judged("HS-08", Verdict.FAIL, "6000 ms")
def test_a_late_pong_fails() -> Finding:
    """More than five seconds are too many."""
    return ping_answered(session().config().ping(PAYLOAD, pong=PAYLOAD, after_ms=6000).close())


@judged("HS-08", Verdict.INCONCLUSIVE, "connection refused")
def test_without_session_there_is_no_ping() -> Finding:
    """Nothing can be said about pings on a session that never opened."""
    return ping_answered(unopened())


@judged("HS-11", Verdict.PASS, "1000 and 1001")
def test_acknowledged_closes_pass() -> Finding:
    """Both codes are echoed, and TCP ends."""
    return close_acknowledged([session().config().close(1000), session().config().close(1001)])


@judged("HS-11", Verdict.FAIL, "not answered")
def test_tcp_that_ends_without_a_close_frame_fails() -> Finding:
    """Cutting the connection is no acknowledgement."""
    return close_acknowledged([session().config().close(1000, clean=False)])


@judged("HS-11", Verdict.FAIL, "answered with close 1011")
def test_an_answer_that_tells_of_an_error_fails() -> Finding:
    """The client closed in order, the server says that something broke."""
    return close_acknowledged([session().config().close(1000, answered=1011)])


@judged("HS-11", Verdict.PASS, "1001")
def test_an_ordinary_answer_passes() -> Finding:
    """Gateways answer 1000 to whatever comes."""
    return close_acknowledged([session().config().close(1001, answered=1000)])


@judged("HS-11", Verdict.FAIL, "11000 ms", "1001")
def test_tcp_that_lingers_fails() -> Finding:
    """TCP must end within ten seconds."""
    return close_acknowledged([session().config().close(1000), session().config().close(1001, took_ms=11000)])


@judged("HS-11", Verdict.INCONCLUSIVE, "server closed")
def test_a_server_that_closes_first_leaves_nothing_to_judge() -> Finding:
    """Only a close of the client can be acknowledged."""
    return close_acknowledged([session().config().closed("server", 1011)])


def cycles(count: int = 20) -> list[Exchange]:
    """Connections that were closed at once."""
    return [session(name=f"cycle-{number}").close() for number in range(count)]


@judged("HS-12", Verdict.PASS, "20 connect and close cycles")
def test_reconnecting_passes() -> Finding:
    """After twenty cycles the utterance reads as before, punctuation aside."""
    return reconnects(
        cycles(), heard("funasr-2pass", "阿里巴巴你好。"), heard("funasr-2pass", "阿里巴巴你好")
    )


@judged("HS-12", Verdict.FAIL, "2 of 20 connections", "connection refused")
def test_a_refused_cycle_fails() -> Finding:
    """Every one of the cycles must connect."""
    same = heard("funasr-2pass", "阿里巴巴你好")
    return reconnects([*cycles(18), unopened(), unopened()], same, same)


@judged("HS-12", Verdict.PASS, "20 connect and close cycles")
def test_an_engine_that_does_not_repeat_itself_passes() -> Finding:
    """One character in six may be another one: that is the engine's, not the connections'."""
    return reconnects(cycles(), heard("funasr-2pass", "阿里爸巴你好"), heard("funasr-2pass", "阿里巴巴你好"))


@judged("HS-12", Verdict.FAIL, "'阿里'", "'阿里巴巴你好'")
def test_an_utterance_that_reads_otherwise_fails() -> Finding:
    """Both texts are shown."""
    return reconnects(cycles(), heard("funasr-2pass", "阿里"), heard("funasr-2pass", "阿里巴巴你好"))


@judged("HS-12", Verdict.INCONCLUSIVE, "even before")
def test_without_text_before_nothing_can_be_compared() -> Finding:
    """A recogniser that hears nothing cannot show a change."""
    return reconnects(cycles(), heard("funasr-2pass", ""), heard("funasr-2pass", ""))
