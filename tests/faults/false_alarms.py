"""How often the suite cries wolf: whole runs in a row against the good embedded endpoint, without any fault.

No test: it measures what docs/faults.md states. `python -m tests.faults.false_alarms [RUNS] [DIALECT]`.
"""

import sys
import tempfile
from pathlib import Path

from asrgate.judge.finding import Verdict
from asrgate.reference.embedded import embedded_endpoint
from asrgate.suite.commands import run_checks
from asrgate.suite.observer import Observer
from asrgate.suite.settings import Settings
from asrgate.wire.endpoint import Endpoint

_HEAD = """\
| run | s | sessions | pass | known deviations | failed, in error or inconclusive |
|---|---|---|---|---|---|
"""
ALARMS = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE)


def main(runs: int = 10, dialect: str = "funasr-2pass") -> int:
    """Write a row for each run; the status is 1 when anything failed."""
    failures = 0
    sys.stdout.write(_HEAD)
    with embedded_endpoint(dialect) as embedded:
        endpoint = Endpoint(url=embedded.url)
        for number in range(1, runs + 1):
            with tempfile.TemporaryDirectory() as folder:
                settings = Settings(endpoint=endpoint, dialect=dialect, seed=number, directory=Path(folder))
                run = run_checks(settings, Observer())
            found = [finding.verdict for finding in run.findings]
            alarms = [f"{f.id} {f.verdict}" for f in run.findings if f.verdict in ALARMS]
            failures += sum(verdict is Verdict.FAIL for verdict in found)
            counts = f"{found.count(Verdict.PASS)} | {found.count(Verdict.DEVIATION)}"
            measured = f"{run.duration_s:.0f} | {run.sessions} | {counts}"
            sys.stdout.write(f"| {number} | {measured} | {', '.join(alarms) or '–'} |\n")
            sys.stdout.flush()
    return 1 if failures else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(*map(int, arguments[:1]), *arguments[1:2]))
