"""`asrgate replay`: a saved session once more."""

import json
import shutil
from pathlib import Path

from asrgate.wire.recording import read_exchange
from cli.conftest import SavedRun
from suite.runs import Ran, ended, start
from suite.servers import Parrot, serving


def replay(*arguments: str | Path, folder: Path) -> Ran:
    """Run the command."""
    return ended(start("asrgate", "replay", *arguments, folder=folder), folder)


def test_what_still_fails_is_failed(saved_run: SavedRun, tmp_path: Path) -> None:
    """Both reasons are shown; exit status 1."""
    with serving(Parrot(says_of_nothing="呃")) as url:
        ran = replay(saved_run.exchange("empty"), "--endpoint", url, folder=tmp_path)
    assert ran.status == 1
    assert ran.output.startswith("FAILED  END-04 MUST")
    assert "then  fail: the text '嗯' came" in ran.output
    assert "now   fail: the text '呃' came" in ran.output


def test_what_holds_now_is_fixed(saved_run: SavedRun, tmp_path: Path) -> None:
    """Only the session that showed it is driven, and kept where it is asked for."""
    with serving(Parrot()) as url:
        out = tmp_path / "again"
        ran = replay(saved_run.exchange("empty"), "--endpoint", url, "--out", out, folder=tmp_path)
    assert (ran.status, ran.output.split()[0]) == (0, "FIXED")
    (kept,) = out.iterdir()
    assert read_exchange(kept).scenario == read_exchange(saved_run.exchange("empty")).scenario


def test_relatives_are_driven_as_well(saved_run: SavedRun, tmp_path: Path) -> None:
    """Silence in front is judged against the same speech without it."""
    (file,) = {
        saved_run.folder / shown["exchange"]
        for finding in _findings(saved_run)
        if finding["id"] == "TS-09"
        for shown in finding["evidence"][:1]
    }
    with serving(Parrot()) as url:
        out = tmp_path / "again"
        ran = replay(file, "--endpoint", url, "--out", out, folder=tmp_path)
    assert ran.status == 1
    assert "FAILED  TS-09 SHOULD" in ran.output
    assert len(list(out.iterdir())) > 1


def test_an_exchange_by_itself_is_judged_by_all_that_ask_for_it(saved_run: SavedRun, tmp_path: Path) -> None:
    """Without the run there is no old reason, and no finding to go by."""
    file = tmp_path / "empty.jsonl"
    shutil.copy(saved_run.exchange("empty"), file)
    with serving(Parrot(says_of_nothing="呃")) as url:
        ran = replay(file, "--endpoint", url, folder=tmp_path)
    assert ran.status == 1
    assert "FAILED  END-04 MUST" in ran.output
    assert "then" not in ran.output


def test_the_endpoint_of_then_is_asked_when_none_is_named(saved_run: SavedRun, tmp_path: Path) -> None:
    """It is gone: exit status 3 and the step that failed."""
    ran = replay(saved_run.exchange("empty"), folder=tmp_path)
    assert ran.status == 3
    assert ran.errors.startswith(f"asrgate: {saved_run.url}: the TCP step failed: ")


def _findings(saved_run: SavedRun) -> list[dict[str, object]]:
    record = json.loads((saved_run.folder / "run.json").read_text(encoding="utf-8"))
    findings: list[dict[str, object]] = record["findings"]
    return findings


def test_a_generated_session_is_held_against_the_rules_of_generated_sessions(
    saved_run: SavedRun, tmp_path: Path
) -> None:
    """What fuzzing found is driven and judged as then: fixed, or the rule that is broken."""
    folder = tmp_path / "run"
    shutil.copytree(saved_run.folder, folder)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    file = saved_run.exchange("empty").name
    found = {
        "cause": "no answer (second end)",
        "reason": "nothing came",
        "steps": 4,
        "exchange": f"exchanges/{file}",
    }
    record["fuzz"] = {"budget": "300", "seed": 1, "sessions": 300, "duration_s": 9.0, "failures": [found]}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    with serving(Parrot()) as url:
        ran = replay(folder / "exchanges" / file, "--endpoint", url, folder=tmp_path)
    assert (ran.status, ran.output.splitlines()[0]) == (0, "FIXED  no answer (second end)")
    ran = replay(folder / "exchanges" / file, folder=tmp_path)
    assert ran.status == 3
