"""A check asks for exchanges by name, and answers for its requirement in every case."""

from dataclasses import replace

import pytest

from asrgate.judge.catalogue import Requirement, Status
from asrgate.judge.finding import Finding, Level, Verdict, passed
from asrgate.suite.checks import Check
from asrgate.suite.declarations import NamedExchange, exchange
from asrgate.suite.given import Given
from asrgate.suite.jobs import Job, NotDriven
from asrgate.wire.dialects import FUNASR_PYTHON
from asrgate.wire.exchange import Exchange

REQUIREMENT = Requirement(
    id="END-02",
    level=Level.MUST,
    status=Status.DE_FACTO,
    title="There is exactly one terminating message for each end frame.",
    title_zh="每个结束帧恰有一条终止消息。",
    source="docs/protocol.md section 9.5",
    dialects=("funasr-2pass", "funasr-2pass-0.1"),
    unsupported="this server acknowledges in another way",
)


@exchange
def plain(given: Given) -> Exchange:
    """A plain sentence."""
    return given.drive(given.utterance(given.sentence()))


@exchange
def rare(given: Given) -> Exchange:
    """A clip that the tones lack."""
    return given.drive(given.utterance(given.tagged("hotword")[0]))


def check_of(judge: object, requirement: Requirement = REQUIREMENT) -> Check:
    """The check that this function makes."""
    named: dict[str, NamedExchange[object]] = {"plain": plain, "rare": rare}
    return Check(requirement=requirement, judge=judge, named=named)


def test_arguments_are_built_by_name(given: Given) -> None:
    """An argument is the exchange of its name; `given` is the ground itself."""

    def judge(plain: Exchange, given: Given) -> Finding:
        return passed("END-02", f"{plain.scenario.name} in {given.dialect.name}: {plain.scenario.purpose}")

    assert check_of(judge).finding(given).reason == "plain in funasr-2pass-0.1: A plain sentence."


def test_what_does_not_apply_is_not_built(given: Given, jobs: list[Job]) -> None:
    """For another dialect the finding is `unsupported`, in the catalogue's words, and nothing is driven."""

    def judge(plain: Exchange) -> Finding:
        raise AssertionError

    finding = check_of(judge).finding(replace(given, dialect=FUNASR_PYTHON))
    assert (finding.verdict, finding.reason) == (Verdict.UNSUPPORTED, REQUIREMENT.unsupported)
    assert jobs == []


def test_missing_clip_is_inconclusive(given: Given) -> None:
    """A folder without the tag fails nothing."""

    def judge(plain: Exchange, rare: Exchange) -> Finding:
        raise AssertionError

    finding = check_of(judge).finding(given)
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert finding.reason == "the fixtures folder has no clip tagged 'hotword'"


def test_what_was_not_driven_is_inconclusive(given: Given) -> None:
    """The reason is that of the driver."""

    def gone(job: Job) -> tuple[Exchange, ...]:
        raise NotDriven("the endpoint stopped answering")

    def judge(plain: Exchange) -> Finding:
        raise AssertionError

    finding = check_of(judge).finding(replace(given, driven=gone))
    assert (finding.verdict, finding.reason) == (Verdict.INCONCLUSIVE, "the endpoint stopped answering")


def test_broken_check_raises(given: Given) -> None:
    """What is wrong with a check itself comes through: a finding for another requirement, or none."""

    def judge_other(plain: Exchange) -> Finding:
        return passed("END-01", "")

    def judge_nothing(plain: Exchange) -> None:
        return None

    for judge in (judge_other, judge_nothing):
        with pytest.raises(TypeError, match="the check of END-02 returned "):
            check_of(judge).finding(given)


def test_destructive_requirement_makes_destructive_jobs(given: Given, jobs: list[Job]) -> None:
    """Whatever a destructive check has driven comes last."""

    def judge(plain: Exchange) -> Finding:
        return passed("END-02", "")

    check_of(judge, replace(REQUIREMENT, hazard=1)).finding(given)
    assert [job.destructive for job in jobs] == [True]
