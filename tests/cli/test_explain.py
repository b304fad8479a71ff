"""`asrgate explain`: the rule alone, and with what a run saw of it."""

import shlex
from pathlib import Path

from cli.conftest import SavedRun
from suite.runs import Ran, ended, start


def explain(*arguments: str | Path, folder: Path) -> Ran:
    """Run the command."""
    return ended(start("asrgate", "explain", *arguments, folder=folder), folder)


def test_a_requirement_is_told_without_a_run(tmp_path: Path) -> None:
    """Sentence, level, source, dialects, what upstream does, and what is driven for it."""
    told = explain("cfg-03", folder=tmp_path).output
    assert told.startswith("CFG-03  SHOULD  contested\n")
    for part in ("docs/protocol.md section 7.8", "funasr-offline", "upstream's funasr-2pass: ", "driven "):
        assert part in told


def test_with_a_run_the_frames_that_decided_are_shown(saved_run: SavedRun, tmp_path: Path) -> None:
    """Both directions with times, the deciding reply marked, the reason, and the command to see it again."""
    told = explain("END-04", "--run", saved_run.folder, folder=tmp_path).output
    assert "fail: the text '嗯' came although no audio was sent" in told
    assert "→ configuration" in told
    assert "← ◆ reply" in told
    command = shlex.split(told.splitlines()[-1].removeprefix("see again"))
    assert command[:3] == ["asrgate", "replay", str(saved_run.exchange("empty"))]
    assert command[3:] == ["--header", "X-Key: …"]


def test_secrets_are_not_shown(saved_run: SavedRun, tmp_path: Path) -> None:
    """Of headers that were sent only the name."""
    assert "geheim" not in explain("END-04", "--run", saved_run.folder, folder=tmp_path).output


def test_there_is_no_such_requirement(tmp_path: Path) -> None:
    """Wrong use, with the families that there are."""
    ran = explain("END-99", folder=tmp_path)
    assert ran.status == 2
    assert "there is no requirement END-99; expected an ID like END-01, of the families " in ran.errors
