"""The clocks of workers on other hosts, against the clock of the command, by exchanges as in NTP.

What a call took is measured on one clock, by its worker, and needs none of this. Which calls ran at the same
time, and whether one began after the warm-up, is known only when the clocks of all hosts are known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import TypeAdapter

from asrgate.errors import UsageError

FASTEST_DRIFT = 500e-6
"""Share by which an undisturbed clock may gain or lose: as much as Linux lets NTP slew it."""


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


def skew_of(readings: Sequence[Reading]) -> Skew:
    """The skew by the reading with the shortest round trip, which bounds it best (RFC 5905, section 10).

    Raises:
        ValueError: there is no reading.
    """
    if not readings:
        raise ValueError("expected at least one reading of a clock")
    best = min(readings, key=lambda reading: reading.round_trip_ms)
    return Skew(
        ahead_ms=best.ahead_ms,
        within_ms=best.round_trip_ms / 2,
        readings=len(readings),
        stepped_ms=_stepped_ms(sorted(readings, key=lambda reading: reading.at_s)),
    )


def skews_of(readings: Iterable[Reading]) -> dict[str, Skew]:
    """The skew of each worker that was read."""
    by_worker: dict[str, list[Reading]] = {}
    for reading in readings:
        by_worker.setdefault(reading.worker, []).append(reading)
    return {worker: skew_of(of_worker) for worker, of_worker in by_worker.items()}


def read_readings(path: Path) -> list[Reading]:
    """The readings of a file; none when there is no such file, as in a run on one host.

    Raises:
        UsageError: the file cannot be read.
    """
    try:
        *whole, _ = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    return [READING.validate_json(line) for line in whole]


def _stepped_ms(in_turn: Sequence[Reading]) -> float | None:
    """The first jump: two neighbours that cannot both be true of a clock that only drifts."""
    for before, after in pairwise(in_turn):
        apart_ms = after.ahead_ms - before.ahead_ms
        drift_ms = FASTEST_DRIFT * (after.at_s - before.at_s) * 1000
        if abs(apart_ms) > (before.round_trip_ms + after.round_trip_ms) / 2 + drift_ms + 1:
            return round(apart_ms, 1)
    return None
