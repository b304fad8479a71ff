"""`asrgate prove`: what it takes, what it leaves."""

import json
import subprocess
import sys
from pathlib import Path


def asrgate(*arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "asrgate", *arguments], capture_output=True, text=True, timeout=timeout
    )


def test_wrong_use_is_one_sentence() -> None:
    """Parts and patterns are told what they take."""
    for arguments, sentence in (
        (("--part", "4"), "--part 4: expected K/N"),
        (("--part", "0/3"), "--part 0/3: expected K/N"),
        (("--faults", "no-such-*"), "--faults no-such-*: no such fault of funasr-2pass"),
        (("--faults", "load"), "--faults: only load shows these"),
    ):
        ended = asrgate("prove", *arguments)
        assert ended.returncode == 2
        assert sentence in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1


def test_faults_are_caught_and_told(tmp_path: Path) -> None:
    """A run without fault, one behind it, the matrix in three forms, status 0."""
    ended = asrgate("prove", "--faults", "wav-name-default", "--out", str(tmp_path))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "caught   wav-name-default by SCH-03" in ended.stdout
    assert (
        "1 of 1 faults caught by every requirement that they name; 0 failures without a fault" in ended.stdout
    )
    record = json.loads((tmp_path / "prove.json").read_text())
    assert [fault["fault"] for fault in record["outcomes"]] == ["wav-name-default"]
    assert (tmp_path / "prove.md").is_file()
    assert (tmp_path / "prove.html").is_file()
