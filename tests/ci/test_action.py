"""The steps of the GitHub action, run as a pipeline runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from suite.runs import TONES
from suite.servers import Parrot, serving

ACTION = Path(__file__).parents[2] / ".github" / "actions" / "asrgate"
QUICK = f"--fixtures '{TONES}' --select HS-01"


def gate(folder: Path, url: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the steps in a folder, with the asrgate of these tests."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "ENDPOINT": url,
        "OUT": "out",
        "BASELINE": "stored/baseline",
        "CHECK_OPTIONS": QUICK,
        "ACCURACY_OPTIONS": f"--fixtures '{TONES}' --mode 2pass",
        "COMPARE_OPTIONS": "--on-noisy pass",
    }
    return subprocess.run(
        ["bash", ACTION / "gate.sh"],
        cwd=folder,
        env=environment | settings,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_the_second_run_is_compared_with_the_first(tmp_path: Path) -> None:
    """The first has nothing to be compared with and is kept, as it was asked for."""
    with serving(Parrot()) as url:
        first = gate(tmp_path, url, KEEP_BASELINE="true")
        second = gate(tmp_path, url)
    assert first.returncode == 0, first.stderr
    assert "no baseline yet" in first.stdout
    assert (tmp_path / "stored" / "baseline" / "accuracy" / "run.json").is_file()
    assert second.returncode == 0, second.stderr
    summary = (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("## ❔ asrgate: Too noisy to tell")
    assert summary.count("## ") == 3


@pytest.mark.parametrize(
    ("settings", "status"),
    [({"CHECK_OPTIONS": "--select NO-01"}, 2), ({"ENDPOINT": "ws://127.0.0.1:9"}, 3)],
)
def test_a_mistake_ends_the_steps(settings: dict[str, str], status: int, tmp_path: Path) -> None:
    """Nothing is kept as a baseline after one."""
    with serving(Parrot()) as url:
        ran = gate(tmp_path, url, KEEP_BASELINE="true", **settings)
    assert ran.returncode == status
    assert not (tmp_path / "stored").exists()


def test_the_action_is_well_formed() -> None:
    """By the schema of actions, which a maintained linter carries."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions"]
    linted = subprocess.run([*command, ACTION / "action.yml"], capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr
