"""From findings to verdict and exit status."""

from dataclasses import replace

import pytest

from asrgate.judge.catalogue import Requirement, Status
from asrgate.judge.finding import Evidence, Finding, Level, Verdict, failed, inconclusive, passed
from asrgate.report.assemble import closings_of, command_line, exit_status_of, records_of, verdict_of
from asrgate.report.record import RunVerdict
from asrgate.wire.exchange import Closing, Exchange
from asrgate.wire.scenario import Close, Connect, Scenario
from report.sample import DOUBLE_FINAL, finding, sample_run


def requirement(id_: str, *, destructive: bool = False) -> Requirement:
    """A MUST with this ID."""
    return Requirement(
        id=id_,
        level=Level.MUST,
        status=Status.DOCUMENTED,
        title=f"title of {id_}",
        title_zh=f"{id_} 的标题",
        source="docs/protocol.md section 5.1",
        dialects=("funasr-2pass",),
        hazard=int(destructive),
    )


CATALOGUE = {
    "END-01": requirement("END-01"),
    "END-02": requirement("END-02"),
    "ROB-20": requirement("ROB-20", destructive=True),
}


def test_findings_are_joined_in_the_order_of_the_catalogue() -> None:
    """A record has the requirement's words and the finding's verdict, reason and evidence."""
    shown = Evidence(exchange="plain-0123456789ab", frames=(3, 9))
    first, second, _ = records_of([passed("END-02", "held"), failed("END-01", "two", shown)], CATALOGUE)
    assert (first.id, first.verdict, first.title) == ("END-01", "fail", "title of END-01")
    assert first.evidence[0].exchange == "exchanges/plain-0123456789ab.jsonl"
    assert first.evidence[0].frames == (3, 9)
    assert second.verdict == "pass"


def test_what_has_no_finding_is_skipped_with_its_reason() -> None:
    """Nothing that was not judged goes unseen, and destructive requirements say what they need."""
    records = records_of([passed("END-01", "held")], CATALOGUE, absent="interrupted")
    assert [record.verdict for record in records] == ["pass", "skipped", "skipped"]
    assert records[1].reason == "interrupted"
    assert "--destructive" in records[2].reason


def test_every_exchange_has_a_verdict_on_its_end() -> None:
    """Named by its file, whether there was a session or not."""
    steps = (Connect(), Close())
    never = Exchange(scenario=Scenario(name="never", steps=steps), dialect="d", url="", started_at="")
    handshake = DOUBLE_FINAL.handshake
    cut = Closing(who="network", code=None, reason="", clean=False, at_ns=9)
    records = closings_of([never, replace(never, handshake=handshake, closing=cut)])
    assert [record.verdict for record in records] == ["inconclusive", "fail"]
    assert [record.who for record in records] == ["nobody", "network"]
    assert records[0].exchange == f"exchanges/{never.id}.jsonl"


def test_the_worst_of_several_findings_counts() -> None:
    """A requirement that held in one mode and failed in two has failed, for both reasons."""
    both = [passed("END-01", "held"), failed("END-01", "no final"), failed("END-01", "two finals")]
    record = records_of(both, CATALOGUE)[0]
    assert record.verdict == "fail"
    assert record.reason == "no final; two finals"


def test_judging_nothing_in_one_mode_is_worse_than_holding_in_another() -> None:
    """A pass does not hide that something could not be judged."""
    record = records_of([passed("END-01", "held"), inconclusive("END-01", "no text")], CATALOGUE)[0]
    assert record.verdict == "inconclusive"


def test_a_finding_on_an_unknown_requirement_is_refused() -> None:
    """IDs never change meaning: an ID that the catalogue lacks is a mistake of the suite."""
    with pytest.raises(KeyError):
        records_of([Finding(requirement="END-99", verdict=Verdict.PASS, reason="")], CATALOGUE)


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([("END-01", "pass", "MUST"), ("TS-04", "pass", "MUST")], "conformant"),
        ([("END-01", "pass", "MUST"), ("TS-04", "fail", "MUST")], "not conformant"),
        ([("END-01", "pass", "MUST"), ("TS-04", "fail", "SHOULD")], "conformant"),
        ([("END-01", "pass", "MUST"), ("TS-04", "deviation", "MUST")], "conformant"),
        ([("END-01", "pass", "MUST"), ("TS-04", "inconclusive", "MUST")], "conformant"),
        ([("END-01", "pass", "MUST"), ("HS-04", "unsupported", "MUST")], "conformant"),
        ([("END-01", "pass", "MUST"), ("HS-01", "inconclusive", "MUST")], "inconclusive"),
        ([("END-01", "pass", "MUST"), ("HS-01", "skipped", "MUST")], "inconclusive"),
        ([("END-01", "pass", "MUST"), ("HS-01", "error", "MUST")], "inconclusive"),
        ([("END-01", "inconclusive", "MUST"), ("TS-04", "fail", "MUST")], "not conformant"),
        ([("END-01", "unsupported", "MUST")], "inconclusive"),
        ([], "inconclusive"),
    ],
)
def test_the_verdict_of_a_run(findings: list[tuple[str, str, str]], verdict: RunVerdict) -> None:
    """Any failed MUST decides; without one, every core MUST must have been judged and one of them held."""
    records = [finding(id_, verdict_, "reason", level=level) for id_, verdict_, level in findings]
    assert verdict_of(records) == verdict


def test_a_destructive_core_requirement_may_be_left_out() -> None:
    """A run that does no harm can still be conformant."""
    records = [finding("END-01", "pass", ""), finding("END-09", "skipped", "", destructive=True)]
    assert verdict_of(records) == "conformant"


HELD = (finding("END-01", "pass", ""),)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"verdict": "conformant"}, 0),
        ({"verdict": "not conformant"}, 1),
        ({"verdict": "not conformant", "interrupted": True}, 1),
        ({"verdict": "conformant", "interrupted": True}, 4),
        ({"verdict": "not conformant", "valid": False}, 4),
        ({"verdict": "inconclusive"}, 0),
        ({"verdict": "inconclusive", "findings": (*HELD, finding("HS-01", "skipped", ""))}, 0),
        ({"verdict": "inconclusive", "findings": (*HELD, finding("HS-01", "inconclusive", ""))}, 4),
        ({"verdict": "inconclusive", "findings": (finding("HS-01", "skipped", ""),)}, 0),
        ({"verdict": "inconclusive", "findings": (finding("HS-01", "skipped", ""),), "accuracy": None}, 4),
    ],
)
def test_the_exit_status_of_a_run(changes: dict[str, object], status: int) -> None:
    """0 what was selected held, 1 a MUST failed, 4 no verdict can be read from the run."""
    run = replace(sample_run(findings=HELD), **changes)  # type: ignore[arg-type]
    assert exit_status_of(run) == status


def test_a_command_keeps_no_secret() -> None:
    """Values of headers, users, passwords and queries of URLs are left out; the rest can be typed again."""
    command = command_line(
        [
            "asrgate",
            "check",
            "wss://me:letmein@asr.example:10095/ws?token=letmein",
            "--header",
            "Authorization: Bearer letmein",
            "--header=X-Key: letmein",
            "--proxy",
            "http://me:letmein@proxy.example:3128",
            "--metrics=http://me:letmein@gpu.example:9400/metrics#gpu=0",
            "--select",
            "END-*",
        ]
    )
    assert "letmein" not in command
    assert "asr.example:10095/ws" in command
    assert "--metrics=http://…@gpu.example:9400/metrics#gpu=0" in command
    assert "Authorization: …" in command
    assert command.endswith("--select 'END-*'")
