"""Master and worker in one process, and what comes of it, as JSON: `python two_ends.py STORY FOLDER`.

A process of its own, since Locust changes the one that imports it.
"""

import json
import os
import random
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
from locust.argument_parser import parse_options
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from asrgate.load import courier, distribution
from asrgate.load.clocks import Clocks
from asrgate.load.courier import LINES
from asrgate.load.distribution import folder_of, take_part
from asrgate.load.engine import ENDPOINT_VARIABLE, endpoint_for_workers, endpoint_of_worker
from asrgate.wire.endpoint import Endpoint

Facts = dict[str, Any]
PATIENCE_S = 100


def lines_are_lost(folder: Path) -> Facts:
    """The network drops or doubles what the worker sends, while its file grows."""
    courier.AGAIN_S, courier.EACH_S, courier.CHUNK_BYTES = 0.05, 0.02, 200
    lines = "".join(json.dumps({"number": n, "text": "x" * (n * 37 % 500)}) + "\n" for n in range(80))
    with _both(traces=str(folder)) as (_, worker):
        send, sent, chance = worker.send_message, 0, random.Random(4)

        def through_a_bad_network(kind: str, data: Any = None, client_id: str | None = None) -> None:
            nonlocal sent
            sent += kind == LINES
            for _ in range(1 if kind != LINES else chance.choice((0, 1, 2))):
                send(kind, data, client_id)

        worker.send_message = through_a_bad_network  # type: ignore[method-assign]
        take_part(worker.environment)
        own, copy = _folder(worker), folder / "calls-b-7.jsonl"
        with (own / copy.name).open("w", encoding="utf-8") as file:
            file.write(lines[:5000])
            file.flush()
            _until(copy.exists)
            file.write(lines[5000:])
        _until(lambda: copy.read_text(encoding="utf-8") == lines)
        clocks = len(Clocks(folder).skews())
        _until(lambda: worker.environment.events.quit.fire(exit_code=0) or not own.exists())
        return {"sent": sent, "clocks": clocks}


def endpoint_travels(folder: Path) -> Facts:
    """The endpoint and the options go to a worker that has neither."""
    authority = folder / "authority.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----\n", encoding="ascii")
    endpoint = Endpoint(url="wss://host:10095", ca_file=authority, headers=(("Authorization", "Bearer x"),))
    os.environ[ENDPOINT_VARIABLE] = endpoint_for_workers(endpoint)
    with _both(traces=str(folder), speak="digits") as (_, worker):
        take_part(worker.environment)
        here = endpoint_of_worker(os.environ[ENDPOINT_VARIABLE])
        assert here.ca_file is not None
        options: Any = worker.environment.parsed_options
        facts = {
            "speak": options.speak,
            "url": here.url,
            "headers": here.headers,
            "is a copy": here.ca_file != authority,
            "authority": here.ca_file.read_text(encoding="ascii"),
        }
        shutil.rmtree(here.ca_file.parent)
        return facts


def other_version(folder: Path) -> Facts:
    """The worker has another asrgate."""
    courier.__version__ = "9.9"
    return _not_taken()


def other_locustfile(folder: Path) -> Facts:
    """The master runs a Locust file of somebody else, which knows no greetings."""
    courier.WELCOME_S = 0.5
    distribution.Gatherer._greet = lambda *_: None  # type: ignore[method-assign]
    return _not_taken()


def _not_taken() -> Facts:
    with _both() as (_, worker):
        try:
            take_part(worker.environment)
        except SystemExit as ended:
            return {"status": ended.code}
    return {"status": None}


@contextmanager
def _both(**own: Any) -> Iterator[tuple[MasterRunner, WorkerRunner]]:
    """Master and worker; the master has options of its own."""
    leading, working = Environment(), Environment()
    leading.parsed_options, working.parsed_options = _options(**own), _options()
    master = leading.create_master_runner("127.0.0.1", 0)
    take_part(leading)
    worker = working.create_worker_runner("127.0.0.1", master.server.port)
    yield master, worker


def _options(**own: Any) -> Namespace:
    """Locust's options, and two of the Locust file."""
    options = parse_options(args=[])
    vars(options).update({"traces": None, "speak": "plain"} | own)
    return options


def _folder(worker: WorkerRunner) -> Path:
    folder = folder_of(worker.environment)
    assert folder is not None
    return folder


def _until(condition: Callable[[], bool]) -> None:
    with gevent.Timeout(PATIENCE_S):
        while not condition():
            gevent.sleep(0.02)


if __name__ == "__main__":
    told = globals()[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps(told), flush=True)  # noqa: T201
    os._exit(0)
