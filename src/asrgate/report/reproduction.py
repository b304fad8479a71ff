"""The command by which a finding can be seen again."""

import shlex
from pathlib import Path

from asrgate.report.record import FindingRecord, Run


def replay_command(exchange: str, run: Run, *, folder: Path | None = None, destructive: bool = False) -> str:
    """Return the command that drives an exchange of the run again.

    `folder` is that of the run; without it the path is as seen from there. Values of headers are left out.
    """
    options = run.environment.options
    words = ["asrgate", "replay", str(folder / exchange) if folder is not None else exchange]
    if destructive:
        words.append("--destructive")
    if options.get("insecure"):
        words.append("--insecure")
    for name in options.get("headers", ()):
        words += ["--header", f"{name}: …"]
    return shlex.join(words)


def reproducing(finding: FindingRecord, run: Run, *, folder: Path | None = None) -> str | None:
    """Return the command that shows a finding again: its first exchange and, where needed, its relatives.

    None when there is no evidence.
    """
    if not finding.evidence:
        return None
    first = finding.evidence[0].exchange
    return replay_command(first, run, folder=folder, destructive=finding.destructive)
