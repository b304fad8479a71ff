"""SEC: what a deployment lets in."""

from dataclasses import replace

from asrgate.errors import ConnectStep
from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.security import (
    PUBLISHED_CERTIFICATE,
    anonymous_refused,
    crowd_leaves_room,
    foreign_origin_refused,
    old_tls_refused,
    own_certificate,
)
from asrgate.wire.exchange import Exchange, Failure
from asrgate.wire.scenario import Connect, OpenTransport

from .exchanges import CERTIFICATE, HANDSHAKE, judged, session, unopened
from .recorded import EMPTY_FINAL

WSS = "wss://asr.example:10095"
SECURE = replace(session().close(), url=WSS, tls=CERTIFICATE)


def old_client(step: ConnectStep | None = None, version: str | None = None) -> Exchange:
    """A client of TLS 1.1: it failed in this step, or this version was accepted."""
    tls = replace(CERTIFICATE, version=version) if version else None
    failure = None if version else Failure(step=step, message="tlsv1 alert protocol version")
    one = replace(unopened(), url=WSS, tls=tls, failure=failure)
    return replace(one, scenario=replace(one.scenario, steps=(OpenTransport(newest_tls="TLSv1.1"),)))


@judged("SEC-01", Verdict.PASS, "TLS 1.1 refused", "TLSv1.3 is spoken")
def test_old_tls_that_is_refused_passes() -> Finding:
    """While newer TLS is spoken."""
    return old_tls_refused(old_client(ConnectStep.TLS), SECURE)


@judged("SEC-01", Verdict.FAIL, "TLSv1.1 was accepted")
def test_old_tls_that_is_accepted_fails() -> Finding:
    """RFC 8996 forbids it."""
    return old_tls_refused(old_client(version="TLSv1.1"), SECURE)


@judged("SEC-01", Verdict.INCONCLUSIVE, "could not be tried")
def test_a_client_that_cannot_speak_old_tls_shows_nothing() -> Finding:
    """The step is nobody's when it is our own library that refuses."""
    return old_tls_refused(old_client(), SECURE)


@judged("SEC-01", Verdict.INCONCLUSIVE, "could not be tried")
def test_an_endpoint_that_speaks_no_tls_at_all_refuses_nothing() -> Finding:
    """Its refusal says nothing about the version."""
    return old_tls_refused(old_client(ConnectStep.TLS), replace(SECURE, tls=None))


@judged("SEC-01", Verdict.UNSUPPORTED, "ws://")
def test_a_plain_endpoint_has_no_tls() -> Finding:
    """On ws:// there is no version to refuse."""
    return old_tls_refused(unopened(), session().close())


@judged("SEC-02", Verdict.PASS, "one of its own")
def test_a_certificate_of_its_own_passes() -> Finding:
    """Whoever signed it."""
    return own_certificate(SECURE)


@judged("SEC-02", Verdict.FAIL, "private key is public")
def test_the_published_certificate_fails() -> Finding:
    """Everybody has its key."""
    return own_certificate(
        replace(SECURE, tls=replace(CERTIFICATE, fingerprint_sha256=PUBLISHED_CERTIFICATE))
    )


@judged("SEC-02", Verdict.INCONCLUSIVE, "connection refused")
def test_without_tls_no_certificate_is_known() -> Finding:
    """The connection failed before."""
    return own_certificate(replace(unopened(), url=WSS))


@judged("SEC-02", Verdict.UNSUPPORTED, "ws://")
def test_a_plain_endpoint_shows_no_certificate() -> Finding:
    """There is none."""
    return own_certificate(session().close())


def stranger(status: int) -> Exchange:
    """A client from elsewhere, without credentials, that was answered so."""
    one = session().close()
    connect = Connect(origin="https://elsewhere.example", anonymous=True)
    scenario = replace(one.scenario, steps=(connect, *one.scenario.steps[1:]))
    return replace(one, scenario=scenario, handshake=replace(HANDSHAKE, status=status))


FRIEND = session().close()


@judged("SEC-03", Verdict.PASS, "403", "https://elsewhere.example")
def test_a_foreign_origin_that_is_refused_passes() -> Finding:
    """And a client of no origin is not."""
    return foreign_origin_refused(stranger(403), FRIEND)


@judged("SEC-03", Verdict.UNSUPPORTED, "web pages of every origin")
def test_a_foreign_origin_that_is_accepted_is_told() -> Finding:
    """All upstream servers do so."""
    return foreign_origin_refused(stranger(101), FRIEND)


@judged("SEC-03", Verdict.INCONCLUSIVE, "HTTP status 502")
def test_a_refusal_for_other_reasons_says_nothing_of_origins() -> Finding:
    """A gateway without a server behind it."""
    return foreign_origin_refused(stranger(502), FRIEND)


@judged("SEC-03", Verdict.INCONCLUSIVE, "connection refused")
def test_without_an_answer_no_origin_is_judged() -> Finding:
    """Nobody is let in."""
    return foreign_origin_refused(unopened(), unopened())


@judged("SEC-04", Verdict.PASS, "401")
def test_a_client_without_credentials_that_is_refused_passes() -> Finding:
    """While one that has them is let in."""
    return anonymous_refused(stranger(401), FRIEND)


@judged("SEC-04", Verdict.UNSUPPORTED, "whoever reaches the port")
def test_a_client_without_credentials_that_is_accepted_is_told() -> Finding:
    """All upstream servers do so."""
    return anonymous_refused(stranger(101), FRIEND)


@judged("SEC-04", Verdict.INCONCLUSIVE, "connection refused")
def test_without_an_answer_no_credentials_are_judged() -> Finding:
    """Nobody is let in."""
    return anonymous_refused(unopened(), unopened())


def crowded(total_ms: float = 20, *, answered: bool = True) -> Exchange:
    """A session that took so long to open beside 200 idle ones."""
    begun = session().config().end()
    one = begun.reply(EMPTY_FINAL["funasr-2pass"]).terminated() if answered else begun.timed_out(10)
    exchange = one.close()
    scenario = replace(exchange.scenario, steps=(Connect(idle_beside=200), *exchange.scenario.steps[1:]))
    return replace(exchange, scenario=scenario, handshake=replace(HANDSHAKE, total_ms=total_ms))


@judged("SEC-05", Verdict.PASS, "beside 200 idle sessions", "20 ms", "answered")
def test_room_beside_a_crowd_passes() -> Finding:
    """A new session opens, and is answered."""
    return crowd_leaves_room(crowded())


@judged("SEC-05", Verdict.FAIL, "6000 ms")
def test_a_crowd_that_slows_a_new_session_fails() -> Finding:
    """Five seconds are too many."""
    return crowd_leaves_room(crowded(6000))


@judged("SEC-05", Verdict.FAIL, "got no answer")
def test_a_crowd_that_leaves_a_new_session_deaf_fails() -> Finding:
    """It opened, but that is all."""
    return crowd_leaves_room(crowded(answered=False))


@judged("SEC-05", Verdict.FAIL, "only 143 of 200 idle sessions")
def test_a_limit_below_the_crowd_fails() -> Finding:
    """How many were accepted is told."""
    said = "only 143 of 200 idle sessions were accepted: HTTP 503"
    return crowd_leaves_room(replace(crowded(), failure=Failure(step=ConnectStep.HTTP, message=said)))


@judged("SEC-05", Verdict.INCONCLUSIVE, "no session was opened")
def test_without_a_crowd_there_is_nothing_to_judge() -> Finding:
    """Nothing was driven."""
    return crowd_leaves_room(replace(session().close(), handshake=None))
