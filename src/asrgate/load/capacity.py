"""How many streams an endpoint carries: the search (see search), driven with real load.

Coarse steps and halvings are short: they are judged by the samples that there are. Confirmations last until
all steps at the same number of streams together have enough samples for a 95th percentile.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from asrgate.errors import InvalidRun
from asrgate.load.calling import warmed_up
from asrgate.load.engine import Load
from asrgate.load.objectives import Attainment
from asrgate.load.running import LoadRun, Measured
from asrgate.load.search import Answer, Bounds, Next, Purpose, Trial, answer_so_far, next_of
from asrgate.load.shapes import constant
from asrgate.measure.latency import FEWEST_FOR_MEDIAN, FEWEST_FOR_P95

SHORT_SESSIONS = 24
"""What a short step gathers, if that does not take too long."""

SHORT_S = 10.0, 20.0
LONG_S = 20.0, 90.0
"""How long a short step and a confirmation may be, whatever their number of streams."""

ATTEMPTS = 3
"""So often a step is measured at most until the generator keeps its time in it."""

AROUND_S = 6.0
"""What a step takes besides its load, about: to begin, and until the last call has ended."""

ROUGHEST = 0.5
"""A search in haste is no rougher than that."""

EARLIEST_S = 4.0
"""So long a step is watched before it may be given up."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial of a search with what was measured in it; `step` is its place among the steps of the run."""

    trial: Trial
    purpose: Purpose
    measured: Measured
    step: int


class Search:
    """A search while it lasts: `tried` so far, and from it the answer, also when it had to stop."""

    def __init__(self, run: LoadRun, load: Load, bounds: Bounds, *, within_s: float) -> None:
        """Search with calls like those of `load`, whose warm-up is as long as one, for `within_s` at most."""
        self.tried: list[Tried] = []
        self.stopped: str | None = None
        self._run, self._load, self._bounds = run, load, bounds
        self._until_s = time.monotonic() + within_s
        self._within_s = within_s

    @property
    def answer(self) -> Answer:
        """What the trials so far say."""
        return answer_so_far([tried.trial for tried in self.tried], self._bounds)

    @property
    def at_answer(self) -> list[Measured]:
        """What was measured at the answer."""
        streams = self.answer.streams
        return [tried.measured for tried in self.tried if tried.trial.streams == streams]

    def search(self) -> None:
        """Measure until there is an answer, or the time is over: then `stopped` says so.

        Raises:
            InvalidRun: the generator could not keep its time, however often it was tried.
        """
        while isinstance(next_ := self._next(), Next):
            load = self._step(next_)
            if self.tried and time.monotonic() + load.total_s > self._until_s:
                self.stopped = f"the time given for the search ({self._within_s:.0f} s) was over"
                return
            self.tried.append(self._try(next_, load))
            death = self._run.death
            if death is not None:
                self.stopped = f"the endpoint died with {death.streams} streams at once"
                return

    def _next(self) -> Next | Answer:
        """What to measure next; rougher than asked for when else no time would be left to confirm."""
        trials = [tried.trial for tried in self.tried]
        while isinstance(next_ := next_of(trials, self._bounds), Next) and next_.purpose == "halving":
            confirmations = [Next(streams=next_.streams, purpose="confirmation")] * 2
            needed_s = sum(self._step(step).total_s + AROUND_S for step in (next_, *confirmations))
            if time.monotonic() + needed_s <= self._until_s or self._bounds.resolution >= ROUGHEST:
                break
            self._bounds = replace(self._bounds, resolution=2 * self._bounds.resolution)
        return next_

    def _try(self, next_: Next, load: Load) -> Tried:
        """A trial; one in which the generator was late says nothing, and is made again."""
        for attempt in range(1, ATTEMPTS + 1):
            enough = _surely_failed if next_.purpose in ("coarse", "halving") else _never
            measured = self._run.measure(load, f"{next_.purpose} {next_.streams}", enough=enough)
            void = _void(measured)
            if void is None:
                trial = trial_of(measured[0], next_.streams)
                return Tried(trial, next_.purpose, measured[0], len(self._run.steps) - 1)
            if attempt < ATTEMPTS:
                self._run.watcher.say(
                    f"At {next_.streams} streams {void}. That step says nothing: once more."
                )
        raise InvalidRun(f"at {next_.streams} streams {void}")

    def _step(self, next_: Next) -> Load:
        """The load of a step, as long as its purpose needs."""
        if next_.purpose in ("coarse", "halving"):
            sessions, (shortest_s, longest_s) = SHORT_SESSIONS, SHORT_S
        else:
            sessions, (shortest_s, longest_s) = FEWEST_FOR_P95 - self._sessions_at(next_.streams), LONG_S
        hold_s = min(longest_s, max(shortest_s, sessions * self._load.warm_up_s / next_.streams))
        return replace(self._load, shape=warmed_up(constant(next_.streams, hold_s), self._load.warm_up_s))

    def _sessions_at(self, streams: int) -> int:
        """Sessions that ended so far at this number of streams."""
        return sum(each.measured.step.sessions for each in self.tried if each.trial.streams == streams)


def trial_of(measured: Measured, streams: int) -> Trial:
    """Whether a step held, by all samples that it gave; one in which no call was over did not."""
    told = [attainment for attainment in measured.attainments if attainment.tends is not None]
    failed = [attainment for attainment in told if not attainment.tends]
    if failed or not told:
        return Trial(streams, held=False, sure=any(attainment.sure for attainment in failed))
    return Trial(streams, held=True, sure=all(attainment.sure for attainment in told))


def limiting(tried: Sequence[Tried], answer: Answer) -> Attainment | None:
    """The objective that failed first above the answer: furthest beyond its limit at the smallest number."""
    failed = [each for each in tried if not each.trial.held and each.trial.streams > answer.streams]
    if not failed:
        return None
    lowest = min(each.trial.streams for each in failed)
    missed = [
        attainment
        for each in failed
        if each.trial.streams == lowest
        for attainment in each.measured.attainments
        if attainment.tends is False
    ]
    return max(missed, key=_beyond, default=None)


def _beyond(attainment: Attainment) -> tuple[bool, float]:
    value, most = attainment.value, attainment.objective.most
    if value is None:
        return attainment.sure, 0.0
    return attainment.sure, value / most if most else float("inf")


def _surely_failed(so_far: Measured) -> bool:
    """Whether more of the same step would change nothing."""
    # Partials of one call are alike: a few calls are no sample, however many partials they have.
    few = so_far.step.sessions < FEWEST_FOR_MEDIAN
    if few or so_far.at_s < so_far.step.window.from_s + EARLIEST_S:
        return False
    return any(attainment.tends is False and attainment.sure for attainment in so_far.attainments)


def _never(so_far: Measured) -> bool:
    return False


def _void(measured: Sequence[Measured]) -> str | None:
    if not measured:
        return "the load did not begin"
    step = measured[0].step
    if not step.sessions and not step.generator.frames:
        return "no call began in time"
    reason = step.generator.saturated
    return None if reason is None else f"the generator was not in order: {reason}"
