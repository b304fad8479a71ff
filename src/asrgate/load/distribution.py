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
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import gevent
from locust.argument_parser import default_args_dict
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from asrgate import __version__
from asrgate.load.clocks import CLOCKS_FILE, READING, Clock, reading_of
from asrgate.load.courier import CLOCK, HELD, HELLO, LINES, REST, WELCOME, Courier
from asrgate.load.engine import ENDPOINT_VARIABLE

EACH_S = 1.0
"""How often clocks are looked at."""

REST_S = 20.0
"""How long the master waits at the end for what workers still hold, after their callers had their time."""

_FILE = re.compile(r"[a-z]+-[\w.-]+\.jsonl")
_log = logging.getLogger(__name__)


def take_part(environment: Environment) -> None:
    """Take part in a run of several processes, where this one is their master or one of the workers.

    A worker has the options of its master when this returns.

    Raises:
        SystemExit: the master refused this worker, or is none of asrgate's; it was logged.
    """
    if isinstance(environment.runner, MasterRunner):
        Gatherer(environment.runner, folder=_asked_for(environment), one_host=_is_on_one_host(environment))
    elif isinstance(environment.runner, WorkerRunner):
        _courier(environment.runner).join()


def folder_of(environment: Environment) -> Path | None:
    """The folder that this process of the generator writes into; None where nobody asked for traces."""
    if isinstance(environment.runner, WorkerRunner):
        return _courier(environment.runner).join()
    return _asked_for(environment)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    name: str
    host: str
    remote: bool


def command_time_ns(environment: Environment) -> int:
    """What time it is (ns of the epoch) by the clock of the command, as well as this process knows it."""
    if isinstance(environment.runner, WorkerRunner):
        return time.time_ns() - _courier(environment.runner).ahead_ns
    return time.time_ns()


class Gatherer:
    """The master's end: it keeps `folder` as if all workers were beside it."""

    def __init__(self, runner: MasterRunner, *, folder: Path | None, one_host: bool) -> None:
        self._runner = runner
        self._one_host = one_host
        self._folder = folder
        self._workers: dict[str, _Worker] = {}
        self._clocks: dict[str, Clock] = {}
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

    def _greet(self, worker: str, told: dict[str, str]) -> None:
        """Welcome a worker, or refuse it; one on another host not before its clock was read."""
        remote = not self._one_host or told["host"] != socket.gethostname()
        known = self._workers.setdefault(worker, _Worker(name=told["name"], host=told["host"], remote=remote))
        refusal = _refusal(told["version"])
        if refusal is not None:
            del self._workers[worker]
            _log.error("refused %s: %s", known.name, refusal)
            self._runner.send_message(WELCOME, {"refusal": refusal}, worker)
        elif remote:
            self._ask_for_the_time(worker)
        else:
            self._welcome(worker)

    def _welcome(self, worker: str) -> None:
        remote = self._workers[worker].remote
        self._runner.send_message(
            WELCOME,
            {
                "refusal": None,
                "folder": str(self._folder) if self._folder else None,
                "remote": remote,
                "ahead_ns": self._ahead_ns(worker),
                "endpoint": _endpoint_to_go() if remote else None,
                "options": _own_options(self._runner.environment),
            },
            worker,
        )

    def _watch_clocks(self) -> None:
        while True:
            for worker in self._here():
                if self._workers[worker].remote:
                    self._ask_for_the_time(worker)
            gevent.sleep(EACH_S)

    def _ask_for_the_time(self, worker: str) -> None:
        """Ask, and tell the worker what was learnt of its clock so far."""
        asked = {"asked_ns": time.time_ns(), "ahead_ns": self._ahead_ns(worker)}
        self._runner.send_message(CLOCK, asked, worker)

    def _ahead_ns(self, worker: str) -> int:
        clock = self._clocks.get(worker)
        return 0 if clock is None else round(clock.skew.ahead_ms * 1e6)

    def _read_clock(self, worker: str, told: dict[str, int]) -> None:
        arrived_ns = time.time_ns()
        known = self._workers.get(worker)
        if known is None:
            return
        reading = reading_of(known.name, known.host, arrived_ns=arrived_ns, **told)
        if self._folder is not None:
            with (self._folder / CLOCKS_FILE).open("ab") as file:
                file.write(READING.dump_json(reading) + b"\n")
        is_new = worker not in self._clocks
        self._clocks.setdefault(worker, Clock()).read(reading)
        if is_new:
            self._welcome(worker)

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
        """Let the callers of all workers end, and wait until all that they measured is here."""
        self._asked = set(self._here())
        for worker in self._asked:
            self._runner.send_message(REST, None, worker)
        until_s = time.monotonic() + (self._runner.environment.stop_timeout or 0) + REST_S
        while (late := self._asked & set(self._here())) and time.monotonic() < until_s:
            gevent.sleep(0.05)
        for worker in late:
            _log.error("%s did not send all that it measured", self._workers[worker].name)

    def _all_came(self, worker: str, told: None) -> None:
        self._asked.discard(worker)

    def _here(self) -> list[str]:
        """The workers that are connected."""
        here = {node.id for node in self._runner.clients.all} - {n.id for n in self._runner.clients.missing}
        return [worker for worker in self._workers if worker in here]


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


def _own_options(environment: Environment) -> dict[str, Any]:
    """The options that are not Locust's."""
    locusts = default_args_dict()
    return {k: value for k, value in vars(environment.parsed_options).items() if k not in locusts}


def _refusal(version: str) -> str | None:
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
