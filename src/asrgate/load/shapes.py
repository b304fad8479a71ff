"""Shapes: how many callers there are at which time, as data, in words that a person writes on a command line.

    10 for 1m                         ten callers for a minute
    50 in 30s for 10m                 they come one by one within half a minute, and stay
    10 for 1m, 20 in 5s for 1m        steps
    10 for 1m, 100 for 20s, 10 for 1m a spike

Open arrivals are a shape, too: calls come at random times (a Poisson process) whether or not those before
them are over, as the calls of people do.
"""

import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from asrgate.errors import UsageError

_STAGE = re.compile(r"\s*(\d+)(?:\s+in\s+(\S+))?\s+for\s+(\S+)\s*")
_LENGTH_OF_TIME = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")
_FORM = "expected like '10 for 1m, 20 in 5s for 1m'"


@dataclass(frozen=True, slots=True)
class Stage:
    """The number of callers becomes `streams` evenly within `ramp_s`, and stays for `hold_s`."""

    streams: int
    ramp_s: float
    hold_s: float

    @property
    def total_s(self) -> float:
        """Ramp and hold."""
        return self.ramp_s + self.hold_s

    def __str__(self) -> str:
        ramp = f" in {self.ramp_s:g}s" if self.ramp_s else ""
        return f"{self.streams}{ramp} for {self.hold_s:g}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of a shape in which the number of callers stays: from and until, in s since the load began."""

    streams: int
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Stages one after another. With `calls_per_hour` calls arrive on their own and nobody counts callers."""

    name: str
    stages: tuple[Stage, ...]
    calls_per_hour: float | None = None

    @property
    def total_s(self) -> float:
        """From the first caller to the last."""
        return sum(stage.total_s for stage in self.stages)

    @property
    def most_streams(self) -> int:
        """The largest number of callers."""
        return max(stage.streams for stage in self.stages)

    def stage_at(self, at_s: float) -> int | None:
        """The index of the stage that is on so long after the load began, None when all are over."""
        until_s = 0.0
        for number, stage in enumerate(self.stages):
            until_s += stage.total_s
            if at_s < until_s:
                return number
        return None

    def windows(self, warm_up_s: float = 0.0) -> tuple[Window, ...]:
        """What is measured: each stage without its ramp and `warm_up_s` more; none too short for that."""
        began_s, windows = 0.0, []
        for stage in self.stages:
            from_s, until_s = began_s + stage.ramp_s + warm_up_s, began_s + stage.total_s
            if from_s < until_s:
                windows.append(Window(streams=stage.streams, from_s=from_s, until_s=until_s))
            began_s += stage.total_s
        return tuple(windows)

    def held_longer(self, by_s: float) -> "Shape":
        """This shape with a longer last stage, so that calls of its last window end under the same load."""
        *before, last = self.stages
        return replace(self, stages=(*before, replace(last, hold_s=last.hold_s + by_s)))

    def __str__(self) -> str:
        return ", ".join(map(str, self.stages))


def constant(streams: int, hold_s: float, *, ramp_s: float = 0.0) -> Shape:
    """As many callers all the time."""
    return Shape(name="constant", stages=(Stage(streams, ramp_s, hold_s),))


def ramp(streams: int, ramp_s: float, *, hold_s: float = 0.0) -> Shape:
    """More and more callers."""
    return Shape(name="ramp", stages=(Stage(streams, ramp_s, hold_s),))


def steps(streams: Sequence[int], hold_s: float, *, ramp_s: float = 0.0) -> Shape:
    """Each of these numbers of callers in turn."""
    return Shape(name="steps", stages=tuple(Stage(count, ramp_s, hold_s) for count in streams))


def spike(base: int, peak: int, *, before_s: float, peak_s: float, after_s: float) -> Shape:
    """Many callers at once among few, and whether the few are served afterwards as before."""
    return Shape(
        name="spike", stages=(Stage(base, 0.0, before_s), Stage(peak, 0.0, peak_s), Stage(base, 0.0, after_s))
    )


def soak(streams: int, hold_s: float, *, ramp_s: float) -> Shape:
    """As many callers for hours: what grows slowly is seen."""
    return Shape(name="soak", stages=(Stage(streams, ramp_s, hold_s),))


def arrivals(calls_per_hour: float, hold_s: float) -> Shape:
    """Calls at random times, this many an hour on average."""
    return Shape(name="arrivals", stages=(Stage(0, 0.0, hold_s),), calls_per_hour=calls_per_hour)


def shape_of(text: str) -> Shape:
    """Read a shape as `str` writes it and people do.

    Raises:
        UsageError: a part is no stage; the message quotes it.
    """
    stages = tuple(_stage(part) for part in text.split(","))
    if len(stages) == 1:
        return Shape(name="constant", stages=stages)
    falls = any(later.streams < earlier.streams for earlier, later in pairwise(stages))
    return Shape(name="spike" if falls else "steps", stages=stages)


def seconds_of(text: str) -> float:
    """Seconds that `90`, `90s`, `1.5m` or `2h30m` mean.

    Raises:
        UsageError: it is none of these.
    """
    found = _LENGTH_OF_TIME.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise UsageError(f"{text!r} is no length of time: expected like 90s, 5m or 2h30m")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def arrival_times_s(calls_per_hour: float, chance: random.Random) -> Iterator[float]:
    """When calls arrive, in s since the first moment, without end: a Poisson process."""
    at_s = 0.0
    while True:
        at_s += chance.expovariate(calls_per_hour / 3600)
        yield at_s


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long calls last: a distribution, by its mean in s; `kind` says which one.

    `exponential` is what telephone traffic is planned with (Erlang B holds for any), `fixed` is no
    distribution at all, `uniform` lies between 0 and twice the mean, and `lognormal` has the long tail that
    calls of people have (its logarithm deviates by 1).
    """

    kind: str
    mean_s: float

    def draw_s(self, chance: random.Random) -> float:
        """The length of one call."""
        match self.kind:
            case "exponential":
                return chance.expovariate(1 / self.mean_s)
            case "uniform":
                return chance.uniform(0, 2 * self.mean_s)
            case "lognormal":
                return chance.lognormvariate(math.log(self.mean_s) - 0.5, 1)
            case _:
                return self.mean_s

    def __str__(self) -> str:
        return f"{self.kind}:{self.mean_s:g}s"


LENGTH_KINDS = ("fixed", "exponential", "uniform", "lognormal")


def lengths_of(text: str) -> Lengths:
    """Read a distribution of lengths: `exponential:90s`; a length of time alone is fixed.

    Raises:
        UsageError: there is no such distribution, or its mean is no length of time above 0.
    """
    kind, _, mean = text.rpartition(":")
    if (kind or "fixed") not in LENGTH_KINDS:
        raise UsageError(f"no distribution of lengths {kind!r}; expected one of {', '.join(LENGTH_KINDS)}")
    mean_s = seconds_of(mean)
    if not mean_s:
        raise UsageError(f"calls of {text!r} would last no time")
    return Lengths(kind or "fixed", mean_s)


def _stage(part: str) -> Stage:
    found = _STAGE.fullmatch(part)
    if found is None:
        raise UsageError(f"{part.strip()!r} is no stage of a load: {_FORM}")
    streams, ramp_s, hold_s = found.groups()
    return Stage(int(streams), seconds_of(ramp_s) if ramp_s else 0.0, seconds_of(hold_s))
