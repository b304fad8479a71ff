"""The search for the largest number of streams that holds: coarse steps, then halving, then confirmation.

A pure function says what to measure next from what was measured so far, so that a search can be interrupted,
read back and continued, and tested without any load.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

CONFIRMATIONS = 2
"""So often the answer has to hold, and one step above it to fail, before it is believed."""

GROWTH = 2


@dataclass(frozen=True, slots=True)
class Trial:
    """A number of streams and whether every objective held."""

    streams: int
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What to measure next, and why."""

    streams: int
    purpose: Literal["coarse", "halving", "confirmation", "confirmation above"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The largest number that held each time, and the largest that held at least once: the interval.

    `fails_at` is the smallest number that failed, None when none did. `streams` is 0 when not even the
    smallest number held.
    """

    streams: int
    held_once: int
    fails_at: int | None


def next_of(trials: Sequence[Trial], *, fewest: int, most: int, resolution: float) -> Next | Answer:
    """What to measure next, or the answer.

    `resolution` is the share of the answer to which it is searched, at least one stream. A number counts as
    holding when it never failed: one that failed once is above capacity.
    """
    failed = {trial.streams for trial in trials if not trial.held}
    ceiling = min(failed, default=None)
    held = [t.streams for t in trials if t.held and (ceiling is None or t.streams < ceiling)]
    floor = max(held, default=0)
    if ceiling is None:
        if floor < most:
            return Next(streams=min(most, max(fewest, floor * GROWTH)), purpose="coarse")
        return _confirmed(trials, floor, None, most)
    if not floor and ceiling <= fewest:
        return Answer(streams=0, held_once=_held_once(trials), fails_at=ceiling)
    gap = max(1, round(floor * resolution))
    if ceiling - floor > gap:
        return Next(streams=max(fewest, (floor + ceiling) // 2), purpose="halving")
    return _confirmed(trials, floor, ceiling, most)


def _confirmed(trials: Sequence[Trial], floor: int, ceiling: int | None, most: int) -> Next | Answer:
    if sum(t.held for t in trials if t.streams == floor) < CONFIRMATIONS:
        return Next(streams=floor, purpose="confirmation")
    above = [t for t in trials if t.streams == ceiling]
    if ceiling is not None and len(above) < CONFIRMATIONS and ceiling <= most:
        return Next(streams=ceiling, purpose="confirmation above")
    return Answer(streams=floor, held_once=_held_once(trials), fails_at=ceiling)


def _held_once(trials: Sequence[Trial]) -> int:
    return max((trial.streams for trial in trials if trial.held), default=0)
