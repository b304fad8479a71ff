"""The pulse of a worker: one line a second that says what it does and whether it is well.

A worker that stops beating is dead; one whose clocks part had a clock that was set; one that is late, short
of files or short of processor time measures itself and not the endpoint.
"""

import os
import resource
import socket
import time
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from pydantic import TypeAdapter

EVERY_S = 1.0
SILENT_S = 10.0
"""A worker that has not beaten for so long has stopped: one that is only busy is seconds late."""

SMALLEST_STEP_S = 0.05
"""Clocks that part by less within one beat were read at slightly different moments."""

_TENTH_NS = 100_000
_OPEN_FILES = Path("/proc/self/fd") if Path("/proc/self/fd").is_dir() else Path("/dev/fd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What a worker did since its last line, and what it is doing.

    `at` is the wall clock (s of the epoch), `monotonic_s` the clock that paces. `speaking` callers are in an
    utterance or wait for its final, `sockets` connections are open. `frames` were sent; `lateness` counts
    them by how late each left, in tenths of ms. `cpu` is the share of one core. `open_files` is None where it
    cannot be known. `last` marks the line that a worker writes when it ends as it should.
    """

    worker: str
    host: str
    at: float
    monotonic_s: float
    speaking: int
    sockets: int
    frames: int
    lateness: dict[int, int]
    cpu: float
    open_files: int | None
    most_files: int
    last: bool = False


PULSE: TypeAdapter[Pulse] = TypeAdapter(Pulse)


class Paced(Protocol):
    """What is paced, and how late each of its frames left so far (ns)."""

    late_ns: "array[int]"


class Activity:
    """What the callers of this process are doing right now."""

    def __init__(self) -> None:
        self.sockets = 0
        self.speaking = 0
        self._counted: dict[int, tuple[Paced, int]] = {}
        self._late_ns = array("q")

    @contextmanager
    def connected(self) -> Iterator[None]:
        """A connection is open."""
        self.sockets += 1
        try:
            yield
        finally:
            self.sockets -= 1

    @contextmanager
    def utterance(self, beat: Paced) -> Iterator[None]:
        """Somebody speaks, or waits for the final."""
        self.speaking += 1
        self._counted[id(beat)] = (beat, 0)
        try:
            yield
        finally:
            self.speaking -= 1
            _, counted = self._counted.pop(id(beat))
            self._late_ns.extend(beat.late_ns[counted:])

    def take_lateness(self) -> dict[int, int]:
        """How late frames left since the last time, counted by tenths of ms."""
        for key, (beat, counted) in self._counted.items():
            self._late_ns.extend(beat.late_ns[counted:])
            self._counted[key] = (beat, len(beat.late_ns))
        late_ns, self._late_ns = self._late_ns, array("q")
        return tenths_of(late_ns)


class Heart:
    """Takes the pulse of this process; each look counts from the one before."""

    def __init__(self, activity: Activity) -> None:
        self.activity = activity
        self._cpu_s, self._looked_s = time.process_time(), time.monotonic()

    def pulse(self, *, last: bool = False) -> Pulse:
        """What was done since the last time."""
        lateness = self.activity.take_lateness()
        cpu_s, now_s = time.process_time(), time.monotonic()
        passed_s = max(now_s - self._looked_s, 1e-6)
        cpu = (cpu_s - self._cpu_s) / passed_s
        self._cpu_s, self._looked_s = cpu_s, now_s
        at, monotonic_s = both_clocks()
        return Pulse(
            worker=worker_name(),
            host=socket.gethostname(),
            at=round(at, 4),
            monotonic_s=round(monotonic_s, 4),
            speaking=self.activity.speaking,
            sockets=self.activity.sockets,
            frames=sum(lateness.values()),
            lateness=lateness,
            cpu=round(cpu, 3),
            open_files=_open_files(),
            most_files=resource.getrlimit(resource.RLIMIT_NOFILE)[0],
            last=last,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStep:
    """A wall clock that was set while a worker was running: by `by_s`, seen at `at` (s of the epoch)."""

    worker: str
    at: float
    by_s: float


def worker_name() -> str:
    """The name of this process: unique over all hosts of a run."""
    return f"{socket.gethostname()}-{os.getpid()}"


def both_clocks() -> tuple[float, float]:
    """The wall clock and the monotonic one at the same moment, in s: the best of a few looks."""
    looks = []
    for _ in range(3):
        before_s, at, after_s = time.monotonic(), time.time(), time.monotonic()
        looks.append((after_s - before_s, at, (before_s + after_s) / 2))
    _, at, monotonic_s = min(looks)
    return at, monotonic_s


def tenths_of(late_ns: "array[int]") -> dict[int, int]:
    """Count frames by how late each left, in tenths of ms."""
    tenths = (np.frombuffer(late_ns, dtype=np.int64) + _TENTH_NS // 2) // _TENTH_NS
    return dict(Counter(tenths.tolist()))


def pooled(lateness: Iterable[dict[int, int]]) -> Counter[int]:
    """One histogram of several."""
    total: Counter[int] = Counter()
    for counts in lateness:
        total.update(counts)
    return total


def clock_step(before: Pulse, after: Pulse) -> ClockStep | None:
    """Whether a worker's wall clock was set between two pulses: then it parts from the monotonic one."""
    by_s = (after.at - before.at) - (after.monotonic_s - before.monotonic_s)
    if abs(by_s) < SMALLEST_STEP_S:
        return None
    return ClockStep(worker=after.worker, at=after.at, by_s=round(by_s, 3))


def clock_steps(pulses: Sequence[Pulse]) -> tuple[ClockStep, ...]:
    """The steps in the pulses of any workers, each worker's in the order in which it wrote them."""
    by_worker: dict[str, list[Pulse]] = {}
    for pulse in pulses:
        by_worker.setdefault(pulse.worker, []).append(pulse)
    found = (clock_step(*pair) for of_worker in by_worker.values() for pair in pairwise(of_worker))
    return tuple(step for step in found if step is not None)


def _open_files() -> int | None:
    try:
        return len(os.listdir(_OPEN_FILES))
    except OSError:
        # None left to look with: all are open.
        return None
