"""Which workers are not counted: one that was bad among good ones takes nothing from what these measured.

It is named with its reason, and what it sent was still load on the endpoint. Where the bad ones are too many,
nobody is excluded: then it is the run that is not valid.
"""

from collections.abc import Mapping, Sequence

from asrgate.load.clocks import Skew
from asrgate.load.pulse import Pulse, clock_steps, pooled
from asrgate.load.step import paced

MOST_EXCLUDED = 0.4
"""Share of the frames that excluded workers may have sent: one of three, but not one of two."""


def exclusions(pulses: Sequence[Pulse], skews: Mapping[str, Skew]) -> dict[str, str]:
    """The workers whose calls are not counted, each with the reason."""
    by_worker: dict[str, list[Pulse]] = {}
    for pulse in pulses:
        by_worker.setdefault(pulse.worker, []).append(pulse)
    reasons = {worker: _fault(of_worker, skews.get(worker)) for worker, of_worker in by_worker.items()}
    bad = {worker: reason for worker, reason in reasons.items() if reason is not None}
    return bad if _frames(pulses, bad) <= MOST_EXCLUDED * _frames(pulses, reasons) else {}


def _fault(pulses: Sequence[Pulse], skew: Skew | None) -> str | None:
    """Why the times of this worker are not to be trusted."""
    steps_ms = [step.by_s * 1000 for step in clock_steps(pulses)]
    if skew is not None and skew.stepped_ms is not None:
        steps_ms.append(skew.stepped_ms)
    if steps_ms:
        return f"its clock was set by {steps_ms[0]:+.0f} ms while it measured"
    return paced([pooled(pulse.lateness for pulse in pulses)]).saturated


def _frames(pulses: Sequence[Pulse], workers: Mapping[str, object]) -> int:
    return sum(pulse.frames for pulse in pulses if pulse.worker in workers)
