"""What a load run comes to: valid or not, and its exit status."""

from dataclasses import replace

import pytest

from asrgate.load.result import load_exit_status
from asrgate.load.validity import why_invalid
from asrgate.report.load_record import AttainmentRecord, LoadRecord, StepRecord
from report.load_sample import health, load, load_run, searched, step

HELD = replace(step(4), held=True)
MISSED = replace(step(12), held=False)
OPEN = replace(
    step(2),
    held=None,
    attainments=(AttainmentRecord(objective="final_ms.p99 <= 1", value=None, most=1, held=None, reason="n"),),
)
LATE = replace(step(64), held=None, purpose="coarse 64", generator=health(64, saturated=True))


@pytest.mark.parametrize(
    ("steps", "status"),
    [((HELD,), 0), ((HELD, MISSED), 1), ((OPEN,), 4), ((HELD, OPEN), 4), ((OPEN, MISSED), 1)],
)
def test_status_of_a_load(steps: tuple[StepRecord, ...], status: int) -> None:
    """One objective that was missed decides; where one could not be told nothing is concluded."""
    assert load_exit_status(load_run(load(*steps))) == status


def test_status_of_a_search() -> None:
    """A number is a result, none is a miss, and an interrupted search has none yet."""
    found = load_run(searched())
    assert load_exit_status(found) == 0
    assert load_exit_status(replace(found, interrupted=True)) == 4
    nothing = searched()
    assert nothing.capacity is not None
    assert load_exit_status(load_run(replace(nothing, capacity=replace(nothing.capacity, streams=0)))) == 1


def test_crossed_sessions_decide() -> None:
    """A MUST of the LOAD requirements that failed is status 1, whatever the objectives say."""
    assert load_exit_status(replace(load_run(load(HELD)), verdict="not conformant")) == 1


def test_a_run_that_is_not_valid() -> None:
    """Nothing is concluded, not even that an objective was missed."""
    assert load_exit_status(replace(load_run(load(MISSED)), valid=False, invalid_reason="late")) == 4


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (load(HELD), None),
        (replace(load(HELD), steps=()), "no step was measured"),
        (load(HELD, LATE), "at 64 streams the generator was not in order: p99 of the lateness"),
        (load(LATE, replace(step(64), purpose="coarse 64")), None),
        (load(HELD, replace(LATE, purpose=HELD.purpose)), "at 64 streams the generator was not in order"),
        (load(replace(HELD, sessions=2)), "2 sessions ended at 4 streams, 5 are needed"),
    ],
)
def test_why_a_run_is_not_valid(record: LoadRecord, reason: str | None) -> None:
    """The generator was late in a step that was not made again, or too few sessions ended."""
    found = why_invalid(record)
    assert (found or "").startswith(reason or "")
    assert (found is None) is (reason is None)
