"""The clocks of workers on other hosts, against the clock of the command, by exchanges as in NTP.

What a call took is measured on one clock, by its worker, and needs none of this. Which calls ran at the same
time, and whether one began after the warm-up, is known only when the clocks of all hosts are known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from asrgate.load.tail import Tail

CLOCKS_FILE = "clocks.jsonl"

FASTEST_DRIFT = 500e-6
"""Share by which an undisturbed clock may gain or lose: as much as Linux lets NTP slew it."""

ROUNDING_MS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at a worker's clock: at `at_s` (epoch, by the command's clock) it was `ahead_ms` ahead.

    The true value is no further away than half of `round_trip_ms`, however the two ways share it.
    """

    worker: str
    host: str
    at_s: float
    ahead_ms: float
    round_trip_ms: float


class Written(Protocol):
    """What a worker wrote."""

    @property
    def worker(self) -> str:
        """The name of the worker."""


Row = TypeVar("Row", bound=Written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew:
    """What all readings of a worker's clock say: ahead of the command's by `ahead_ms`, ± `within_ms`.

    `stepped_ms` is how far it jumped while it was watched, None when it ran evenly.
    """

    ahead_ms: float
    within_ms: float
    readings: int
    stepped_ms: float | None = None


READING: TypeAdapter[Reading] = TypeAdapter(Reading)


def reading_of(
    worker: str, host: str, *, asked_ns: int, received_ns: int, answered_ns: int, arrived_ns: int
) -> Reading:
    """The reading that four time stamps give: the first and the last by the command, two by the worker.

    Clock offset and round trip as in RFC 5905, section 8.
    """
    ahead_ns = (received_ns - asked_ns + answered_ns - arrived_ns) / 2
    round_trip_ns = (arrived_ns - asked_ns) - (answered_ns - received_ns)
    return Reading(
        worker=worker,
        host=host,
        at_s=round(arrived_ns / 1e9, 3),
        ahead_ms=round(ahead_ns / 1e6, 3),
        round_trip_ms=round(max(0, round_trip_ns) / 1e6, 3),
    )


def skew_of(readings: Iterable[Reading]) -> Skew:
    """The skew by the reading with the shortest round trip, which bounds it best (RFC 5905, section 10).

    Raises:
        ValueError: there is no reading.
    """
    clock = Clock()
    for reading in sorted(readings, key=lambda reading: reading.at_s):
        clock.read(reading)
    return clock.skew


class Clocks:
    """The clocks of the workers on other hosts of a run, as far as they were read into its folder."""

    def __init__(self, directory: Path) -> None:
        self._tail = Tail(directory, CLOCKS_FILE, READING)
        self._clocks: dict[str, Clock] = {}

    def skews(self) -> dict[str, Skew]:
        """The skew of each worker by all readings until now; empty where all workers are on this host."""
        self._look()
        return {worker: clock.skew for worker, clock in self._clocks.items()}

    def first_ahead_ms(self) -> dict[str, float]:
        """How far each was ahead when it was first read: what it wrote is moved by that, early or late."""
        self._look()
        return {worker: clock.first_ahead_ms for worker, clock in self._clocks.items()}

    def _look(self) -> None:
        for reading in self._tail.new():
            self._clocks.setdefault(reading.worker, Clock()).read(reading)


class Clock:
    """One clock, from reading to reading."""

    def __init__(self) -> None:
        self._first: Reading | None = None
        self._best: Reading | None = None
        self._latest: Reading | None = None
        self._stepped_ms: float | None = None
        self._readings = 0

    def read(self, reading: Reading) -> None:
        """Take in the next reading."""
        self._first = self._first or reading
        if self._best is None or reading.round_trip_ms < self._best.round_trip_ms:
            self._best = reading
        if self._latest is not None and self._stepped_ms is None:
            self._stepped_ms = _step_ms(self._latest, reading)
        self._latest = reading
        self._readings += 1

    @property
    def first_ahead_ms(self) -> float:
        """How far ahead it was at the first reading, 0 before that."""
        return self._first.ahead_ms if self._first is not None else 0.0

    @property
    def skew(self) -> Skew:
        """What all readings until now say.

        Raises:
            ValueError: there is none.
        """
        if self._best is None:
            raise ValueError("expected at least one reading of a clock")
        return Skew(
            ahead_ms=self._best.ahead_ms,
            within_ms=self._best.round_trip_ms / 2,
            readings=self._readings,
            stepped_ms=self._stepped_ms,
        )


class OnOneClock(Generic[Row]):
    """What workers wrote, moved from the clock of each to that of the command by `moved(row, by_s)`."""

    def __init__(self, rows: Tail[Row], clocks: Clocks, moved: Callable[[Row, float], Row]) -> None:
        self._rows = rows
        self._clocks = clocks
        self._moved = moved

    def new(self) -> list[Row]:
        """The rows that came since the last time.

        Raises:
            UsageError: a file cannot be read, or a whole line of it is no row.
        """
        # In this order: the master reads the clock of a worker before it takes the first line from it.
        rows = self._rows.new()
        ahead_ms = self._clocks.first_ahead_ms()
        return [
            row if row.worker not in ahead_ms else self._moved(row, -ahead_ms[row.worker] / 1000)
            for row in rows
        ]


def _step_ms(before: Reading, after: Reading) -> float | None:
    """By how much a clock was set between two readings that cannot both be true of one that only drifts."""
    apart_ms = after.ahead_ms - before.ahead_ms
    drift_ms = FASTEST_DRIFT * (after.at_s - before.at_s) * 1000
    possible_ms = (before.round_trip_ms + after.round_trip_ms) / 2 + drift_ms + ROUNDING_MS
    return round(apart_ms, 1) if abs(apart_ms) > possible_ms else None
