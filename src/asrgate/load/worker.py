"""What the callers of one process of the generator share: their metronome, their files, and their pulse."""

import itertools
import random
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
from locust.env import Environment
from locust.runners import LocalRunner, WorkerRunner

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.call import Caller
from asrgate.load.distribution import command_time_ns, folder_of
from asrgate.load.garbage import search_young_objects_only
from asrgate.load.long_session import INGREDIENT as LONG_SESSION
from asrgate.load.metronome import Metronome
from asrgate.load.pulse import EVERY_S, PULSE, Activity, Heart, Pulse, worker_name
from asrgate.load.repertoire import repertoire_of
from asrgate.load.speech import Speech, own_speech, speech_of
from asrgate.load.tail import LineFile
from asrgate.load.trace import Trace, TraceFile
from asrgate.load.watermark import LONG_TAG, TAG
from asrgate.wire.dialects import Dialect
from asrgate.wire.endpoint import Endpoint

_RECENT = 30
"""Pulses that are kept for whoever shows them, s."""


class Worker:
    """One process with callers in it."""

    def __init__(self, environment: Environment, speeches: list[Speech]) -> None:
        self.activity = Activity()
        self.metronome = Metronome()
        self.chance = random.Random()
        self.recent: deque[Pulse] = deque(maxlen=_RECENT)
        self.no_more_calls = False
        """Whether the load is over, but for the calls that are under way."""
        self._environment = environment
        self._options: Any = environment.parsed_options
        self._speeches = speeches
        self._heart = Heart(self.activity)
        self._files: dict[str, TraceFile] = {}
        self._pulses: LineFile[Pulse] | None = None
        self._started = itertools.count()
        self._beating = gevent.spawn(self._beat)
        search_young_objects_only()
        environment.events.test_start.add_listener(lambda **_: self._open())
        environment.events.test_stop.add_listener(lambda **_: self._end())
        environment.events.quit.add_listener(lambda **_: self._end())

    def hang_up(self) -> None:
        """Begin no more calls."""
        self.no_more_calls = True

    def number(self) -> int:
        """A number for a caller that begins, from 1; no caller of another worker gets it."""
        runner = self._environment.runner
        index: int = runner.worker_index if isinstance(runner, LocalRunner | WorkerRunner) else 0
        stride = max(int(self._options.expect_workers), index + 1)
        return next(self._started) * stride + index + 1

    def speeches(self, number: int) -> Iterator[Speech]:
        """What a caller says, without end: digits of its own, or all clips, each caller another first."""
        if self._options.speak in (TAG, LONG_TAG):
            said: Iterator[Speech] = itertools.repeat(
                own_speech(number, long=self._options.speak == LONG_TAG)
            )
        else:
            start = number % len(self._speeches)
            said = itertools.cycle(self._speeches[start:] + self._speeches[:start])
        return said if self._options.pace == "real" else (replace(speech, paced=False) for speech in said)

    def caller(self, number: int, endpoint: Endpoint, dialect: Dialect) -> Caller:
        """A caller of this process."""
        return Caller(
            number=number,
            endpoint=endpoint,
            dialect=dialect,
            metronome=self.metronome,
            activity=self.activity,
            begins=self._begins,
        )

    def write(self, trace: Trace) -> None:
        """Keep what happened in a call, if anybody wants traces."""
        folder = folder_of(self._environment)
        if folder is None:
            return
        kind = _kind(trace)
        if kind not in self._files:
            self._files[kind] = TraceFile(folder / f"{kind}-{worker_name()}.jsonl")
        self._files[kind].write(trace)

    def usual_s(self) -> float:
        """How long what a caller says lasts on average."""
        return sum(speech.length_ns for speech in self._speeches) / len(self._speeches) / 1e9

    def _open(self) -> None:
        self.no_more_calls = False
        if self._beating.dead:
            self._beating = gevent.spawn(self._beat)

    def _begins(self) -> int:
        """When an utterance begins: now, or together with those of all other callers on every host."""
        now_ns = time.monotonic_ns()
        if self._options.starts != "synchronised":
            return now_ns
        longest_ns: int = max(speech.length_ns for speech in self._speeches)
        round_ns = longest_ns + round(self._options.pause * 1e9)
        begins_ns: int = now_ns + round_ns - command_time_ns(self._environment) % round_ns
        return begins_ns

    def _beat(self) -> None:
        folder = folder_of(self._environment)
        if folder is not None:
            self._pulses = LineFile(folder / f"pulse-{worker_name()}.jsonl", PULSE)
        due_s = time.monotonic()
        while True:
            due_s += EVERY_S
            gevent.sleep(max(0.0, due_s - time.monotonic()))
            self._keep(self._heart.pulse())

    def _end(self) -> None:
        if self._beating.dead:
            return
        self._beating.kill()
        self._keep(self._heart.pulse(last=True))

    def _keep(self, pulse: Pulse) -> None:
        self.recent.append(pulse)
        if self._pulses is not None:
            self._pulses.write(pulse)


def _kind(trace: Trace) -> str:
    """Which file of a worker a trace goes to."""
    if trace.ingredient is not None:
        return "long" if trace.ingredient == LONG_SESSION else "abuse"
    return "cut" if trace.error == "unfinished" else "calls"


def prepared(folder: Path | None, tag: str) -> list[Speech]:
    """The clips with a tag, ready to be sent; where each caller has digits of its own, a few of them.

    Raises:
        UsageError: the folder has none, or is no folder of clips.
    """
    repertoire = repertoire_of(tag, load_clips(folder or bundled_clips_directory()))
    return [speech_of(clip, repertoire.clips) for clip in repertoire.heard]
