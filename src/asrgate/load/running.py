"""A load run while it lasts: one load after another on one endpoint, everything kept as it comes."""

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from asrgate.audio.clips import ClipSet
from asrgate.errors import InvalidRun
from asrgate.load.clocks import Skew
from asrgate.load.deaths import deaths_in
from asrgate.load.engine import Generator as LoadGenerator
from asrgate.load.engine import Load, generating
from asrgate.load.exclusion import exclusions
from asrgate.load.figures import Figures, figures_of
from asrgate.load.objectives import Attainment, Objective, attained
from asrgate.load.pulse import Pulse
from asrgate.load.recording import moments, step_record, worker_records, wrong_calls
from asrgate.load.shapes import Window
from asrgate.load.step import Generator, Step, counted, paced, step_of
from asrgate.load.trace import Trace
from asrgate.load.validity import trouble_of
from asrgate.report.load_record import DeathRecord, LoadRecord, StepRecord
from asrgate.wire.endpoint import Endpoint

LOOK_S = 0.5
"""How often is looked at what came."""

REST = 20
"""So many times as long as a look took is waited until the next: in a soak of hours there is much to sum up,
and the generator may run on the same cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a window of a load gave, so far or in the end, and how it stands to the objectives.

    `calls` are those that began in it; `at_s` is how long the load has lasted; `speaking` callers are in an
    utterance or wait for its final.
    """

    load: Load
    purpose: str
    step: Step
    calls: tuple[Figures, ...]
    attainments: tuple[Attainment, ...]
    at_s: float
    speaking: int


class Watcher:
    """Hears how a load run goes, and does nothing."""

    def say(self, sentence: str) -> None:
        """Something that a person should know."""

    def alone(self, heard: int, of: int) -> None:
        """So many clips of all that are spoken were heard when nobody else was calling."""

    def began(self, load: Load, purpose: str) -> None:
        """A load begins."""

    def looked(self, so_far: Measured) -> None:
        """What the window that lasts has given so far, twice a second."""

    def ended(self, measured: Measured) -> None:
        """A window has ended, and gave this."""


Enough = Callable[[Measured], bool]
"""Whether a load may end before its time."""


class LoadRun:
    """What was measured on one endpoint so far. Each load lies in a folder of its own below `directory`."""

    def __init__(
        self,
        endpoint: Endpoint,
        clips: ClipSet,
        objectives: Sequence[Objective],
        directory: Path,
        watcher: Watcher,
    ) -> None:
        self.objectives = tuple(objectives)
        self.alone: dict[str, str] = {}
        self.excused: frozenset[str] = frozenset()
        self.calls: list[Figures] = []
        self.long_sessions: list[Trace] = []
        """Of callers who spoke in one session all the time, piece by piece."""
        self.pulses: list[Pulse] = []
        self.steps: list[StepRecord] = []
        self.measured: list[Measured] = []
        self.skews: dict[str, Skew] = {}
        self.excluded: dict[str, str] = {}
        self.began_at = time.time()
        self._endpoint = endpoint
        self._clips = clips
        self._directory = directory
        self.watcher = watcher
        self._loads = 0

    def apart(self) -> "LoadRun":
        """A run of its own on the same endpoint, without objectives; what it measures is not in this one."""
        run = LoadRun(self._endpoint, self._clips, (), self._directory / "apart", self.watcher)
        run.alone, run.excused = self.alone, self.excused
        return run

    def begin(self) -> None:
        """Count the time of the run from here."""
        self.began_at = time.time()

    def measure(
        self, load: Load, purpose: str, *, enough: Enough = lambda so_far: False
    ) -> tuple[Measured, ...]:
        """Put a load on the endpoint until its time is over or that is enough; what each window gave.

        Raises:
            InvalidRun: the generator could not be started, or failed.
            KeyboardInterrupt: somebody had enough; what was measured until then is kept.
        """
        self._loads += 1
        folder = self._directory / f"{self._loads:02}-{purpose.replace(' ', '-')}"
        self.watcher.began(load, purpose)
        if load.listen is not None and self._loads == 1:
            self.watcher.say(_call_for_workers(load.workers, load.listen))
        with generating(load, self._endpoint, folder) as generator:
            incoming = _Incoming(generator, self._clips, self.alone, self.excused)
            try:
                look_at_s = 0.0
                while generator.runs(LOOK_S):
                    began_s = time.monotonic()
                    if began_s < look_at_s:
                        continue
                    incoming.read()
                    so_far = self._looked(load, purpose, incoming)
                    self.watcher.looked(so_far)
                    if enough(so_far):
                        break
                    ended_s = time.monotonic()
                    look_at_s = ended_s + REST * (ended_s - began_s) - LOOK_S
            finally:
                incoming.over()
                generator.stop()
                incoming.read()
                measured = self._kept(load, purpose, incoming)
        if generator.failure is not None and not incoming.calls:
            raise InvalidRun(generator.failure)
        for each in measured:
            self.watcher.ended(each)
        return measured

    @property
    def deaths(self) -> tuple[DeathRecord, ...]:
        """Each time that the endpoint died."""
        return deaths_in(self.calls, self.began_at)

    @property
    def death(self) -> DeathRecord | None:
        """How the endpoint died, None while it lives or when it has come back."""
        deaths = self.deaths
        return deaths[-1] if deaths and deaths[-1].back_after_s is None else None

    def record(self, *, shape: str, asked: Mapping[str, Any], described: Mapping[str, str]) -> LoadRecord:
        """Everything that was measured so far."""
        return LoadRecord(
            shape=shape,
            asked=dict(asked),
            objectives=tuple(map(str, self.objectives)),
            steps=tuple(self.steps),
            timeline=moments(self.calls, self.pulses, self.began_at),
            workers=worker_records(self.calls, self.pulses, self.skews, self.excluded),
            wrong=wrong_calls(self.calls, self.began_at),
            deaths=self.deaths,
            alone=self.alone or None,
            described=dict(described) or None,
        )

    def _looked(self, load: Load, purpose: str, incoming: "_Incoming") -> Measured:
        """What the window that lasts has given so far; before the first one has begun, that one."""
        at_s = incoming.at_s
        begun = [window for window in load.windows if window.from_s <= at_s] or [load.windows[0]]
        return self._in(begun[-1], load, purpose, incoming)

    def _kept(self, load: Load, purpose: str, incoming: "_Incoming") -> tuple[Measured, ...]:
        """What each window that has begun gave, which the run keeps."""
        self.calls += incoming.calls
        self.long_sessions += incoming.long_sessions
        self.pulses += incoming.pulses
        self.skews |= incoming.skews()
        self.excluded |= incoming.exclude()
        if incoming.began_at is None:
            return ()
        since_s = incoming.began_at - self.began_at
        begun = [window for window in load.windows if window.from_s < incoming.at_s]
        measured = tuple(self._in(window, load, purpose, incoming) for window in begun)
        self.measured += measured
        self.steps += [
            step_record(
                each.step, each.attainments, purpose=purpose, began_s=since_s + each.step.window.from_s
            )
            for each in measured
        ]
        return measured

    def _in(self, window: Window, load: Load, purpose: str, incoming: "_Incoming") -> Measured:
        until_s = max(window.from_s, min(window.until_s, incoming.at_s))
        part = Window(streams=window.streams, from_s=window.from_s, until_s=until_s)
        began_at = incoming.began_at or 0.0
        step = step_of(
            incoming.counted_calls, part, began_at=began_at, generator=incoming.generator_in(part, load)
        )
        return Measured(
            load=load,
            purpose=purpose,
            step=step,
            calls=counted(incoming.counted_calls, part, began_at=began_at),
            attainments=attained(step, self.objectives),
            at_s=incoming.at_s,
            speaking=incoming.speaking,
        )


class _Incoming:
    """What the workers of one load have written so far."""

    def __init__(
        self,
        generator: LoadGenerator,
        clips: ClipSet,
        alone: Mapping[str, str],
        excused: frozenset[str],
    ) -> None:
        self.calls: list[Figures] = []
        self.long_sessions: list[Trace] = []
        self.pulses: list[Pulse] = []
        self.began_at: float | None = None
        self._generator = generator
        self._clips, self._alone, self._excused = clips, alone, excused
        self._latest: dict[str, Pulse] = {}
        self._over_at: float | None = None
        self._excluded: dict[str, str] = {}

    @property
    def counted_calls(self) -> list[Figures]:
        """The calls of the workers that are not excluded."""
        return [call for call in self.calls if call.worker not in self._excluded]

    @property
    def at_s(self) -> float:
        """How long the load has lasted, 0 before it began."""
        now = time.time() if self._over_at is None else self._over_at
        return 0.0 if self.began_at is None else max(0.0, now - self.began_at)

    @property
    def speaking(self) -> int:
        """Callers in an utterance, by the last pulse of each worker."""
        return sum(pulse.speaking for pulse in self._latest.values())

    def over(self) -> None:
        """Count nothing from here on: workers that are stopped keep no time."""
        self._over_at = time.time()

    def read(self) -> None:
        """Take in what is new."""
        self.began_at = self._generator.began_at
        new = (
            figures_of(trace, self._clips, self._alone, self._excused)
            for trace in self._generator.calls.new()
        )
        # The pulses tell how late frames were: for hours it is not kept twice.
        self.calls += [replace(call, lateness={}) for call in new]
        self.long_sessions += self._generator.long_sessions.new()
        pulses = self._generator.new_pulses()
        self.pulses += pulses
        self._latest.update((pulse.worker, pulse) for pulse in pulses)

    def skews(self) -> dict[str, Skew]:
        """How far the clocks of workers on other hosts are from the one here."""
        return self._generator.skews()

    def exclude(self) -> dict[str, str]:
        """Count bad workers no longer, where the good ones are enough; those, each with the reason."""
        kept = [pulse for pulse in self.pulses if self._over_at is None or pulse.at <= self._over_at]
        self._excluded = exclusions(kept, self.skews())
        return self._excluded

    def generator_in(self, window: Window, load: Load) -> Generator:
        """How frames were paced within a window, if they were, and what went wrong with the generator."""
        began_at = self.began_at or 0.0
        beats = [pulse for pulse in self.pulses if pulse.worker not in self._excluded]
        pulses = [p for p in beats if window.from_s < p.at - began_at <= window.until_s]
        return paced(
            (pulse.lateness for pulse in pulses if load.pace == "real"),
            held_bytes=max((call.held_bytes for call in self.counted_calls), default=0),
            cpu=_busiest(pulses),
            trouble=trouble_of(beats, self.counted_calls, self._generator.dead),
        )


def _call_for_workers(count: int, address: tuple[str, int]) -> str:
    host, port = address
    name = socket.gethostname() if host in ("0.0.0.0", "::", "*") else host
    return f"Waiting for {count} {'worker' if count == 1 else 'workers'}: asrgate worker {name}:{port}"


def _busiest(pulses: Sequence[Pulse]) -> float | None:
    """The share of a core that the busiest worker used, None before any has said."""
    shares: dict[str, list[float]] = {}
    for pulse in pulses:
        shares.setdefault(pulse.worker, []).append(pulse.cpu)
    return max((round(sum(of_one) / len(of_one), 3) for of_one in shares.values()), default=None)
