"""Ways to send paced audio on many connections at once, each in a process of its own.

    python generators.py WAY PORT STREAMS SECONDS

opens `STREAMS` connections to a server on this machine, and on each sends an opening message and then
`SECONDS` of 16 kHz audio in frames of 60 ms, while it reads what the server says.
"""

import asyncio
import ctypes
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FRAME_BYTES = 1920
FRAME_S = 0.06
CALLERS_PER_S = 1000
OPENING = {
    "mode": "2pass",
    "chunk_size": [5, 10, 5],
    "chunk_interval": 10,
    "audio_fs": 16000,
    "wav_name": "demo",
    "wav_format": "pcm",
    "is_speaking": True,
}


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


def asrgate(task: Task) -> None:
    """asrgate: callers as those of its Locust file, on one metronome, with pulses and traces."""
    import gevent
    from locust import User
    from locust.env import Environment
    from websockets.frames import Frame, Opcode

    from asrgate.audio.clips import bundled_clips_directory, load_clips
    from asrgate.load.call import Caller, conversation
    from asrgate.load.garbage import search_young_objects_only
    from asrgate.load.habits import Turn
    from asrgate.load.metronome import Metronome
    from asrgate.load.pulse import PULSE, Activity, Heart
    from asrgate.load.speech import Speech
    from asrgate.load.tail import LineFile
    from asrgate.load.trace import TraceFile, trace_of
    from asrgate.wire.dialects import FUNASR_2PASS
    from asrgate.wire.endpoint import Endpoint

    turn = Turn(
        speech=Speech(
            clip=load_clips(bundled_clips_directory()).clips[0],
            sample_rate_hz=16000,
            frames=tuple(Frame(Opcode.BINARY, frame).serialize(mask=True) for frame in task.frames),
            due_ns=tuple(round((number + 1) * FRAME_S * 1e9) for number in range(len(task.frames))),
        )
    )
    numbers = itertools.count()
    endpoint, metronome, activity = Endpoint(url=task.url), Metronome(), Activity()
    traces, pulses = TraceFile(Path("calls.jsonl")), LineFile(Path("pulse.jsonl"), PULSE)
    heart = Heart(activity)

    class Speaker(User):
        def speak(self) -> None:
            caller = Caller(
                number=next(numbers),
                endpoint=endpoint,
                dialect=FUNASR_2PASS,
                metronome=metronome,
                activity=activity,
            )
            for done in conversation(caller, iter([turn]), lambda _: OPENING):
                traces.write(trace_of(done, worker="1", mode="2pass", dialect=FUNASR_2PASS.name))

        tasks = [speak]  # noqa: RUF012

    def beat() -> None:
        while True:
            gevent.sleep(1)
            pulses.write(heart.pulse())

    gevent.spawn(beat)
    search_young_objects_only()
    _run_locust(Environment(user_classes=[Speaker], host=task.url), task)


def sleeping_greenlets(task: Task) -> None:
    """Locust's usual way: a user sleeps until its next frame is due, then sends on a blocking client."""
    import gevent
    import websocket
    from locust import User
    from locust.env import Environment

    class Caller(User):
        def speak(self) -> None:
            line = websocket.create_connection(task.url)
            line.send(json.dumps(OPENING))
            reading = gevent.spawn(read, line)
            began_s = time.perf_counter()
            for number, frame in enumerate(task.frames, 1):
                gevent.sleep(max(0.0, began_s + number * FRAME_S - time.perf_counter()))
                line.send_binary(frame)
            reading.kill()

        tasks = [speak]  # noqa: RUF012

    def read(line: Any) -> None:
        while True:
            line.recv()

    _run_locust(Environment(user_classes=[Caller], host=task.url), task)


def websockets_asyncio(task: Task) -> None:
    """`websockets` on asyncio: a task for each stream that sleeps until its next frame is due."""
    from websockets.asyncio.client import ClientConnection, connect

    async def speak(connection: ClientConnection) -> None:
        async def read() -> None:
            async for _ in connection:
                pass

        await connection.send(json.dumps(OPENING))
        reading, now_s = asyncio.create_task(read()), asyncio.get_running_loop().time
        began_s = now_s()
        for number, frame in enumerate(task.frames, 1):
            await asyncio.sleep(max(0.0, began_s + number * FRAME_S - now_s()))
            await connection.send(frame)
        reading.cancel()

    async def run() -> None:
        async with AsyncExitStack() as lines, asyncio.TaskGroup() as speaking:
            for _ in range(task.streams):
                line = connect(task.url, compression=None, ping_interval=None)
                speaking.create_task(speak(await lines.enter_async_context(line)))

    asyncio.run(run())


def bare(task: Task) -> None:
    """The floor of Python: nothing but prepared frames and `send`, on sockets whose replies nobody reads.

    Streams begin evenly over the first 60 ms. No instant is noted, and there is no event loop.
    """
    frames, lines = _prepared(task)
    sends = [line.send for line in lines]
    began_s, streams = time.monotonic(), len(sends)
    for number, frame in enumerate(frames, 1):
        sent = 0
        while sent < streams:
            due = int(((time.monotonic() - began_s) / FRAME_S - number) * streams)
            if due <= sent:
                time.sleep(0.001)
            for send in sends[sent : max(sent, due)]:
                send(frame)
            sent = min(streams, max(sent, due))


def bare_c(task: Task) -> None:
    """The floor of the operating system: the same loop in C (`floor.c`), compiled here."""
    library = Path("floor.so").resolve()
    source = Path(__file__).with_name("floor.c")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
    frames, lines = _prepared(task)
    descriptors = (ctypes.c_int * len(lines))(*(line.fileno() for line in lines))
    pace = ctypes.CDLL(str(library)).pace
    pace.argtypes = (
        ctypes.POINTER(ctypes.c_int),
        ctypes.c_long,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_long,
        ctypes.c_double,
    )
    pace(descriptors, len(lines), b"".join(frames), len(frames[0]), len(frames), FRAME_S)


def _prepared(task: Task) -> tuple[list[bytes], list[socket.socket]]:
    """The frames as they cross the network, and open connections to send them on."""
    from websockets.frames import Frame, Opcode

    frames = [Frame(Opcode.BINARY, frame).serialize(mask=True) for frame in task.frames]
    opening = Frame(Opcode.TEXT, json.dumps(OPENING).encode()).serialize(mask=True)
    return frames, [_upgraded(task.port, opening) for _ in range(task.streams)]


def _upgraded(port: int, opening: bytes) -> socket.socket:
    """A connection on which the opening message was sent, and that never blocks from then on."""
    from websockets.client import ClientProtocol
    from websockets.uri import parse_uri

    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    protocol = ClientProtocol(parse_uri(f"ws://127.0.0.1:{port}"))
    protocol.send_request(protocol.connect())
    line.sendall(b"".join(protocol.data_to_send()))
    while not protocol.events_received():
        protocol.receive_data(line.recv(4096))
    line.sendall(opening)
    line.setblocking(False)
    return line


def _run_locust(environment: Any, task: Task) -> None:
    runner = environment.create_local_runner()
    runner.start(task.streams, spawn_rate=CALLERS_PER_S)
    runner.greenlet.join()


WAYS: dict[str, Callable[[Task], None]] = {
    "asrgate": asrgate,
    "websockets": websockets_asyncio,
    "greenlets": sleeping_greenlets,
    "bare": bare,
    "bare-c": bare_c,
}


def main(way: str, port: int, streams: int, seconds: float) -> None:
    """Send until there is nothing more to send, or the process is ended."""
    frames = tuple(os.urandom(FRAME_BYTES) for _ in range(round(seconds / FRAME_S)))
    WAYS[way](Task(port, streams, frames))


if __name__ == "__main__":
    if sys.argv[1] in ("asrgate", "greenlets"):
        from gevent import monkey

        monkey.patch_all()
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
