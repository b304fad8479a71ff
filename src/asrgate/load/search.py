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

Purpose = Literal["coarse", "halving", "confirmation", "confirmation above"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A number of streams and whether every objective held; `sure` when it would do so again."""

    streams: int
    held: bool
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where to search: beginning at `start`, never above `most`, to a `resolution`, a share of the answer."""

    start: int
    most: int
    resolution: float

    def gap(self, streams: int) -> int:
        """How far two neighbouring numbers may be apart, at least one stream."""
        return max(1, round(streams * self.resolution))


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What to measure next, and why."""

    streams: int
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The largest number that held each time, 0 when not even one stream did.

    It lies in `interval`: from the number that held below it to the one that failed surely above it, and not
    closer to the answer than the resolution of the search. `fails_at` is the smallest number that failed,
    None when none did; `confirmed` when the answer and the number above it came out alike as often as
    `CONFIRMATIONS` asks.
    """

    streams: int
    interval: tuple[int, int]
    fails_at: int | None
    confirmed: bool


def next_of(trials: Sequence[Trial], bounds: Bounds) -> Next | Answer:
    """What to measure next, or the answer.

    A number counts as holding when it never failed: one that failed once is above capacity.
    """
    floor, ceiling = _floor(trials), _ceiling(trials)
    if ceiling is None and floor < bounds.most:
        return Next(streams=min(bounds.most, max(bounds.start, floor * GROWTH)), purpose="coarse")
    if ceiling is not None and ceiling - floor > bounds.gap(floor):
        return Next(streams=(floor + ceiling) // 2, purpose="halving")
    if floor and _times(trials, floor) < CONFIRMATIONS:
        return Next(streams=floor, purpose="confirmation")
    if ceiling is not None and _times(trials, ceiling) < CONFIRMATIONS:
        return Next(streams=ceiling, purpose="confirmation above")
    return answer_so_far(trials, bounds)


def answer_so_far(trials: Sequence[Trial], bounds: Bounds) -> Answer:
    """What the trials so far say: the answer of a search that is over, or had to stop."""
    floor, ceiling = _floor(trials), _ceiling(trials)
    return Answer(
        streams=floor,
        interval=(_lower(trials, floor, bounds), _upper(trials, floor, bounds)),
        fails_at=ceiling,
        confirmed=_confirmed(trials, floor, ceiling, bounds),
    )


def _lower(trials: Sequence[Trial], floor: int, bounds: Bounds) -> int:
    """The number that held below the answer; one step of the search below when the answer held twice."""
    near = max(0, floor - bounds.gap(floor))
    if _times(trials, floor) >= CONFIRMATIONS:
        return near
    return max((trial.streams for trial in trials if trial.held and trial.streams <= near), default=0)


def _upper(trials: Sequence[Trial], floor: int, bounds: Bounds) -> int:
    held_once = max((trial.streams for trial in trials if trial.held), default=0)
    surely = [t.streams for t in trials if not t.held and t.sure and t.streams > held_once]
    if not surely and _ceiling(trials) is None:
        return floor
    return max(min(surely, default=bounds.most), floor + bounds.gap(floor))


def _confirmed(trials: Sequence[Trial], floor: int, ceiling: int | None, bounds: Bounds) -> bool:
    above = ceiling is None or _times(trials, ceiling) >= CONFIRMATIONS
    near = floor >= bounds.most if ceiling is None else ceiling - floor <= bounds.gap(floor)
    return near and above and (not floor or _times(trials, floor) >= CONFIRMATIONS)


def _floor(trials: Sequence[Trial]) -> int:
    """The largest number that held, below every one that failed; 0 without any."""
    ceiling = _ceiling(trials)
    return max((t.streams for t in trials if t.held and (ceiling is None or t.streams < ceiling)), default=0)


def _ceiling(trials: Sequence[Trial]) -> int | None:
    """The smallest number that failed."""
    return min((trial.streams for trial in trials if not trial.held), default=None)


def _times(trials: Sequence[Trial], streams: int) -> int:
    return sum(trial.streams == streams for trial in trials)
