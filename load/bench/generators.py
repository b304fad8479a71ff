"""Ways to send paced audio on many connections at once, each in a process of its own.

`python generators.py WAY PORT STREAMS SECONDS` opens the connections, sends 60 ms frames of 16 kHz audio at
absolute instants, and prints one line of JSON: frames, processor time, and how late frames left (ms).
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

FRAME_BYTES = 1920
FRAME_S = 0.06
HEAD_START_S = 0.5


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be sent, to a server on this machine."""

    port: int
    streams: int
    frames: tuple[bytes, ...]

    @property
    def url(self) -> str:
        """Where."""
        return f"ws://127.0.0.1:{self.port}"

    def starts_s(self, stream: int) -> float:
        """When a stream begins after the first: spread over one frame."""
        return FRAME_S * stream / self.streams


@dataclass(frozen=True, slots=True)
class Sent:
    """How late each frame left (s), and what sending took: processor time and time (s)."""

    late_s: list[float]
    processor_s: float
    took_s: float


def metronome(task: Task) -> Sent:
    """asrgate: one metronome, prepared frames, replies noted by the event loop."""
    import gevent
    from gevent.event import Event
    from websockets.frames import Frame, Opcode

    from asrgate.load.line import open_line
    from asrgate.load.metronome import Beat, Metronome
    from asrgate.wire.endpoint import Endpoint

    frames = [Frame(Opcode.BINARY, frame).serialize(mask=True) for frame in task.frames]
    due_ns = [round((number + 1) * FRAME_S * 1e9) for number in range(len(frames))]
    lines = [open_line(Endpoint(url=task.url)) for _ in range(task.streams)]
    running, left, all_over = Metronome(), [task.streams], Event()

    def over() -> None:
        left[0] -= 1
        if not left[0]:
            all_over.set()

    began_ns = time.monotonic_ns() + round(HEAD_START_S * 1e9)
    stopwatch = _Stopwatch()
    beats = [
        Beat(line.send_frame, frames, due_ns, began_ns + round(task.starts_s(number) * 1e9), over=over)
        for number, line in enumerate(lines)
    ]
    for beat in beats:
        running.start(beat)
    all_over.wait()
    gevent.sleep(0)
    return stopwatch.sent([late / 1e9 for beat in beats for late in beat.late_ns])


def websockets_asyncio(task: Task) -> Sent:
    """`websockets` on asyncio: a task for each stream that sleeps until its next frame."""
    from websockets.asyncio.client import ClientConnection, connect

    late_s: list[float] = []

    async def speak(connection: ClientConnection, start_s: float) -> None:
        async def read() -> None:
            async for _ in connection:
                pass

        reading, now_s = asyncio.create_task(read()), asyncio.get_running_loop().time
        for number, frame in enumerate(task.frames, 1):
            due_s = start_s + number * FRAME_S
            await asyncio.sleep(max(0.0, due_s - now_s()))
            await connection.send(frame)
            late_s.append(now_s() - due_s)
        reading.cancel()

    async def run() -> Sent:
        lines = [await connect(task.url, compression=None, ping_interval=None) for _ in range(task.streams)]
        began_s = asyncio.get_running_loop().time() + HEAD_START_S
        stopwatch = _Stopwatch()
        await asyncio.gather(
            *(speak(line, began_s + task.starts_s(number)) for number, line in enumerate(lines))
        )
        sent = stopwatch.sent(late_s)
        for line in lines:
            line.transport.abort()
        return sent

    return asyncio.run(run())


def sleeping_greenlets(task: Task) -> Sent:
    """Locust's usual way: a greenlet for each stream, which sleeps and then sends on a blocking client."""
    from gevent import monkey

    monkey.patch_all()
    import gevent
    from websockets.sync.client import ClientConnection, connect

    late_s: list[float] = []

    def read(connection: ClientConnection) -> None:
        for _ in connection:
            pass

    def speak(connection: ClientConnection, start_s: float) -> None:
        reading = gevent.spawn(read, connection)
        for number, frame in enumerate(task.frames, 1):
            due_s = start_s + number * FRAME_S
            gevent.sleep(max(0.0, due_s - time.perf_counter()))
            connection.send(frame)
            late_s.append(time.perf_counter() - due_s)
        reading.kill()

    lines = [connect(task.url, compression=None, ping_interval=None) for _ in range(task.streams)]
    began_s = time.perf_counter() + HEAD_START_S
    stopwatch = _Stopwatch()
    gevent.joinall(
        [gevent.spawn(speak, line, began_s + task.starts_s(number)) for number, line in enumerate(lines)],
        raise_error=True,
    )
    return stopwatch.sent(late_s)


WAYS: dict[str, Callable[[Task], Sent]] = {
    "metronome": metronome,
    "websockets-asyncio": websockets_asyncio,
    "sleeping-greenlets": sleeping_greenlets,
}


class _Stopwatch:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._processor_s, self._now_s = time.process_time(), time.monotonic()

    def sent(self, late_s: list[float]) -> Sent:
        return Sent(late_s, time.process_time() - self._processor_s, time.monotonic() - self._now_s)


def main(way: str, port: int, streams: int, seconds: float) -> None:
    """Send, and print what it took."""
    frames = tuple(os.urandom(FRAME_BYTES) for _ in range(round(seconds / FRAME_S)))
    sent = WAYS[way](Task(port, streams, frames))
    p50, p99 = np.percentile(np.array(sent.late_s) * 1000, [50, 99])
    told = {
        "frames": len(sent.late_s),
        "us_per_frame": round(sent.processor_s / len(sent.late_s) * 1e6, 1),
        "core": round(sent.processor_s / sent.took_s, 3),
        "p50_ms": round(p50, 2),
        "p99_ms": round(p99, 2),
    }
    print(json.dumps(told), flush=True)  # noqa: T201
    os._exit(0)  # nobody waits for thousands of closing handshakes


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
