"""`asrgate judge`: today's judges on what was saved."""

import json
import shutil
from pathlib import Path

from cli.conftest import SavedRun
from suite.runs import Ran, ended, start


def judge(*arguments: str | Path, folder: Path) -> Ran:
    """Run the command."""
    return ended(start("asrgate", "judge", *arguments, folder=folder), folder)


def test_a_run_judged_again_reads_the_same(saved_run: SavedRun, tmp_path: Path) -> None:
    """What was found then is found now, without the endpoint; a MUST that fails makes exit status 1."""
    ran = judge(saved_run.folder, folder=tmp_path)
    assert ran.status == 1
    assert "0 of 5 verdicts changed" in ran.output
    assert "END-04  MUST fail: the text '嗯' came although no audio was sent" in ran.output


def test_a_verdict_that_changed_is_shown_beside_the_old_one(saved_run: SavedRun, tmp_path: Path) -> None:
    """As when the judge of then did not see what today's sees."""
    folder = tmp_path / "run"
    shutil.copytree(saved_run.folder, folder)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (finding,) = [finding for finding in record["findings"] if finding["id"] == "END-04"]
    finding |= {"verdict": "pass", "reason": "looked well"}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    told = judge(folder, folder=tmp_path).output
    assert "END-04  pass → fail" in told
    assert "  then  looked well\n  now   the text '嗯' came" in told
    assert "1 of 5 verdicts changed" in told


def test_single_exchanges_are_judged_by_what_they_are_enough_for(saved_run: SavedRun, tmp_path: Path) -> None:
    """Without a run beside them; what needs others is not judged."""
    file = tmp_path / "empty.jsonl"
    shutil.copy(saved_run.exchange("empty"), file)
    ran = judge(file, "--json", folder=tmp_path)
    verdicts = {finding["id"]: finding["verdict"] for finding in json.loads(ran.output)}
    assert (ran.status, verdicts["END-04"], verdicts["TS-09"]) == (1, "fail", "inconclusive")


def test_what_is_no_exchange_is_told(tmp_path: Path) -> None:
    """Wrong use, with the file's name."""
    file = tmp_path / "notes.jsonl"
    file.write_text("{}\n", encoding="utf-8")
    ran = judge(file, folder=tmp_path)
    assert ran.status == 2
    assert "notes.jsonl" in ran.errors
    assert judge(tmp_path / "none", folder=tmp_path).status == 2
