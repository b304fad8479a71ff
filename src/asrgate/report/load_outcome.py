"""What became of each step of a load: held, missed, or no more than can be said of it."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from asrgate.report.load_record import LoadRecord, StepRecord

Outcome = Literal["held", "provisional", "missed", "open", "saturated"]
"""`provisional` is a step of a search that held as far as its few sessions could tell."""


class Told(NamedTuple):
    """A step with its outcome."""

    step: StepRecord
    outcome: Outcome


def outcomes_of(load: LoadRecord) -> tuple[Told, ...]:
    """Return the steps with their outcomes, fewest streams first, in turn where the number is the same."""
    trials = {} if load.capacity is None else {trial.step: trial.held for trial in load.capacity.trials}
    told = [Told(step, _outcome(step, trials.get(place))) for place, step in enumerate(load.steps)]
    return tuple(sorted(told, key=lambda one: (one.step.streams, one.step.began_s)))


def unsound(load: LoadRecord) -> Sequence[StepRecord]:
    """Return the steps in which the generator was late and that were not made again in good order."""
    sound = {_what(step) for step in load.steps if not step.generator.saturated}
    return [step for step in load.steps if step.generator.saturated and _what(step) not in sound]


def _what(step: StepRecord) -> tuple[str, int]:
    """What a step asks: the steps of a shape share their purpose, and not their streams."""
    return step.purpose, step.streams


def _outcome(step: StepRecord, trial: bool | None) -> Outcome:
    if step.generator.saturated:
        return "saturated"
    if step.held is None and trial is True:
        return "provisional"
    held = step.held if step.held is not None else trial
    return "open" if held is None else "held" if held else "missed"
