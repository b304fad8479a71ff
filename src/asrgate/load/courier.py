"""The worker's end of a run on several hosts: it copies what its callers measured to the master.

Lines are sent again until the master says that it holds them, so that a connection that broke loses none.
"""

import json
import logging
import os
import shutil
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event
from locust.exception import RPCError
from locust.runners import WorkerRunner

from asrgate import __version__
from asrgate.errors import UsageError
from asrgate.load.engine import ENDPOINT_VARIABLE
from asrgate.load.pulse import worker_name

HELLO = "asrgate-hello"
WELCOME = "asrgate-welcome"
CLOCK = "asrgate-clock"
LINES = "asrgate-lines"
HELD = "asrgate-held"
REST = "asrgate-rest"

EACH_S = 1.0
"""How often lines are sent."""

AGAIN_S = 5.0
"""How long after lines were sent they are sent again, when the master has not said that it holds them."""

WELCOME_S = 30.0
"""How long a worker waits for the master's word."""

CHUNK_BYTES = 2**16
"""Read and sent at once: little enough that no frame is late for it."""

_log = logging.getLogger(__name__)


class Courier:
    """Says hello to the master, shows it the clock, and keeps its copy of this worker's files up to date."""

    def __init__(self, runner: WorkerRunner) -> None:
        self.ahead_ns = 0
        """How far the clock here is ahead of the command's, as far as the master knows."""
        self._runner = runner
        self._welcomed = Event()
        self._folder: Path | None = None
        self._refusal: str | None = None
        self._own: Path | None = None
        self._copies: dict[str, _Copy] = {}
        self._runner.register_message(WELCOME, self._welcome)
        self._runner.register_message(CLOCK, self._tell_time)
        self._runner.register_message(HELD, self._is_held)
        self._runner.register_message(REST, self._send_the_rest, concurrent=True)
        runner.environment.events.quit.add_listener(lambda **_: self._tidy())
        gevent.spawn(self._work)

    def join(self) -> Path | None:
        """Wait for the master's welcome; the folder to write into, None when nobody asked for traces.

        Raises:
            SystemExit: the master refused this worker, or is none of asrgate's; it was logged.
        """
        if not self._welcomed.wait(WELCOME_S):
            _log.error("the master does not answer as asrgate's does: it runs another Locust file")
            sys.exit(UsageError.exit_status)
        if self._refusal is not None:
            _log.error("the master refuses this worker: %s", self._refusal)
            sys.exit(UsageError.exit_status)
        return self._folder

    def _work(self) -> None:
        while not self._welcomed.is_set():
            with suppress(RPCError):
                self._runner.send_message(
                    HELLO, {"name": worker_name(), "host": socket.gethostname(), "version": __version__}
                )
            self._welcomed.wait(EACH_S)
        while self._own is not None:
            with suppress(RPCError):  # the lines that could not be sent now are sent again
                self._send()
            gevent.sleep(EACH_S)

    def _welcome(self, environment: object, msg: Any) -> None:
        if self._welcomed.is_set():
            return
        told = msg.data
        self._refusal = told["refusal"]
        if self._refusal is None:
            self._begin(told)
        self._welcomed.set()

    def _begin(self, told: dict[str, Any]) -> None:
        self.ahead_ns = told["ahead_ns"]
        self._folder = Path(told["folder"]) if told["folder"] else None
        if told["remote"]:
            self._own = Path(tempfile.mkdtemp(prefix="asrgate-worker-"))
            self._folder = self._own if told["folder"] else None
            if told["endpoint"]:
                os.environ[ENDPOINT_VARIABLE] = _endpoint_here(told["endpoint"], self._own)
        vars(self._runner.environment.parsed_options).update(told["options"])

    def _tell_time(self, environment: object, msg: Any) -> None:
        received_ns = time.time_ns()
        self.ahead_ns = msg.data["ahead_ns"]
        answer = {"asked_ns": msg.data["asked_ns"], "received_ns": received_ns}
        self._runner.send_message(CLOCK, answer | {"answered_ns": time.time_ns()})

    def _is_held(self, environment: object, msg: Any) -> None:
        self._copies[msg.data["file"]].acknowledged(msg.data["bytes"])

    def _send_the_rest(self, environment: object, msg: Any) -> None:
        """Let the callers end, and answer when the master holds all that they measured."""
        self._runner.stop()
        while not self._send():
            gevent.sleep(0.05)
        self._runner.send_message(REST, None)

    def _send(self) -> bool:
        """Send what is new; whether the master holds everything."""
        if self._own is None:
            return True
        for path in self._own.glob("*.jsonl"):
            copy = self._copies.setdefault(path.name, _Copy(path))
            while lines := copy.next_lines():
                self._runner.send_message(LINES, {"file": path.name, "at": copy.sent, "lines": lines})
                copy.went(lines)
                gevent.sleep(0)
        return all(copy.whole for copy in self._copies.values())

    def _tidy(self) -> None:
        """Leave nothing behind but what the master does not hold."""
        if self._own is None:
            return
        if all(copy.whole for copy in self._copies.values()):
            shutil.rmtree(self._own, ignore_errors=True)
        else:
            _log.warning("the master does not hold all that was measured here; it is in %s", self._own)


class _Copy:
    """How far the master's copy of a file has come: bytes sent, and bytes that it says it holds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sent = 0
        self.held = 0
        self._at_s = time.monotonic()

    @property
    def whole(self) -> bool:
        """Whether the master holds every line."""
        return self.held == self.path.stat().st_size

    def next_lines(self) -> bytes:
        """Whole lines that were not sent, or not acknowledged in time; empty when there are none."""
        if self.held < self.sent and time.monotonic() - self._at_s > AGAIN_S:
            self.sent = self.held
        with self.path.open("rb") as file:
            file.seek(self.sent)
            data = file.read(CHUNK_BYTES)
            if b"\n" not in data and len(data) == CHUNK_BYTES:
                data += file.readline()
        return data[: data.rfind(b"\n") + 1]

    def went(self, lines: bytes) -> None:
        """These were sent."""
        if self.held == self.sent:
            self._at_s = time.monotonic()
        self.sent += len(lines)

    def acknowledged(self, count: int) -> None:
        """The master holds so many bytes."""
        self.held = count
        self._at_s = time.monotonic()


def _endpoint_here(text: str, folder: Path) -> str:
    """The endpoint as callers of this host read it, with the authority in a file of this host."""
    endpoint = json.loads(text)
    authority = endpoint.pop("authority", None)
    if authority:
        file = folder / "authority.pem"
        file.write_text(authority, encoding="ascii")
        endpoint["ca_file"] = str(file)
    return json.dumps(endpoint)
