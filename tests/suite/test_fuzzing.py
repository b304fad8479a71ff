"""Whole runs with `--fuzz`: what is said beforehand, what an interruption leaves, and what may kill."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fuzz.servers import Fields, Heard, Speaker, good
from suite.fragile import fragile
from suite.runs import TONES, asrgate, ended, start
from suite.servers import serving

ONLY_GENERATED = ("--select", "ROB-33", "--seed", "1", "--fixtures", TONES)
ONLY_HOSTILE = ("--select", "ROB-32", "--destructive", "--seed", "1")
ENOUGH_ENDS = 30


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of a good server."""
    with serving(Speaker()) as address:
        yield address


def test_generated_sessions_are_announced_and_kept(url: str, tmp_path: Path) -> None:
    """Without other sessions the run says so; as many are driven as it says."""
    ran = asrgate("check", url, *ONLY_GENERATED, "--fuzz", "5", folder=tmp_path)
    first, second, *_ = ran.output.splitlines()
    assert "speaks funasr-2pass-0.1: will open no sessions but generated ones, at most " in first
    fuzz = ran.run["fuzz"]
    driven = fuzz["sessions"] + fuzz["further"]
    assert f"from seed 1 come {driven} generated sessions with " in second
    assert (ran.status, ran.verdicts["ROB-33"], fuzz["sessions"]) == (0, "pass", 5)


def test_ctrl_c_while_sessions_are_generated_leaves_a_report(tmp_path: Path) -> None:
    """What was driven is told; that it was interrupted is why there is no verdict: exit status 4."""
    enough = threading.Semaphore(0)

    def answer(heard: Heard) -> list[Fields]:
        enough.release()
        return good(heard)

    with serving(Speaker(answer=answer)) as address:
        command = ("check", address, *ONLY_GENERATED, "--fuzz", "5m", "--out", tmp_path / "out")
        process = start("asrgate", *command, folder=tmp_path)
        for _ in range(ENOUGH_ENDS):
            enough.acquire()
        process.send_signal(signal.SIGINT)
        ran = ended(process, tmp_path / "out")
    assert (ran.status, ran.run["interrupted"], ran.verdicts["ROB-33"]) == (4, True, "inconclusive")
    assert ran.run["fuzz"]["ended"] == "interrupted"
    assert ran.run["fuzz"]["sessions"] > 0
    assert (ran.out / "report.html").is_file()
    assert "Traceback" not in ran.errors + ran.output


def test_a_budget_of_time_ends_by_itself(url: str, tmp_path: Path) -> None:
    """Sessions come until the time is over, and what they showed is a verdict."""
    ran = asrgate("check", url, *ONLY_GENERATED, "--fuzz", "1s", folder=tmp_path)
    assert "generated sessions come for 1 s" in ran.output.splitlines()[1]
    assert (ran.status, ran.verdicts["ROB-33"]) == (0, "pass")
    assert ran.run["fuzz"]["ended"] is None


def test_generated_configurations_end_with_the_one_that_kills(tmp_path: Path) -> None:
    """The finding names it and shows its frame; what was not asked leaves no verdict: exit status 4."""
    options = (*ONLY_HOSTILE, "--fuzz", "40", "--recovery", "1", "--fixtures", TONES)
    with fragile("exit") as address:
        ran = asrgate("check", address, *options, folder=tmp_path)
    assert (ran.status, ran.verdicts["ROB-32"]) == (4, "fail")
    assert "the process died of generated configuration " in ran.reasons["ROB-32"]
    assert " of seed 1, the text frame {" in ran.reasons["ROB-32"]
    assert "the process died of generated configuration " in ran.run["invalid_reason"]


def test_the_embedded_endpoint_lives_through_generated_configurations(tmp_path: Path) -> None:
    """Each is driven beside a canary and followed by a known utterance, which reads as before."""
    ran = asrgate("check", *ONLY_HOSTILE, "--fuzz", "4", folder=tmp_path)
    assert ran.verdicts["ROB-32"] == "pass"
    assert "the last of them with 4 inputs that may take it down" in ran.output
