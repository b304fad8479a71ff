"""The closing verdict, beside whatever was judged in a session."""

from dataclasses import replace

import pytest

from asrgate.judge.closing import judge_closing
from asrgate.judge.finding import Verdict
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Drop, OpenTransport, SendFrame

from .exchanges import session, unopened
from .recorded import heard

UNMASKED = SendFrame(opcode=1, masked=False)


def bare() -> Exchange:
    """A connection that never became a session."""
    one = session().closed("server", None, clean=False)
    return replace(one, scenario=replace(one.scenario, steps=(OpenTransport(),)))


def dropped() -> Exchange:
    """A session that the client was to cut."""
    one = session().config().closed("client", None, clean=False)
    return replace(one, scenario=replace(one.scenario, steps=(*one.scenario.steps, Drop())))


@pytest.mark.parametrize(
    ("exchange", "verdict", "told"),
    [
        (heard("funasr-2pass", "一"), Verdict.PASS, "close 1000 was answered with the same code"),
        (session().config().close(1001), Verdict.PASS, "close 1001"),
        (session().config().close(clean=False), Verdict.FAIL, "not answered by a close frame"),
        (session().config().close(1001, answered=1000), Verdict.FAIL, "1001 was answered with close 1000"),
        (session().config().close(took_ms=10500), Verdict.FAIL, "10500 ms"),
        (session().config().closed("server", 1000), Verdict.FAIL, "closed with 1000 in an ordinary session"),
        (session().config().closed("server", 1011, reason="keepalive"), Verdict.FAIL, "1011 (keepalive)"),
        (session().audio(60).closed("network", None, clean=False), Verdict.FAIL, "without a close frame"),
        (
            session().config().closed("client", 1002, clean=False, reason="reserved bits must be 0"),
            Verdict.FAIL,
            "client had to give up",
        ),
        (session().invalid_text().closed("server", 1007), Verdict.PASS, "1007 over text that is not UTF-8"),
        (session().invalid_text().closed("server", 1011), Verdict.FAIL, "expected 1007"),
        (session().invalid_text().closed("network", None, clean=False), Verdict.FAIL, "without a close"),
        (session().invalid_text().close(), Verdict.PASS, "close 1000"),
        (session().raw_frame(UNMASKED).closed("server", 1002), Verdict.PASS, "1002 over a frame against"),
        (session().raw_frame(UNMASKED).closed("server", 1000), Verdict.FAIL, "expected 1002"),
        (session("funasr-python").text("42").closed("server", 1000), Verdict.PASS, "no ordinary"),
        (session().config(chunk_size="5").closed("server", 1000), Verdict.PASS, "no ordinary"),
        (session().config(chunk_size=["5"]).closed("server", 1000), Verdict.PASS, "no ordinary"),
        (session().config(new_field=5).closed("server", 1000), Verdict.FAIL, "in an ordinary session"),
        (
            session().config().audio(1, rate_hz=8001).closed("server", 1000),
            Verdict.FAIL,
            "in an ordinary session",
        ),
        (dropped(), Verdict.INCONCLUSIVE, "cut the connection, as it was to"),
        (session().closed("client", None, clean=False), Verdict.INCONCLUSIVE, "before it could close"),
        (unopened(), Verdict.INCONCLUSIVE, "no session to close: connection refused"),
        (session().exchange(), Verdict.INCONCLUSIVE, "no session to close"),
        (bare(), Verdict.INCONCLUSIVE, "no session to close"),
    ],
)
def test_an_end_gets_its_verdict(exchange: Exchange, verdict: Verdict, told: str) -> None:
    """Who closed, with which code, in answer to what: that decides, and is told."""
    finding = judge_closing(exchange)
    assert finding.verdict == verdict, finding.reason
    assert told in finding.reason
    assert finding.exchange == exchange.id


def test_a_message_of_many_bytes_may_be_refused() -> None:
    """1009 is the code for it, and no other."""
    frames = session().audio(40_000, frame_ms=40_000)
    assert judge_closing(frames.closed("server", 1009)).verdict == Verdict.PASS
    assert judge_closing(frames.closed("server", 1000)).verdict == Verdict.FAIL


def test_the_facts_of_the_end_are_repeated() -> None:
    """A report shows them without looking into the exchange."""
    finding = judge_closing(session().config().close(1001, took_ms=7))
    assert (finding.who, finding.code, finding.clean, finding.took_ms) == ("client", 1001, True, 7)
