"""Commands as people run them: a process of their own, in a folder of their own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFORMANCE = Path(__file__).parents[2] / "conformance"
TONES = Path(__file__).parents[1] / "tones"
TIMEOUT_S = 120


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it left in its `out` folder."""

    status: int
    output: str
    errors: str
    out: Path

    @property
    def run(self) -> dict[str, Any]:
        """The record that it left."""
        record: dict[str, Any] = json.loads((self.out / "run.json").read_text(encoding="utf-8"))
        return record

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict by requirement."""
        return {finding["id"]: finding["verdict"] for finding in self.run["findings"]}

    @property
    def reasons(self) -> dict[str, str]:
        """Reason by requirement."""
        return {finding["id"]: finding["reason"] for finding in self.run["findings"]}


def start(*command: str | Path, folder: Path) -> subprocess.Popen[str]:
    """Start a command in `folder`; no options come from the environment."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("ASRGATE", "PYTEST"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, command)],
        cwd=folder,
        env=environment,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: subprocess.Popen[str], out: Path) -> Ran:
    """Wait for a command to end."""
    output, errors = process.communicate(timeout=TIMEOUT_S)
    return Ran(process.returncode, output, errors, out)


def asrgate(*arguments: str | Path, folder: Path) -> Ran:
    """Run `asrgate … --out FOLDER/out`."""
    return ended(start("asrgate", *arguments, "--out", folder / "out", folder=folder), folder / "out")


def conformance(*arguments: str | Path, folder: Path, checks: Path = CONFORMANCE) -> Ran:
    """Run `pytest conformance … --out FOLDER/out`."""
    process = start("pytest", checks, *arguments, "--out", folder / "out", folder=folder)
    return ended(process, folder / "out")
