"""ROB-33: what generated sessions showed, as a finding."""

from dataclasses import replace

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.generated import Broken, Generated, generated_sessions_keep_the_rules

from .exchanges import judged, session
from .recorded import EMPTY_FINAL

NOTHING_FOUND = Generated(budget="300 sessions", seed=7, sessions=300, further=18, duration_s=20.0)


def broken(cause: str = "terminator too many") -> Broken:
    """A cause of failure, shown by a session of five steps."""
    exchange = session().config().end().reply(EMPTY_FINAL).reply(EMPTY_FINAL).close()
    return Broken(
        rule="terminator too many",
        cause=cause,
        sentence="2 terminating messages came for 1 end frames",
        exchange=exchange,
        frames=(3,),
    )


@judged("ROB-33", Verdict.PASS, "300 generated sessions of seed 7 kept the rules", "no longer seen: wav_name")
def test_sessions_that_break_nothing_pass() -> Finding:
    """The finding tells how many, from which seed, what is fixed, and what failed only once."""
    once = "a session broke the rule 'text' once"
    finding = generated_sessions_keep_the_rules(replace(NOTHING_FOUND, fixed=("wav_name",), unsteady=(once,)))
    assert once in finding.reason
    return finding


@judged("ROB-33", Verdict.FAIL, "terminator too many: 2 terminating messages came for 1 end frames (in ")
def test_a_cause_fails() -> Finding:
    """The finding names the cause, what was seen, and how small its session is, and points at the frames."""
    one = broken()
    finding = generated_sessions_keep_the_rules(replace(NOTHING_FOUND, broken=(one,)))
    assert finding.evidence[0].exchange == one.exchange.id
    assert finding.evidence[0].frames == (3,)
    return finding


@judged("ROB-33", Verdict.FAIL, "cause 2", "2 causes more")
def test_many_causes_are_counted() -> Finding:
    """Three are told, the others counted, all are shown; that the run ended early excuses nothing."""
    causes = tuple(broken(f"cause {number}") for number in range(5))
    finding = generated_sessions_keep_the_rules(replace(NOTHING_FOUND, broken=causes, ended="interrupted"))
    assert "cause 3" not in finding.reason
    assert len(finding.evidence) == 5
    return finding


@judged("ROB-33", Verdict.INCONCLUSIVE, "interrupted; 12 generated sessions kept the rules")
def test_a_campaign_that_was_broken_off_tells_nothing() -> Finding:
    """Sessions that held until an interruption do not prove those that were not driven."""
    return generated_sessions_keep_the_rules(replace(NOTHING_FOUND, sessions=12, ended="interrupted"))
