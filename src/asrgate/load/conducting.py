"""Tells Locust how many callers there are to be at which time, and when the last call has ended."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from locust import LoadTestShape, argument_parser
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from asrgate.load.engine import BEGAN_FILE
from asrgate.load.shapes import Shape

NO_MORE_CALLS = "asrgate-no-more-calls"
HURRY = "asrgate-hurry"

AT_ONCE = 1000.0
"""Callers a second where all of them are to come at once: Locust counts no faster."""

PACED_USERS = ("SpeechUser", "ArrivingCalls", "LongSpeaker")
"""The classes of load/locustfile.py whose calls are waited for."""

Tick = tuple[int, float] | None


class Orders:
    """What a master tells its workers beyond Locust's own messages, and what each process does then.

    `no_more_calls` lets calls end that are under way, `hurry` waits no longer for them.
    """

    def __init__(self, environment: Environment, on_no_more_calls: Callable[[], None]) -> None:
        self.finish_within_s: float = environment.stop_timeout
        self._environment = environment
        self._on_no_more_calls = on_no_more_calls
        if isinstance(environment.runner, WorkerRunner):
            environment.runner.register_message(NO_MORE_CALLS, lambda **_: self.no_more_calls())
            environment.runner.register_message(HURRY, lambda **_: self.hurry())
        environment.events.test_start.add_listener(lambda **_: self._take_time())

    def no_more_calls(self) -> None:
        """Nobody begins a call any more."""
        self._on_no_more_calls()
        self._pass_on(NO_MORE_CALLS)

    def hurry(self) -> None:
        """Whoever is told to stop does it at once."""
        self._environment.stop_timeout = 0.0
        self._pass_on(HURRY)

    def _take_time(self) -> None:
        if not isinstance(self._environment.runner, WorkerRunner):
            self._environment.stop_timeout = self.finish_within_s

    def _pass_on(self, message: str) -> None:
        if isinstance(self._environment.runner, MasterRunner):
            self._environment.runner.send_message(message)


def take_orders_quickly() -> None:
    """Let a worker take an order to spawn without a pause in what it sends.

    Locust asks for each option whether it is one of its own, and makes a parser of all options for every
    answer: 100 ms and more in which no frame leaves, once a second while callers come. The answer is always
    the same.
    """
    options_of_locust = argument_parser.default_args_dict()
    argument_parser.default_args_dict = lambda: options_of_locust


class Conductor(LoadTestShape):
    """A shape for Locust: as many users as its stages say, and `beside` more that misbehave.

    When the last stage is over nobody begins a call any more; Locust ends when the last call has, or its stop
    timeout has passed. With open arrivals each worker has one user, which takes the calls.
    """

    abstract = True  # else Locust would use it where no shape was asked for

    def __init__(self, shape: Shape, orders: Orders, *, beside: int) -> None:
        self.start_time = time.perf_counter()
        self._shape = shape
        self._orders = orders
        self._beside = beside
        self._stopped = False
        self._ended_s: float | None = None
        self._last: Tick = None

    def stop(self) -> None:
        """End the load with the next tick, and cut off what is under way."""
        self._stopped = True

    def reset_time(self) -> None:
        """Begin at the first stage."""
        self.start_time = time.perf_counter()
        self._ended_s = self._last = None

    def at_s(self) -> float:
        """How long the load has lasted."""
        return time.perf_counter() - self.start_time

    def tick(self) -> Tick:
        """How many users there are to be, and how many a second come or go until then; None at the end."""
        number = self._shape.stage_at(self.at_s())
        if self._stopped:
            self._orders.hurry()
            return None
        if number is None:
            return self._ending()
        stage = self._shape.stages[number]
        before = self._shape.stages[number - 1].streams if number else 0
        change = abs(stage.streams - before)
        rate = change / stage.ramp_s if stage.ramp_s and change else AT_ONCE
        users = stage.streams if self._shape.calls_per_hour is None else self._workers()
        self._last = (users + self._beside, rate)
        return self._last

    def _ending(self) -> Tick:
        now_s = self.at_s()
        if self._ended_s is None:
            self._ended_s = now_s
            self._orders.no_more_calls()
        if self._last and self._paced_users() and now_s < self._ended_s + self._orders.finish_within_s:
            return self._last
        self._orders.hurry()
        return None

    def _workers(self) -> int:
        return self.runner.worker_count if isinstance(self.runner, MasterRunner) else 1

    def _paced_users(self) -> int:
        if self.runner is None:
            return 0
        counts: dict[str, int] = (
            self.runner.reported_user_classes_count
            if isinstance(self.runner, MasterRunner)
            else self.runner.user_classes_count
        )
        return sum(counts.get(name, 0) for name in PACED_USERS)


def note_beginning(folder: Path, **_: Any) -> None:
    """Write down when the first callers are called for."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BEGAN_FILE).write_text(
        json.dumps({"at": time.time(), "monotonic_s": time.monotonic()}), encoding="utf-8"
    )
