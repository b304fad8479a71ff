"""A run on several hosts: what Locust's master and its workers tell each other for asrgate.

A worker on another host writes the same files as one beside the command, into a folder of its own. Its
courier copies them, line by line, into the folder of the run: whoever reads them there need not ask where
they are from.

A worker says hello until it is welcomed (with the endpoint) or refused. From then on the master asks it for
the time, which shows its clock (`asrgate.load.clocks`), and acknowledges how much it holds of each file.
Before the end it asks for the rest.
"""

import json
import logging
import os
import re
import socket
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import gevent
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from asrgate import __version__
from asrgate.load.clocks import READING, reading_of
from asrgate.load.courier import CLOCK, HELD, HELLO, LINES, REST, WELCOME, Courier
from asrgate.load.engine import ENDPOINT_VARIABLE

CLOCKS_FILE = "clocks.jsonl"
WORKERS_FILE = "workers.jsonl"

EACH_S = 1.0
"""How often clocks are looked at."""

REST_S = 10.0
"""How long the master waits at the end for what workers still hold."""

_FILE = re.compile(r"[a-z]+-[\w.-]+\.jsonl")
_log = logging.getLogger(__name__)


def take_part(environment: Environment) -> None:
    """Take part in a run on several hosts, where this process is its master or one of its workers."""
    if isinstance(environment.runner, MasterRunner):
        Gatherer(environment.runner, folder=_asked_for(environment), one_host=_is_on_one_host(environment))
    elif isinstance(environment.runner, WorkerRunner):
        _courier(environment.runner)


def folder_of(environment: Environment) -> Path | None:
    """The folder that this process of the generator writes into; None where nobody asked for traces.

    In a worker this waits for the word of its master.
    """
    if isinstance(environment.runner, WorkerRunner):
        return _courier(environment.runner).folder()
    return _asked_for(environment)


class Gatherer:
    """The master's end: it keeps `folder` as if all workers were beside it."""

    def __init__(self, runner: MasterRunner, *, folder: Path | None, one_host: bool) -> None:
        self._runner = runner
        self._one_host = one_host
        self._folder = folder
        self._remote: dict[str, dict[str, Any]] = {}
        self._asked: set[str] = set()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        for message, listener in (
            (HELLO, self._greet),
            (CLOCK, self._read_clock),
            (LINES, self._hold),
            (REST, self._all_came),
        ):
            self._runner.register_message(message, _listening(listener))
        runner.environment.events.test_stopping.add_listener(self._ask_for_the_rest)
        gevent.spawn(self._watch_clocks)

    def _greet(self, worker: str, told: dict[str, Any]) -> None:
        refusal = _refusal(told)
        remote = not self._one_host or told["host"] != socket.gethostname()
        if refusal is not None:
            _log.error("refused %s: %s", told["name"], refusal)
        elif remote and worker not in self._remote:
            self._remote[worker] = told
            self._note(WORKERS_FILE, json.dumps(told))
        self._runner.send_message(
            WELCOME,
            {
                "refusal": refusal,
                "folder": str(self._folder) if self._folder else None,
                "remote": remote,
                "endpoint": _endpoint_to_go() if remote else None,
            },
            worker,
        )

    def _watch_clocks(self) -> None:
        while True:
            for worker in self._here():
                self._runner.send_message(CLOCK, {"asked_ns": time.time_ns()}, worker)
            gevent.sleep(EACH_S)

    def _read_clock(self, worker: str, told: dict[str, int]) -> None:
        arrived_ns = time.time_ns()
        known = self._remote[worker]
        reading = reading_of(known["name"], known["host"], arrived_ns=arrived_ns, **told)
        self._note(CLOCKS_FILE, READING.dump_json(reading).decode())

    def _hold(self, worker: str, told: dict[str, Any]) -> None:
        """Append what follows on what is held, and say how much that is; what does not follow comes again."""
        name: str = told["file"]
        if self._folder is None or not _FILE.fullmatch(name):
            return
        path = self._folder / name
        held = path.stat().st_size if path.exists() else 0
        if told["at"] == held:
            with path.open("ab") as file:
                held += file.write(told["lines"])
        self._runner.send_message(HELD, {"file": name, "bytes": held}, worker)

    def _ask_for_the_rest(self, **_: Any) -> None:
        self._asked = set(self._here())
        for worker in self._asked:
            self._runner.send_message(REST, None, worker)
        until_s = time.monotonic() + REST_S
        while self._asked & set(self._here()) and time.monotonic() < until_s:
            gevent.sleep(0.05)
        for worker in self._asked:
            _log.error("%s did not send all that it measured", self._remote[worker]["name"])

    def _all_came(self, worker: str, told: None) -> None:
        self._asked.discard(worker)

    def _here(self) -> list[str]:
        """The workers on other hosts that are connected."""
        missing = {node.id for node in self._runner.clients.missing}
        return [worker for worker in self._remote if worker in self._runner.clients and worker not in missing]

    def _note(self, file: str, line: str) -> None:
        if self._folder is not None:
            with (self._folder / file).open("a", encoding="utf-8") as notes:
                notes.write(line + "\n")


@cache
def _courier(runner: WorkerRunner) -> Courier:
    """The courier of this process."""
    return Courier(runner)


def _asked_for(environment: Environment) -> Path | None:
    traces = getattr(environment.parsed_options, "traces", None)
    return Path(traces) if traces else None


def _is_on_one_host(environment: Environment) -> bool:
    """Whether Locust makes the workers itself, out of this process."""
    return bool(getattr(environment.parsed_options, "processes", None))


def _refusal(told: dict[str, Any]) -> str | None:
    version = told["version"]
    if version == __version__:
        return None
    return f"its asrgate is {version}, the command's is {__version__}: install the same on all hosts"


def _endpoint_to_go() -> str | None:
    """The endpoint for another host: with the authority itself in place of the name of its file."""
    told = os.environ.get(ENDPOINT_VARIABLE)
    if told is None:
        return None
    endpoint = json.loads(told)
    if endpoint["ca_file"]:
        endpoint["authority"] = Path(endpoint["ca_file"]).read_text(encoding="ascii")
    return json.dumps(endpoint)


def _listening(listener: Callable[[str, Any], None]) -> Callable[..., None]:
    return lambda *, environment, msg: listener(msg.node_id, msg.data)
