"""Whether a load says anything about the endpoint: what went wrong with the generator, in a sentence."""

from collections.abc import Iterable, Sequence

from asrgate.load.engine import Dead
from asrgate.load.figures import Figures
from asrgate.load.pulse import Pulse, clock_steps
from asrgate.report.load_outcome import unsound
from asrgate.report.load_record import LoadRecord

FEWEST_SESSIONS = 5
"""With fewer calls that were over nothing is said, not even a median."""

_FILES_GONE = "Too many open files"


def trouble_of(pulses: Sequence[Pulse], calls: Iterable[Figures], dead: Sequence[Dead]) -> str | None:
    """What went wrong with the workers of a load: one died, a clock was set, files ran out; None if nothing.

    Being late is told by the frames themselves (`Generator.saturated`).
    """
    for worker in dead:
        return f"the worker {worker.worker} on {worker.host} died"
    for step in clock_steps(pulses):
        return f"the clock of the worker {step.worker} was set by {step.by_s:+.3f} s while it measured"
    short = next((p for p in pulses if p.open_files is None or p.open_files >= p.most_files - 1), None)
    if short is not None or any(_FILES_GONE in call.message for call in calls):
        most = f" ({short.most_files})" if short is not None else ""
        return f"the generator ran out of open files{most}: raise the limit (ulimit -n) or add workers"
    return None


def why_invalid(load: LoadRecord) -> str | None:
    """Why nothing may be concluded from a load run, None when something may.

    A step of a search in which the generator was late was made again: only one that stands alone counts.
    """
    if not load.steps:
        return "no step was measured"
    for step in unsound(load):
        return f"at {step.streams} streams the generator was not in order: {step.generator.reason}"
    few = min(load.steps, key=lambda step: step.sessions)
    if load.capacity is None and few.sessions < FEWEST_SESSIONS:
        return f"{few.sessions} sessions ended at {few.streams} streams, {FEWEST_SESSIONS} are needed"
    return None
