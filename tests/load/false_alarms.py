"""How often load runs cry wolf: short ones in a row on the embedded endpoint of each dialect, no fault.

No test: it measures what docs/load-correctness.md states. `python -m tests.load.false_alarms RUNS DIALECT…`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from asrgate.wire.dialects import DIALECTS

_HEAD = """\
| dialect | run | calls | pass | inconclusive | failed | objectives |
|---|---|---|---|---|---|---|
"""
_LOAD = ("--streams", "4", "--duration", "20s", "--quiet")


def main(runs: int = 2, *dialects: str) -> int:
    """Write a row for each run; the status is 1 when a requirement failed."""
    failures = 0
    sys.stdout.write(_HEAD)
    for dialect in dialects or tuple(DIALECTS):
        for number in range(1, runs + 1):
            run = _run(dialect)
            verdicts = [finding["verdict"] for finding in run["findings"]]
            failed = [f"{f['id']}: {f['reason']}" for f in run["findings"] if f["verdict"] == "fail"]
            failures += len(failed)
            missed = [
                attainment["reason"]
                for step in run["load"]["steps"]
                for attainment in step["attainments"]
                if attainment["held"] is False
            ]
            void = "" if run["valid"] else f"not valid: {run['invalid_reason']}; "
            counts = f"{run['sessions']} | {verdicts.count('pass')} | {verdicts.count('inconclusive')}"
            told = f"{'; '.join(failed) or '–'} | {void}{'; '.join(missed) or 'none missed'}"
            sys.stdout.write(f"| {dialect} | {number} | {counts} | {told} |\n")
            sys.stdout.flush()
    return 1 if failures else 0


def _run(dialect: str) -> dict[str, Any]:
    """A load as a user starts it, and its record."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "asrgate", "load", "--dialect", dialect, *_LOAD, "--out", folder]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        run: dict[str, Any] = json.loads((Path(folder) / "run.json").read_text(encoding="utf-8"))
        return run


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(*map(int, arguments[:1]), *arguments[1:]))
