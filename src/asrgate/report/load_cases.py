"""What a CI system shows of a load: each objective of each step, or the answer of a search."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from asrgate.report.language import words_of
from asrgate.report.load_headline import load_headline
from asrgate.report.load_record import CapacityRecord, LoadRecord
from asrgate.report.record import Run

Outcome = Literal["passed", "failed", "skipped", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCase:
    """One test case: `failed` fails a build, `skipped` was not judged, `error` says the run is not valid."""

    name: str
    outcome: Outcome
    message: str


def load_cases(run: Run) -> tuple[LoadCase, ...]:
    """Return the test cases of a run's load, none when it has none.

    The steps of a search that missed their objectives fail nothing: it goes above what holds on purpose. A
    search fails when not even its fewest streams held. Nothing is judged in a run that is not valid.
    """
    if run.load is None:
        return ()
    if not run.valid:
        reason = run.invalid_reason or "no reason was recorded"
        return (LoadCase(name="the run is valid", outcome="error", message=reason),)
    if run.load.capacity is not None:
        sentence = load_headline(run, run.load, words_of("en"))
        return (LoadCase(name="capacity", outcome=_searched(run, run.load.capacity), message=sentence),)
    return tuple(_objectives(run.load))


def _searched(run: Run, capacity: CapacityRecord) -> Outcome:
    if run.interrupted:
        return "skipped"
    return "passed" if capacity.streams else "failed"


def _objectives(load: LoadRecord) -> Iterator[LoadCase]:
    outcomes: dict[bool | None, Outcome] = {True: "passed", False: "failed", None: "skipped"}
    for number, step in enumerate(load.steps, start=1):
        for attained in step.attainments:
            yield LoadCase(
                name=f"step {number}, {step.streams} streams: {attained.objective}",
                outcome=outcomes[attained.held],
                message=attained.reason,
            )
