"""Runs Locust with speech users in processes of its own; what they leave is read while it comes.

Locust spawns, distributes and stops the callers; what they measure they write themselves, call by call and
second by second, into the folder of the run:

    calls-WORKER.jsonl   a trace for each call of a paced caller that is over (see trace)
    cut-WORKER.jsonl     the same of calls that were under way when the load ended: nobody's error
    abuse-WORKER.jsonl   the same of callers that misbehave on purpose (see abuse)
    long-WORKER.jsonl    the same of callers who speak in one session all the time (see long_session)
    pulse-WORKER.jsonl   a line a second about the worker itself (see pulse)
    began.json           when the first callers were called for
    locust.log           what Locust said
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from asrgate.load.clocks import Clocks, OnOneClock, Skew
from asrgate.load.habits import Habits
from asrgate.load.pulse import PULSE, SILENT_S, Pulse
from asrgate.load.shapes import Shape, Window
from asrgate.load.tail import Tail
from asrgate.load.trace import TRACE, Trace
from asrgate.wire.endpoint import Endpoint

_PACKAGE = Path(__file__).resolve().parents[1]

STOP_S = 8.0
"""How long workers may take to end after they were told to; then they are killed."""

COME_WITHIN_S = 120.0
"""How long is waited for workers, which may be on other hosts."""

ENDPOINT_VARIABLE = "ASRGATE_LOAD_ENDPOINT"
"""Carries the endpoint to the workers: headers may be secret, and a command line is not."""

BEGAN_FILE = "began.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked of the callers: how many at which time, how they behave, and what they say.

    Calls that begin within a window of the shape count (`windows`): after the ramp of a stage and `warm_up_s`
    more. The last stage is held `run_out_s` longer, so that calls of its window end under the same load, and
    then those that are under way may take `finish_within_s` more. `abuse` says how many callers misbehave in
    which way (see abuse), and `long_sessions` how many speak in one session all the time (see
    long_session), both beside the paced ones. With `listen` the workers are not made here: so many of them,
    on any hosts, come to this address and port. `options` are further options of the Locust file.
    """

    shape: Shape
    dialect: str
    mode: str = "2pass"
    tag: str = "plain"
    pace: Literal["real", "max"] = "real"
    fixtures: Path | None = None
    habits: Habits = field(default_factory=Habits)
    abuse: Mapping[str, int] = field(default_factory=dict)
    long_sessions: int = 0
    warm_up_s: float = 0.0
    run_out_s: float = 0.0
    finish_within_s: float = 30.0
    workers: int = 1
    listen: tuple[str, int] | None = None
    options: tuple[str, ...] = ()

    @property
    def windows(self) -> tuple[Window, ...]:
        """What is measured, in s since the load began."""
        return self.shape.windows(self.warm_up_s)

    @property
    def total_s(self) -> float:
        """From the first caller to the last, if all calls end in time."""
        return self.shape.total_s + self.run_out_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """A worker that stopped without saying so; `at` is when it was last alive (s of the epoch)."""

    worker: str
    host: str
    at: float


class Generator:
    """A load while it runs. `calls`, `abuse`, `long_sessions` and pulses tell what is new."""

    def __init__(self, load: Load, directory: Path, process: "subprocess.Popen[bytes]") -> None:
        self.directory = directory
        self._load = load
        self._clocks = Clocks(directory)
        self.calls = OnOneClock(Tail(directory, "calls-*.jsonl", TRACE), self._clocks, _moved)
        self.abuse = OnOneClock(Tail(directory, "abuse-*.jsonl", TRACE), self._clocks, _moved)
        self.long_sessions = OnOneClock(Tail(directory, "long-*.jsonl", TRACE), self._clocks, _moved)
        self._pulses = OnOneClock(Tail(directory, "pulse-*.jsonl", PULSE), self._clocks, _moved_pulse)
        self._latest: dict[str, Pulse] = {}
        self._process = process
        self._stopped_at: float | None = None

    def runs(self, wait_s: float = 1.0) -> bool:
        """Whether the load goes on; waits `wait_s` for its end."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(wait_s)
        return self._process.poll() is None

    def new_pulses(self) -> list[Pulse]:
        """What workers wrote about themselves since the last time."""
        new = self._pulses.new()
        self._latest.update((pulse.worker, pulse) for pulse in new)
        return new

    def skews(self) -> dict[str, Skew]:
        """How far the clocks of workers on other hosts are from the one here."""
        return self._clocks.skews()

    @property
    def began_at(self) -> float | None:
        """When the first callers were called for (s of the epoch), None before; windows count from here."""
        try:
            began_at: float = json.loads((self.directory / BEGAN_FILE).read_text())["at"]
        except (OSError, ValueError):
            return None
        return began_at

    @property
    def dead(self) -> tuple[Dead, ...]:
        """The workers that died, by the pulses read so far: silent for long, or ended without a last one."""
        silent_since = float("inf")
        if self._stopped_at is not None or self._process.poll() is None:
            silent_since = (self._stopped_at or time.time()) - SILENT_S
        return tuple(
            Dead(worker=pulse.worker, host=pulse.host, at=pulse.at)
            for pulse in self._latest.values()
            if not pulse.last and pulse.at < silent_since
        )

    @property
    def failure(self) -> str | None:
        """Why Locust itself failed, None while it runs and when it ended as it should."""
        # It ends with 1 when a call failed, which is for the objectives to say, or when no workers came.
        status = self._process.poll()
        never_began = status == 1 and self.began_at is None
        if (status in (None, 0, 1) and not never_began) or self._stopped_at is not None:
            return None
        if never_began and self._load.listen is not None:
            came, (host, port) = len(self._clocks.skews()), self._load.listen
            within = f"of {self._load.workers} workers came to {host}:{port} within {COME_WITHIN_S:g} s"
            return f"{came} {within}: start the others (asrgate worker)"
        log = self.directory / "locust.log"
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        said = lines[-1] if lines else "it said nothing"
        return f"the load generator ended with status {status}: {said} (see {log})"

    def stop(self) -> None:
        """End the load now; what is under way is cut off, what is over is in the directory."""
        if self._process.poll() is not None:
            return
        self._stopped_at = time.time()
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        with suppress(ProcessLookupError):
            # The session of this process holds its workers and nothing else.
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def generating(load: Load, endpoint: Endpoint, directory: Path) -> Iterator[Generator]:
    """The load while it runs, in processes that end with the context.

        with generating(load, endpoint, directory) as generator:
            while generator.runs():
                calls, pulses = generator.calls.new(), generator.new_pulses()
        rest = generator.calls.new(), generator.new_pulses()

    Leaving the context early, as by Ctrl-C, stops the load. Nothing is raised for what goes wrong in it: ask
    `failure`, `dead` and the pulses.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for earlier in (*directory.glob("*.jsonl"), directory / BEGAN_FILE):
        earlier.unlink(missing_ok=True)
    with (directory / "locust.log").open("wb") as output:
        process = subprocess.Popen(
            _command(load, endpoint, directory),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | {ENDPOINT_VARIABLE: endpoint_for_workers(endpoint)},
            start_new_session=True,
        )
        generator = Generator(load, directory, process)
        try:
            yield generator
        finally:
            generator.stop()


def locustfile() -> Path:
    """The file that Locust runs, in the installed package or in the checkout."""
    installed = _PACKAGE / "_suite" / "load" / "locustfile.py"
    return installed if installed.is_file() else _PACKAGE.parents[1] / "load" / "locustfile.py"


def endpoint_for_workers(endpoint: Endpoint) -> str:
    """The endpoint as `endpoint_of_worker` reads it."""
    return json.dumps(
        {
            "url": endpoint.url,
            "ca_file": str(endpoint.ca_file) if endpoint.ca_file else None,
            "insecure": endpoint.insecure,
            "headers": endpoint.headers,
            "subprotocols": endpoint.subprotocols,
            "proxy": endpoint.proxy,
            "connect_timeout_s": endpoint.connect_timeout_s,
        }
    )


def endpoint_of_worker(text: str) -> Endpoint:
    """The endpoint that the command meant."""
    told = json.loads(text)
    return Endpoint(
        url=told["url"],
        ca_file=Path(told["ca_file"]) if told["ca_file"] else None,
        insecure=told["insecure"],
        headers=tuple((name, value) for name, value in told["headers"]),
        subprotocols=tuple(told["subprotocols"]),
        proxy=told["proxy"],
        connect_timeout_s=told["connect_timeout_s"],
    )


def _moved(trace: Trace, by_s: float) -> Trace:
    return replace(trace, began_at=trace.began_at + by_s)


def _moved_pulse(pulse: Pulse, by_s: float) -> Pulse:
    return replace(pulse, at=pulse.at + by_s)


def _command(load: Load, endpoint: Endpoint, directory: Path) -> list[str]:
    habits = load.habits
    command = [sys.executable, "-m", "locust", "--locustfile", str(locustfile()), "--headless"]
    command += ["--host", endpoint.public_url, "--only-summary"]
    command += ["--shape", str(load.shape.held_longer(load.run_out_s))]
    command += ["--stop-timeout", f"{load.finish_within_s:g}"]
    command += ["--dialect", load.dialect, "--mode", load.mode, "--speak", load.tag]
    command += ["--pace", load.pace]
    command += ["--pause", f"{habits.pause_s:g}", "--starts", habits.starts]
    command += ["--speech-ratio", f"{habits.speech_ratio:g}", "--pauses", habits.pauses]
    command += ["--traces", str(directory), "--traces-only"]
    if habits.lengths is not None:
        command += ["--lengths", str(habits.lengths)]
    if load.shape.calls_per_hour is not None:
        command += ["--calls-per-hour", f"{load.shape.calls_per_hour:g}"]
    for ingredient, callers in load.abuse.items():
        command += ["--abuse", f"{ingredient}={callers}"]
    if load.long_sessions:
        command += ["--long-sessions", str(load.long_sessions)]
    command += ["--expect-workers-max-wait", f"{COME_WITHIN_S:g}"]
    if load.fixtures is not None:
        command += ["--clips", str(load.fixtures)]
    if load.listen is not None:
        host, number = load.listen
        command += ["--master", "--master-bind-host", host, "--master-bind-port", str(number)]
        command += ["--expect-workers", str(load.workers)]
    elif load.workers > 1:
        port = str(_free_port())
        command += ["--processes", str(load.workers), "--master-host", "127.0.0.1", "--master-port", port]
        command += ["--master-bind-host", "127.0.0.1", "--master-bind-port", port]
    return [*command, *load.options]


def _free_port() -> int:
    """A port for the master and its workers: another load on this machine may have Locust's usual one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
