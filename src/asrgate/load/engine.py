"""Runs Locust with speech users in processes of its own, and pools what they leave into a step.

Locust spawns, distributes and stops the callers; what they measure they write themselves, call by call, into
the folder of the run. The command that asked for the load reads those files while they grow.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from asrgate.audio.clips import ClipSet
from asrgate.errors import InvalidRun
from asrgate.load.figures import figures_of
from asrgate.load.shapes import Window
from asrgate.load.step import Step, step_of
from asrgate.load.trace import Trace, read_traces
from asrgate.wire.endpoint import Endpoint

_PACKAGE = Path(__file__).resolve().parents[1]

STOP_S = 20.0
"""How long workers may take to end after they were asked to."""

ENDPOINT_VARIABLE = "ASRGATE_LOAD_ENDPOINT"
"""Carries the endpoint to the workers: headers may be secret, and a command line is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked of the callers: how many, for how long, and what they say.

    The callers begin within `ramp_s`; calls that began before `ramp_s + warm_up_s` are not counted, and
    neither are those that have not ended after `duration_s` more.
    """

    streams: int
    duration_s: float
    ramp_s: float = 0.0
    warm_up_s: float = 0.0
    pause_s: float = 0.0
    dialect: str
    mode: str = "2pass"
    tag: str = "plain"
    fixtures: Path | None = None
    workers: int = 1

    @property
    def total_s(self) -> float:
        """From the first caller to the last."""
        return self.ramp_s + self.warm_up_s + self.duration_s


def locustfile() -> Path:
    """The file that Locust runs, in the installed package or in the checkout."""
    installed = _PACKAGE / "_suite" / "load" / "locustfile.py"
    return installed if installed.is_file() else _PACKAGE.parents[1] / "load" / "locustfile.py"


def run_step(
    load: Load,
    endpoint: Endpoint,
    *,
    clips: ClipSet,
    alone: Mapping[str, str],
    directory: Path,
    watch: Callable[[Step], object] = lambda step: None,
) -> Step:
    """Put the load on the endpoint, and return what was measured; `watch` gets it each second so far.

    Raises:
        InvalidRun: the generator could not be started, or died.
        KeyboardInterrupt: somebody had enough; what was measured is in the directory.
    """
    directory.mkdir(parents=True, exist_ok=True)
    began_at = time.time()
    with _locust(load, endpoint, directory) as process:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
            watch(measured(load, clips=clips, alone=alone, directory=directory, began_at=began_at))
    return measured(load, clips=clips, alone=alone, directory=directory, began_at=began_at)


def measured(
    load: Load, *, clips: ClipSet, alone: Mapping[str, str], directory: Path, began_at: float
) -> Step:
    """What the calls so far took that count: those that began after the ramp and the warm-up."""
    from_s = load.ramp_s + load.warm_up_s
    calls = [figures_of(trace, clips, alone) for trace in _traces(directory)]
    window = Window(streams=load.streams, from_s=from_s, until_s=from_s + load.duration_s)
    return step_of(calls, window, began_at=began_at)


def endpoint_for_workers(endpoint: Endpoint) -> str:
    """The endpoint as `endpoint_of_worker` reads it."""
    return json.dumps(
        {
            "url": endpoint.url,
            "ca_file": str(endpoint.ca_file) if endpoint.ca_file else None,
            "insecure": endpoint.insecure,
            "headers": endpoint.headers,
            "subprotocols": endpoint.subprotocols,
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
        connect_timeout_s=told["connect_timeout_s"],
    )


def _traces(directory: Path) -> Iterator[Trace]:
    return read_traces(sorted(directory.glob("calls-*.jsonl")))


@contextmanager
def _locust(load: Load, endpoint: Endpoint, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Locust while it runs; it is ended with the context, and an early death is told."""
    log = directory / "locust.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(load, endpoint, directory),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | {ENDPOINT_VARIABLE: endpoint_for_workers(endpoint)},
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    # Locust ends with 1 when a call failed: that is for the objectives to say.
    if process.returncode not in (0, 1):
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = lines[-1] if lines else "it said nothing"
        raise InvalidRun(f"the load generator ended with status {process.returncode}: {last} (see {log})")


def _command(load: Load, endpoint: Endpoint, directory: Path) -> list[str]:
    rate = load.streams / load.ramp_s if load.ramp_s else load.streams
    command = [sys.executable, "-m", "locust", "--locustfile", str(locustfile()), "--headless"]
    command += ["--host", endpoint.public_url, "--users", str(load.streams), "--spawn-rate", f"{rate:g}"]
    command += ["--run-time", f"{load.total_s:g}s", "--stop-timeout", "0", "--only-summary"]
    command += ["--dialect", load.dialect, "--mode", load.mode, "--speak", load.tag]
    command += ["--pause", f"{load.pause_s:g}", "--traces", str(directory)]
    if load.fixtures is not None:
        command += ["--clips", str(load.fixtures)]
    if load.workers > 1:
        command += ["--processes", str(load.workers)]
    return command
