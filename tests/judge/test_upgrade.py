"""HS: connections that never become a session."""

from asrgate.errors import ConnectStep
from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.upgrade import (
    mismatch_fails_fast,
    other_version_refused,
    plain_get_refused,
    stalled_handshake_dropped,
)
from asrgate.wire.exchange import Closing, Exchange, Failure, Frame, Handshake, Outcome, StepDone
from asrgate.wire.scenario import AwaitEnd, AwaitReply, OpenTransport, Scenario, SendRequest, Step

from .exchanges import judged

ASK: tuple[Step, ...] = (OpenTransport(), SendRequest(), AwaitReply(timeout_s=10))
STALL: tuple[Step, ...] = (OpenTransport(tls="none"), AwaitEnd(timeout_s=62))


def bare(
    steps: tuple[Step, ...],
    *outcomes: tuple[Outcome, float],
    url: str = "ws://127.0.0.1:10095",
    failure: Failure | None = None,
    handshake: Handshake | None = None,
    came: bool = False,
) -> Exchange:
    """An exchange on a bare transport whose steps ended so, each after so many seconds."""
    done: list[StepDone] = []
    at_ns = 0
    for number, (outcome, took_s) in enumerate(outcomes):
        done.append(
            StepDone(step=number, began_ns=at_ns, ended_ns=at_ns + round(took_s * 1e9), outcome=outcome)
        )
        at_ns = done[-1].ended_ns
    who = "server" if outcomes and outcomes[-1][0] == "ended" else "client"
    closing = None if failure else Closing(who=who, code=None, reason="", clean=False, at_ns=at_ns)  # type: ignore[arg-type]
    frame = Frame(index=0, direction="received", kind="raw", role="other", at_ns=at_ns, size=7, step=2)
    return Exchange(
        scenario=Scenario(name="bare", steps=steps),
        dialect="funasr-2pass",
        url=url,
        started_at="2026-11-22T12:00:00+00:00",
        handshake=handshake,
        frames=(frame,) if came or handshake else (),
        steps=tuple(done),
        closing=closing,
        failure=failure,
    )


def refused(step: ConnectStep = ConnectStep.TCP, took_s: float = 0.1) -> Exchange:
    """A connection that failed in this step."""
    return bare(ASK, ("failed", took_s), failure=Failure(step=step, message="connection refused"))


def answered(status: int, *headers: tuple[str, str]) -> Exchange:
    """A request that got this answer."""
    handshake = Handshake(
        request_headers=(),
        status=status,
        response_headers=headers,
        subprotocol=None,
        accept_valid=False,
        name_ms=0.1,
        tcp_ms=0.1,
        tls_ms=None,
        upgrade_ms=1.0,
        total_ms=1.2,
    )
    return bare(ASK, ("done", 0.1), ("done", 0), ("reply", 0.1), handshake=handshake)


@judged("HS-03", Verdict.PASS, "TLS to a plain port ended after 5.0 s")
def test_a_plain_port_that_ends_the_tls_greeting_passes() -> Finding:
    """The C++ servers wait for their own deadline of 5 s."""
    return mismatch_fails_fast(refused(ConnectStep.TLS, took_s=5))


@judged("HS-03", Verdict.PASS, "plain HTTP to a TLS port was answered after 0.2 s")
def test_a_tls_port_that_answers_plain_http_passes() -> Finding:
    """By an alert, or as gateways do by status 400."""
    outcomes: tuple[tuple[Outcome, float], ...] = (("done", 0.1), ("done", 0), ("reply", 0.1))
    return mismatch_fails_fast(bare(ASK, *outcomes, url="wss://127.0.0.1:10095", came=True))


@judged("HS-03", Verdict.PASS, "plain HTTP to a TLS port ended")
def test_a_tls_port_that_ends_plain_http_passes() -> Finding:
    """Without a byte."""
    outcomes: tuple[tuple[Outcome, float], ...] = (("done", 0.1), ("done", 0), ("ended", 0.1))
    return mismatch_fails_fast(bare(ASK, *outcomes, url="wss://127.0.0.1:10095"))


@judged("HS-03", Verdict.FAIL, "TLS to a plain port hangs", "15.0 s")
def test_a_plain_port_that_swallows_the_tls_greeting_fails() -> Finding:
    """The client gave up."""
    return mismatch_fails_fast(refused(ConnectStep.TLS, took_s=15))


@judged("HS-03", Verdict.FAIL, "plain HTTP to a TLS port hangs")
def test_a_tls_port_that_swallows_plain_http_fails() -> Finding:
    """The client gave up."""
    outcomes: tuple[tuple[Outcome, float], ...] = (("done", 0.1), ("done", 0), ("timeout", 15))
    return mismatch_fails_fast(bare(ASK, *outcomes, url="wss://127.0.0.1:10095"))


@judged("HS-03", Verdict.INCONCLUSIVE, "connection refused")
def test_where_nothing_listens_no_scheme_is_wrong() -> Finding:
    """The step that failed was another."""
    return mismatch_fails_fast(refused())


@judged("HS-13", Verdict.PASS, "426")
def test_a_get_that_is_told_to_upgrade_passes() -> Finding:
    """As all upstream servers do."""
    return plain_get_refused(answered(426))


@judged("HS-13", Verdict.FAIL, "HTTP status 200", "4xx")
def test_a_get_that_succeeds_fails() -> Finding:
    """A web page is not what this port is for."""
    return plain_get_refused(answered(200))


@judged("HS-13", Verdict.FAIL, "nothing came in 10.0 s")
def test_a_get_that_hangs_fails() -> Finding:
    """The wait is told."""
    return plain_get_refused(bare(ASK, ("done", 0.1), ("done", 0), ("timeout", 10)))


@judged("HS-13", Verdict.FAIL, "ended without an answer")
def test_a_get_that_is_cut_off_fails() -> Finding:
    """Nobody is told why."""
    return plain_get_refused(bare(ASK, ("done", 0.1), ("done", 0), ("ended", 0.1)))


@judged("HS-13", Verdict.FAIL, "not HTTP")
def test_an_answer_that_is_not_http_fails() -> Finding:
    """Bytes came, but no status."""
    return plain_get_refused(bare(ASK, ("done", 0.1), ("done", 0), ("reply", 0.1), came=True))


@judged("HS-13", Verdict.INCONCLUSIVE, "connection refused")
def test_where_nothing_listens_no_get_is_judged() -> Finding:
    """Nothing was sent."""
    return plain_get_refused(refused())


@judged("HS-14", Verdict.PASS, "400", "0, 7, 8, 13")
def test_the_versions_of_the_cpp_servers_pass() -> Finding:
    """As observed: version 13 is among them."""
    return other_version_refused(answered(400, ("Sec-WebSocket-Version", "0,7,8,13")))


@judged("HS-14", Verdict.FAIL, "without Sec-WebSocket-Version")
def test_a_refusal_without_versions_fails() -> Finding:
    """The Python server's library answers so."""
    return other_version_refused(answered(400, ("Connection", "close")))


@judged("HS-14", Verdict.FAIL, "versions 8", "expected 13")
def test_other_versions_fail() -> Finding:
    """A client of today speaks 13."""
    return other_version_refused(answered(400, ("Sec-WebSocket-Version", "8")))


@judged("HS-14", Verdict.FAIL, "HTTP status 101")
def test_a_version_that_does_not_exist_must_not_be_accepted() -> Finding:
    """101 claims to speak it."""
    return other_version_refused(answered(101))


@judged("HS-14", Verdict.INCONCLUSIVE, "connection refused")
def test_where_nothing_listens_no_version_is_judged() -> Finding:
    """Nothing was sent."""
    return other_version_refused(refused())


@judged("HS-17", Verdict.PASS, "after 5.0 s")
def test_a_stalled_connection_that_is_ended_passes() -> Finding:
    """The deadline of the C++ servers."""
    return stalled_handshake_dropped(bare(STALL, ("done", 0.1), ("ended", 5)))


@judged("HS-17", Verdict.PASS, "after 60.4 s")
def test_a_deadline_of_exactly_a_minute_passes() -> Finding:
    """Gateways have it, and their clock starts a moment later."""
    return stalled_handshake_dropped(bare(STALL, ("done", 0.1), ("ended", 60.4)))


@judged("HS-17", Verdict.FAIL, "still open after 60 s")
def test_a_stalled_connection_that_stays_open_fails() -> Finding:
    """Such connections cost a server its file descriptors."""
    return stalled_handshake_dropped(bare(STALL, ("done", 0.1), ("timeout", 62)))


@judged("HS-17", Verdict.INCONCLUSIVE, "not waited for longer")
def test_a_wait_that_was_cut_short_says_nothing() -> Finding:
    """A minute was not given."""
    return stalled_handshake_dropped(bare(STALL, ("done", 0.1), ("timeout", 3)))


@judged("HS-17", Verdict.INCONCLUSIVE, "connection refused")
def test_where_nothing_listens_nothing_stalls() -> Finding:
    """Nothing was opened."""
    return stalled_handshake_dropped(refused())
