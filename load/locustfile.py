"""Callers for Locust: `locust -f load/locustfile.py --host wss://host:10095`.

Each user speaks one clip after another in real time, on a connection of its own, and waits for the final.
Times are ms from the planned instant of what they refer to, so that a late send does not make the server
look quicker. One metronome paces all users of a process (see asrgate.load.metronome).
"""

import itertools
import os
from argparse import ArgumentParser, Namespace
from functools import cache
from pathlib import Path
from typing import Any

import gevent
from locust import User, events, task
from locust.exception import StopUser

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.errors import AsrgateError, UsageError
from asrgate.load.call import call
from asrgate.load.engine import ENDPOINT_VARIABLE, endpoint_of_worker
from asrgate.load.heard import Heard
from asrgate.load.metronome import Metronome
from asrgate.load.speech import Speech, speech_of
from asrgate.load.trace import TraceFile, trace_of
from asrgate.wire.dialects import DIALECTS, FUNASR_2PASS, dialect_named
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import opening


@events.init_command_line_parser.add_listener
def add_options(parser: ArgumentParser) -> None:
    """What a speech user needs to know beyond Locust's own options."""
    parser.add_argument(
        "--dialect", choices=list(DIALECTS), default=FUNASR_2PASS.name, help="dialect of the server"
    )
    parser.add_argument(
        "--mode", choices=["2pass", "online", "offline"], default="2pass", help="mode to ask for"
    )
    parser.add_argument("--insecure", action="store_true", help="accept any TLS certificate")
    parser.add_argument("--ca", metavar="FILE", help="certificate authority to verify the server by")
    parser.add_argument("--clips", metavar="DIR", help="folder of clips; the bundled ones if not given")
    parser.add_argument("--speak", default="plain", metavar="TAG", help="tag of the clips that are spoken")
    parser.add_argument("--traces", metavar="DIR", help="folder that gets the trace of each call")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between the calls of one caller")


@events.init.add_listener
def catch_up_with_the_clock(**_: Any) -> None:
    """Let `--run-time` count from here: gevent's clock still shows when the imports above began."""
    gevent.get_hub().loop.update_now()


class SpeechUser(User):
    """A caller: one clip per task, at the pace of speech, with a breath between calls."""

    _numbers = itertools.count(1)

    def on_start(self) -> None:
        """Choose the clips to speak, other ones first than the caller before."""
        options = self.environment.parsed_options
        try:
            self.endpoint = _endpoint(self.host or "", options)
            speeches = _speeches(
                Path(options.clips) if options.clips else bundled_clips_directory(), options.speak
            )
        except AsrgateError as error:
            self.environment.runner.quit()
            raise StopUser(f"{error}; give --host ws://host:10095") from error
        self.number = next(self._numbers)
        self.dialect = dialect_named(options.dialect)
        self.mode: str = options.mode
        self.traces = _traces(Path(options.traces)) if options.traces else None
        start = self.number % len(speeches)
        self.turns = itertools.cycle(speeches[start:] + speeches[:start])

    def wait_time(self) -> float:
        """A breath between calls, in seconds."""
        pause_s: float = self.environment.parsed_options.pause
        return pause_s

    @task
    def utterance(self) -> None:
        """Connect, speak one clip, wait for its final, close."""
        speech = next(self.turns)
        settings = opening(mode=self.mode, wav_name=f"caller-{self.number}-{speech.clip.id}")
        done = call(
            self.number,
            speech,
            settings,
            endpoint=self.endpoint,
            dialect=self.dialect,
            metronome=_metronome(),
        )
        trace = trace_of(done, worker=os.getpid(), mode=self.mode, dialect=self.dialect.name)
        if self.traces is not None:
            self.traces.write(trace)
        heard = Heard(trace, speech.clip)
        failure = None if done.error is None else ConnectionError(f"{done.error}: {done.error_message}")
        opened = done.opening is not None
        self._measured("connect", heard.connect_ms, None if opened else failure)
        if heard.first_partial_ms is not None:
            self._measured("first partial after onset", heard.first_partial_ms)
        if opened:
            self._measured("final after end", heard.final_ms, failure)

    def _measured(self, name: str, took_ms: float | None, failure: Exception | None = None) -> None:
        self.environment.events.request.fire(
            request_type="speech",
            name=name,
            response_time=took_ms,
            response_length=0,
            exception=failure,
            context={},
        )


def _endpoint(url: str, options: Namespace) -> Endpoint:
    told = os.environ.get(ENDPOINT_VARIABLE)
    if told is not None:
        return endpoint_of_worker(told)
    return Endpoint(url=url, insecure=options.insecure, ca_file=Path(options.ca) if options.ca else None)


@cache
def _metronome() -> Metronome:
    """The metronome of this process."""
    return Metronome()


@cache
def _traces(folder: Path) -> TraceFile:
    """The file of this worker, open until it ends."""
    return TraceFile(folder / f"calls-{os.getpid()}.jsonl")


@cache
def _speeches(folder: Path, tag: str) -> list[Speech]:
    clips = load_clips(folder)
    tagged = clips.tagged(tag)
    if not tagged:
        raise UsageError(f"no clip in {folder} is tagged {tag!r}")
    return [speech_of(clip, clips) for clip in tagged]
