"""One point of the benchmark: a way of sending, at a number of streams, measured from outside.

The server has the first processor core, the generator the second. Once every stream has begun and a second
has passed, what the generator's processes take is read from the system, and again some seconds later.
"""

import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from arrivals import FRAME_NS, Punctuality, punctuality, read_arrivals
from processes import family, memory_bytes, processor_ns

HERE = Path(__file__).parent
_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, GENERATOR_CORE = _CORES[0], _CORES[-1]
FUNASR = "funasr"
RATE_HZ = 16000
IN_C = "bare-c"
WAYS = ("asrgate", "websockets", "greenlets", FUNASR, "bare", IN_C)

PRELOADED = (
    "import runpy, sys, ssl, websockets.asyncio.client; "
    "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
)
"""Runs FunASR's client unchanged, with what its processes import already there when they are forked."""

BEGIN_WITHIN_S = 25.0
SETTLE_S = 1.0
LATE_MS = 20.0
"""So late may one frame in a hundred come where streams are carried."""

FEWEST_HEARD = 0.9
"""Share of the frames that must come where streams are carried: with fewer, some stand still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What was measured.

    `core` is the share of one core that the generator took, `heard` that of the frames due that came.
    """

    way: str
    streams: int
    us_per_frame: float
    core: float
    heard: float
    memory_bytes: int
    kept: Punctuality

    @property
    def carried(self) -> bool:
        """Whether frames came in time. FunASR's client is forgiven its drift, or it would carry nothing."""
        late_ms = self.kept.gap_p99 if self.way == FUNASR else self.kept.late_p99
        return late_ms is not None and late_ms <= LATE_MS and self.heard >= FEWEST_HEARD


def measured(way: str, streams: int, *, seconds: float, funasr_client: Path | None) -> Point | None:
    """Measure for so long; None when not all streams began in time, or hardly a frame came."""
    audio_s = BEGIN_WITHIN_S + SETTLE_S + seconds
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        arrivals = folder / "arrivals.npz"
        sink_command = [sys.executable, str(HERE / "sink.py"), str(streams), str(arrivals)]
        with running(sink_command, SERVER_CORE, folder, subprocess.PIPE) as sink:
            port = told(sink, within_s=30)["port"]
            command = _command(way, port, streams, audio_s, folder, funasr_client)
            with running(command, GENERATOR_CORE, folder, subprocess.DEVNULL) as generator:
                if not told(sink, within_s=BEGIN_WITHIN_S):
                    return None
                time.sleep(SETTLE_S)
                pids = family(generator.pid)
                memory = memory_bytes(pids)
                from_ns, before_ns = time.monotonic_ns(), processor_ns(pids)
                time.sleep(seconds)
                to_ns, after_ns = time.monotonic_ns(), processor_ns(pids)
        kept = punctuality(read_arrivals(arrivals), from_ns, to_ns)
    if kept.late_p99 is None:
        return None
    return Point(
        way=way,
        streams=streams,
        us_per_frame=(after_ns - before_ns) / kept.frames / 1000,
        core=(after_ns - before_ns) / (to_ns - from_ns),
        heard=kept.frames * FRAME_NS / (to_ns - from_ns) / streams,
        memory_bytes=memory,
        kept=kept,
    )


def let_files_be_opened() -> None:
    """As many as this user may: each stream is one, on both sides."""
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))


def _command(
    way: str, port: int, streams: int, audio_s: float, folder: Path, funasr_client: Path | None
) -> list[str]:
    if way == FUNASR:
        return _funasr(port, streams, _sound(folder, audio_s), folder, funasr_client)
    return [sys.executable, str(HERE / "generators.py"), way, str(port), str(streams), str(audio_s)]


def _sound(folder: Path, audio_s: float) -> Path:
    path = folder / "audio.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(os.urandom(round(audio_s * RATE_HZ) * 2))
    return path


def _funasr(port: int, streams: int, sound: Path, folder: Path, funasr_client: Path | None) -> list[str]:
    listed = folder / "audio.scp"
    listed.write_text("".join(f"caller-{number} {sound}\n" for number in range(streams)))
    command = [sys.executable, "-c", PRELOADED, str(funasr_client)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--ssl", "0"]
    command += ["--mode", "2pass", "--chunk_size", "5,10,5", "--chunk_interval", "10"]
    command += ["--audio_in", str(listed), "--thread_num", str(streams), "--log_dir", str(folder / "logs")]
    return command


@contextmanager
def running(command: list[str], core: int, folder: Path, output: int) -> Iterator[subprocess.Popen[str]]:
    """A process on a core of its own, ended with all that it started."""
    process = subprocess.Popen(
        ["taskset", "--cpu-list", str(core), *command],
        stdout=output,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def told(process: subprocess.Popen[str], within_s: float) -> dict[str, int]:
    """The next thing that the sink says; nothing when it says nothing in time."""
    assert process.stdout is not None
    output: IO[str] = process.stdout
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        if not selector.select(within_s):
            return {}
    facts: dict[str, int] = json.loads(output.readline() or "{}")
    return facts
