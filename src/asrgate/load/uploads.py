"""What uploads do to those who speak: the same callers without them first, then beside them (LOAD-09)."""

from dataclasses import replace

from asrgate.load.engine import Load
from asrgate.load.running import LoadRun, Measured

UNPACED = "unpaced"


def measured_without(run: LoadRun, load: Load) -> None:
    """Measure the load without those who upload; where it is one step, until its p95 is known.

    Raises:
        InvalidRun: the generator could not be started, or failed.
        KeyboardInterrupt: somebody had enough; what was measured until then is kept.
    """
    others = {name: number for name, number in load.abuse.items() if name != UNPACED}
    one_step = len(load.windows) == 1

    def enough(so_far: Measured) -> bool:
        return one_step and so_far.step.final.p95 is not None

    run.measure(replace(load, abuse=others, long_sessions=0), "without uploads", enough=enough)
