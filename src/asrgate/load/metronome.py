"""The metronome: sends the frames of all callers of a process, each at its own absolute instant.

A greenlet that sleeps for each caller costs more than the frame which it then sends. Here the event loop
comes back once for whatever is due within a millisecond, and a calendar tells what that is: the next frame of
every caller, under the tick by which it must have left. A frame that leaves late counts as late; those after
it keep their instants.
"""

import heapq
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import gevent

TICK_NS = 1_000_000
"""Frames that fall due within one tick leave together at its end: to sleep costs a system call as well."""

_TO_TICK_END_NS = TICK_NS - 1

SLICE_NS = 2_000_000
"""So long frames are sent before those who read replies get their turn."""


@dataclass(slots=True, eq=False)
class Beat:
    """Frames of one caller, to be sent at `began_ns + due_ns[n]` (monotonic ns).

    `late_ns` gets for each frame how long after its instant the operating system had taken it. `over` is
    called when the last one was sent. Both `send` and `over` run in the event loop and must not wait.
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
    """Paces every caller of this process, from the event loop itself: no greenlet has to be woken."""

    def __init__(self) -> None:
        self._due: dict[int, deque[Beat]] = {}
        self._ticks: list[int] = []
        """A heap of what `_due` has entries for."""
        self._loop = gevent.get_hub().loop
        self._timer = self._loop.timer(0)

    def start(self, beat: Beat) -> None:
        """Send the frames of one caller, whose instants may not have come yet."""
        earliest = self._ticks[0] if self._ticks else None
        self._enter(beat, _tick_of(beat.began_ns + beat.due_ns[0]))
        if self._ticks[0] != earliest:
            self._wait()

    def stop(self) -> None:
        """Send nothing more for anybody."""
        self._timer.close()

    def _enter(self, beat: Beat, tick: int) -> None:
        beats = self._due.get(tick)
        if beats is None:
            beats = self._due[tick] = deque()
            heapq.heappush(self._ticks, tick)
        beats.append(beat)

    def _wait(self) -> None:
        """Have the event loop come back when something is due; at once, but after all others, if it is."""
        self._timer.close()
        if self._ticks:
            wait_ns = self._ticks[0] * TICK_NS - time.monotonic_ns()
            self._timer = self._loop.timer(max(0, wait_ns) / 1e9)
            self._timer.start(self._run)

    def _run(self) -> None:
        try:
            self._send_due()
        finally:
            self._wait()

    def _send_due(self) -> None:
        """Send what is due now, for a slice of time at most; this is the inner loop of the generator."""
        ticks, due, clock_ns = self._ticks, self._due, time.monotonic_ns
        now_ns = clock_ns()
        until_ns = now_ns + SLICE_NS
        while ticks and ticks[0] * TICK_NS <= now_ns < until_ns:
            beats = due[ticks[0]]
            if not beats:
                del due[heapq.heappop(ticks)]
            while beats and now_ns < until_ns:
                beat = beats.popleft()
                if beat.stopped:
                    continue
                late_ns, due_ns, began_ns = beat.late_ns, beat.due_ns, beat.began_ns
                sent = len(late_ns)
                beat.send(beat.frames[sent])
                now_ns = clock_ns()
                late_ns.append(now_ns - began_ns - due_ns[sent])
                sent += 1
                if sent == len(due_ns):
                    beat.over()
                    continue
                # What `_tick_of` and `_enter` do; the two calls would cost a tenth of what Python takes here.
                tick = (began_ns + due_ns[sent] + _TO_TICK_END_NS) // TICK_NS
                if tick in due:
                    due[tick].append(beat)
                else:
                    self._enter(beat, tick)


def _tick_of(at_ns: int) -> int:
    """The tick at whose end a frame leaves that is due at an instant."""
    return (at_ns + _TO_TICK_END_NS) // TICK_NS
