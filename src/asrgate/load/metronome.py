"""The metronome: sends the frames of all callers of a process, each at its own absolute instant.

A greenlet that sleeps for each caller costs more than the frame which it then sends. Here one greenlet looks
at one heap, which holds the next due instant of every caller, and hands whatever is due to the operating
system in one go. A frame that leaves late counts as late; those after it keep their instants.
"""

import heapq
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import gevent
from gevent.event import Event

LEAST_SLEEP_S = 0.0015
"""Frames that fall due within this time are sent together: a system call for sleeping is not free either."""

SLICE_NS = 2_000_000
"""So long frames are sent before those who read replies get their turn."""


@dataclass(slots=True, eq=False)
class Beat:
    """Frames of one caller, to be sent at `began_ns + due_ns[n]` (monotonic ns).

    `late_ns` gets for each frame how long after its instant the operating system had taken it. `over` is
    called when the last one was sent, or sending failed.
    """

    send: Callable[[bytes], object]
    frames: Sequence[bytes]
    due_ns: Sequence[int]
    began_ns: int
    over: Callable[[], object]
    late_ns: "array[int]" = field(default_factory=lambda: array("q"))
    stopped: bool = False

    def stop(self) -> None:
        """Send nothing more."""
        self.stopped = True


class Metronome:
    """Paces every caller of this process; runs in a greenlet of its own from the first one on."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Beat]] = []
        self._started = 0
        self._earlier = Event()
        self._greenlet = gevent.spawn(self._run)

    def start(self, beat: Beat) -> None:
        """Send the frames of one caller, whose instants may not have come yet."""
        self._started += 1
        heapq.heappush(self._due, (beat.began_ns + beat.due_ns[0], self._started, beat))
        if self._due[0][2] is beat:
            self._earlier.set()

    def stop(self) -> None:
        """Send nothing more for anybody."""
        self._greenlet.kill()

    def _run(self) -> None:
        while True:
            if not self._due:
                self._earlier.clear()
                self._earlier.wait()
            self._send_due()
            if self._due:
                wait_s = (self._due[0][0] - time.monotonic_ns()) / 1e9
                if wait_s <= 0:
                    gevent.sleep(0)
                else:
                    self._earlier.clear()
                    self._earlier.wait(max(wait_s, LEAST_SLEEP_S))

    def _send_due(self) -> None:
        """Send what is due now, for a slice of time at most; this is the inner loop of the generator."""
        due, clock_ns = self._due, time.monotonic_ns
        now_ns = clock_ns()
        until_ns = now_ns + SLICE_NS
        while due and due[0][0] <= now_ns < until_ns:
            at_ns, number, beat = due[0]
            if beat.stopped:
                heapq.heappop(due)
                continue
            sent = len(beat.late_ns)
            beat.send(beat.frames[sent])
            now_ns = clock_ns()
            beat.late_ns.append(now_ns - at_ns)
            sent += 1
            if sent < len(beat.frames):
                heapq.heapreplace(due, (beat.began_ns + beat.due_ns[sent], number, beat))
            else:
                heapq.heappop(due)
                beat.over()
