"""Callers for Locust: `locust -f load/locustfile.py --host wss://host:10095`.

Each user speaks one clip after another in real time and waits for the final. Times are ms from the planned
instant of what they refer to, so that a late send does not make the server look quicker. One metronome paces
all users of a process (see asrgate.load.metronome).

    --tags paced, --tags abuse, --tags abandon   only these callers
    --abuse abandon=3 --abuse idle=10            callers that misbehave, beside those that `-u` asks for
    --shape '10 for 1m, 20 in 5s for 1m'         in place of -u, -r and -t
    --calls-per-hour 600 --lengths exponential:90s   calls that arrive on their own
"""

import signal
import statistics
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import gevent
from gevent.pool import Group
from locust import User, events, runners, tag, task
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import MasterRunner, WorkerRunner

from asrgate.errors import AsrgateError
from asrgate.load.abuse import INGREDIENTS, abuse_of
from asrgate.load.call import Call, conversation
from asrgate.load.conducting import Conductor, Orders, note_beginning, take_orders_quickly
from asrgate.load.dashboard import report_pulse, show_pulses
from asrgate.load.distribution import take_part
from asrgate.load.habits import stagger_s, turns_of_call
from asrgate.load.heard import Heard
from asrgate.load.locust_options import (
    add_options,
    endpoint_asked_for,
    habits_asked_for,
    shape_asked_for,
)
from asrgate.load.long_session import INGREDIENT as LONG_SESSION
from asrgate.load.long_session import long_session, with_pause
from asrgate.load.pulse import worker_name
from asrgate.load.shapes import arrival_times_s
from asrgate.load.speech import Speech
from asrgate.load.trace import Trace, trace_of
from asrgate.load.worker import Worker, prepared
from asrgate.wire.dialects import dialect_named
from asrgate.wire.messages import opening

events.init_command_line_parser.add_listener(add_options)


@events.init.add_listener
def begin(environment: Environment, **_: Any) -> None:
    """Prepare what this process has to do: callers, orders, or a page."""
    # Let `--run-time` count from here: gevent's clock still shows when the imports above began.
    gevent.get_hub().loop.update_now()
    options: Any = environment.parsed_options
    runners.WORKER_REPORT_INTERVAL = 1.0  # the page and the end of a load need not wait three seconds for it
    take_part(environment)
    worker = None if isinstance(environment.runner, MasterRunner) else _worker(environment)
    orders = Orders(environment, worker.hang_up if worker is not None else lambda: None)
    if not isinstance(environment.runner, WorkerRunner):
        _choose_users(environment, options)
        shape = shape_asked_for(options)
        if shape is not None:
            beside = sum(abuse_of(options.abuse).values()) + options.long_sessions
            environment.shape_class = Conductor(shape, orders, beside=beside)
            environment.shape_class.runner = environment.runner
            # Locust listens to this signal only when the shape is over.
            gevent.signal_handler(signal.SIGTERM, environment.shape_class.stop)
        environment.events.test_start.add_listener(_count_takers)
        if options.traces is not None:
            environment.events.test_start.add_listener(lambda **_: note_beginning(Path(options.traces)))
    if worker is not None and isinstance(environment.runner, WorkerRunner):
        take_orders_quickly()
        report_pulse(environment, worker)
    if environment.web_ui is not None:
        show_pulses(environment, environment.web_ui, worker)


class _Caller(User):
    """Somebody who calls: what a user has to know for it."""

    abstract = True

    def on_start(self) -> None:
        """Get ready to call."""
        options = self.environment.parsed_options
        self.worker = _worker(self.environment)
        try:
            self.endpoint = endpoint_asked_for(self.host or "", options)
        except AsrgateError as error:
            self.environment.runner.quit()
            raise StopUser(f"{error}; give --host ws://host:10095") from error
        self.dialect = dialect_named(options.dialect)
        self.mode: str = options.mode
        self.habits = habits_asked_for(options)

    def settings(self, number: int, speech: Speech) -> dict[str, Any]:
        """The fields of the opening frame of an utterance."""
        return opening(mode=self.mode, wav_name=f"caller-{number}-{speech.clip.id}")

    def traced(self, done: Call, ingredient: str | None = None) -> Trace:
        """Keep what happened in a call."""
        trace = trace_of(
            done, worker=worker_name(), mode=self.mode, dialect=self.dialect.name, ingredient=ingredient
        )
        self.worker.write(trace)
        return trace

    def measured(self, kind: str, name: str, took_ms: float | None, failure: Exception | None = None) -> None:
        """Tell Locust's statistics."""
        self.environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=took_ms,
            response_length=0,
            exception=failure,
            context={},
        )


class _Speaker(_Caller):
    """Somebody who speaks at the pace of speech."""

    abstract = True

    def converse(self, number: int, speeches: Iterator[Speech]) -> None:
        """Make a call: connect, speak, wait for the finals, close.

        One that fails takes as long as if it had not: callers of an endpoint that is gone do not storm it.
        """
        turns = turns_of_call(speeches, self.habits, self.worker.chance, time.monotonic)
        caller = self.worker.caller(number, self.endpoint, self.dialect)
        for done in conversation(caller, turns, lambda speech: self.settings(number, speech)):
            trace = self.traced(done)
            if done.error == "unfinished":
                raise gevent.GreenletExit
            if not self.environment.parsed_options.traces_only:
                self._tell(Heard(trace, done.speech.clip), done)
            if done.error is not None:
                gevent.sleep(max(0.0, (done.end_due_ns - time.monotonic_ns()) / 1e9))

    def _tell(self, heard: Heard, done: Call) -> None:
        failure = None if done.error is None else ConnectionError(f"{done.error}: {done.error_message}")
        never_opened = done.opening is None and done.turn == 0
        if done.turn == 0:
            self.measured("speech", "connect", heard.connect_ms, failure if never_opened else None)
        if heard.first_partial_ms is not None:
            self.measured("speech", "first partial after onset", heard.first_partial_ms)
        if heard.lags_ms:
            self.measured("speech", "partial lag, median of a call", statistics.median(heard.lags_ms))
        if not never_opened:
            self.measured("speech", "final after end", heard.final_ms, failure)


class SpeechUser(_Speaker):
    """A caller: one call per task, at the pace of speech, with a breath between calls."""

    def on_start(self) -> None:
        """Choose what to say, and when to begin."""
        super().on_start()
        self.number = self.worker.number()
        self.speeches = self.worker.speeches(self.number)
        if self.habits.starts == "staggered":
            gevent.sleep(stagger_s(self.number, self.worker.usual_s() + self.habits.pause_s))

    def wait_time(self) -> float:
        """A breath between calls, in seconds."""
        return self.habits.pause_s

    @tag("paced")
    @task
    def call(self) -> None:
        """Make a call."""
        if self.worker.no_more_calls:
            raise StopUser
        self.converse(self.number, self.speeches)


class ArrivingCalls(_Speaker):
    """All calls that arrive at one worker: each comes when it comes, however many there are already."""

    def on_start(self) -> None:
        """Begin to count the time."""
        super().on_start()
        options = self.environment.parsed_options
        self.under_way = Group()
        self.began_s = time.monotonic()
        self.arrivals_s = arrival_times_s(options.calls_per_hour / options.takers, self.worker.chance)

    def on_stop(self) -> None:
        """Let calls end that are under way, as long as Locust waits for tasks."""
        self.under_way.join(self.environment.stop_timeout)
        self.under_way.kill()

    @tag("paced")
    @task
    def take(self) -> None:
        """Wait for a call, and let it go on by itself."""
        due_s = self.began_s + next(self.arrivals_s)
        while (wait_s := due_s - time.monotonic()) > 0 and not self.worker.no_more_calls:
            gevent.sleep(min(wait_s, 1.0))
        if self.worker.no_more_calls:
            self.under_way.join()
            raise StopUser
        number = self.worker.number()
        self.under_way.spawn(self.converse, number, self.worker.speeches(number))


class LongSpeaker(_Caller):
    """Speaks in one session as long as the load lasts (see asrgate.load.long_session)."""

    @tag("long-session")
    @task
    def speak(self) -> None:
        """Hold the session, and wait for the end of the load where it was cut."""
        number = self.worker.number()
        speech = with_pause(next(self.worker.speeches(number)))
        caller = self.worker.caller(number, self.endpoint, self.dialect)
        for piece in long_session(
            caller, speech, self.settings(number, speech), lambda: self.worker.no_more_calls
        ):
            self.traced(piece, LONG_SESSION)
            if piece.error == "unfinished":
                raise gevent.GreenletExit
        while not self.worker.no_more_calls:
            gevent.sleep(1.0)
        raise StopUser


class _Misbehaving(_Caller):
    """A caller that misbehaves in one way (see asrgate.load.abuse)."""

    abstract = True
    ingredient: str

    def on_start(self) -> None:
        """Choose what to say."""
        super().on_start()
        self.number = self.worker.number()
        self.speeches = self.worker.speeches(self.number)

    def wait_time(self) -> float:
        """Until the next time, in seconds."""
        return INGREDIENTS[self.ingredient].pause_s

    def misbehave(self) -> None:
        """Do it once."""
        speech = next(self.speeches)
        caller = self.worker.caller(self.number, self.endpoint, self.dialect)
        settings = self.settings(self.number, speech)
        done = INGREDIENTS[self.ingredient].misbehave(caller, speech, settings, self.worker.chance)
        trace = self.traced(done, self.ingredient)
        failure = None if done.error is None else ConnectionError(f"{done.error}: {done.error_message}")
        took_ms = None if trace.opening is None else trace.opening.total_ms
        self.measured("abuse", self.ingredient, took_ms, failure)


class Abandoner(_Misbehaving):
    """Goes away in the middle of an utterance."""

    ingredient = "abandon"

    @tag("abuse", "abandon")
    @task
    def abandon(self) -> None:
        """Do it once."""
        self.misbehave()


class Reconnector(_Misbehaving):
    """Connects and hangs up, again and again."""

    ingredient = "reconnect"

    @tag("abuse", "reconnect")
    @task
    def reconnect(self) -> None:
        """Do it once."""
        self.misbehave()


class SlowReader(_Misbehaving):
    """Reads nothing until long after the end."""

    ingredient = "slow-reader"

    @tag("abuse", "slow-reader")
    @task
    def slow_reader(self) -> None:
        """Do it once."""
        self.misbehave()


class UnpacedUploader(_Misbehaving):
    """Sends the audio of an utterance at once."""

    ingredient = "unpaced"

    @tag("abuse", "unpaced")
    @task
    def unpaced(self) -> None:
        """Do it once."""
        self.misbehave()


class IdleCaller(_Misbehaving):
    """Opens a session and says nothing."""

    ingredient = "idle"

    @tag("abuse", "idle")
    @task
    def idle(self) -> None:
        """Do it once."""
        self.misbehave()


def _choose_users(environment: Environment, options: Namespace) -> None:
    """Leave those users out that nobody asked for: by name, by tag, by their number."""
    if options.user_classes or options.class_picker:
        return
    abuse = abuse_of(options.abuse)
    paced = SpeechUser if options.calls_per_hour is None else ArrivingCalls
    chosen: list[type[User]] = []
    for user in environment.user_classes:
        tags: set[str] = set().union(*(getattr(one, "locust_tag_set", ()) for one in user.tasks))
        asked_for = user is paced
        if user is LongSpeaker:
            user.fixed_count = options.long_sessions
            asked_for = bool(options.long_sessions)
        if issubclass(user, _Misbehaving):
            user.fixed_count = abuse.get(user.ingredient, 0)
            asked_for = bool(user.fixed_count) or bool(tags & set(options.tags or ()))
        left_out = (options.tags and not tags & set(options.tags)) or tags & set(options.exclude_tags or ())
        if asked_for and not left_out:
            chosen.append(user)
    environment.user_classes[:] = chosen


def _count_takers(environment: Environment, **_: Any) -> None:
    """Tell the workers among how many users the arriving calls are shared out."""
    options: Any = environment.parsed_options
    runner: Any = environment.runner
    workers = runner.worker_count
    options.takers = workers if options.shape is not None else max(1, options.num_users or 1)


@cache
def _worker(environment: Environment) -> Worker:
    """What the callers of this process share; made before the first of them calls."""
    options: Any = environment.parsed_options
    try:
        speeches = prepared(Path(options.clips) if options.clips else None, options.speak)
    except AsrgateError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    return Worker(environment, speeches)
