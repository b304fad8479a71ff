"""A campaign while it lasts: read plainly, try what failed before, drive what was generated, explain."""

import time
from collections.abc import Iterator
from typing import Protocol

from asrgate.audio.source import AudioSource
from asrgate.fuzz.driving import Interrupted, Sessions
from asrgate.fuzz.explaining import as_cause, explained
from asrgate.fuzz.model import CUT_OFF, NOT_OPENED, Reading, Readings
from asrgate.fuzz.planning import Campaign, Round
from asrgate.fuzz.sessions import sessions
from asrgate.fuzz.store import Store
from asrgate.fuzz.trials import DOWN, INTERRUPTED, Failing, Trials
from asrgate.judge.generated import Broken, Generated
from asrgate.judge.utterances import text_of
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Scenario

ENOUGH_FAILURES = 25
"""After so many failing sessions no more are driven: what they show is made small."""

LEAST_WAIT_S = 1.0
SLOWER = 5.0
"""Generated sessions wait so many times as long as the slowest plain one took, or `LEAST_WAIT_S`."""

_NO_ANSWER = "a plain utterance got no terminating message"
_SUSPECTS = 4
"""When the endpoint goes away, so many of the sessions that were driven last may have done it."""


class CampaignObserver(Protocol):
    """Who wants to know how far a campaign is."""

    def fuzzing(self, doing: str, sessions: int, planned: int | None, causes: int) -> None:
        """So many sessions were driven of those planned (None: as many as fit), so many causes found."""


class RunningCampaign:
    """Drives a campaign once."""

    def __init__(
        self,
        campaign: Campaign,
        driving: Sessions,
        store: Store,
        observer: CampaignObserver,
        *,
        recovery_s: float,
    ) -> None:
        """Be ready to drive a campaign; an endpoint that goes away is given `recovery_s` to come back."""
        self._campaign = campaign
        self._driving = driving
        self._store = store
        self._observer = observer
        self._recovery_s = recovery_s
        self._strategy = sessions(campaign.ground)
        self._began_s = time.monotonic()
        self._trials: Trials | None = None
        self._sessions = 0
        self._broken: list[Broken] = []
        self._fixed: list[str] = []
        self._unsteady: list[str] = []
        self._ended: str | None = None

    def run(self) -> None:
        """Drive everything, as far as it is not interrupted; `result` holds what was found until then."""
        try:
            trials = self._trials = self._read_plainly()
            if trials is not None:
                self._try_remembered(trials)
                self._explain(self._drive_rounds(trials), trials)
                self._ended = trials.gone
        except Interrupted:
            self._ended = INTERRUPTED

    @property
    def result(self) -> Generated:
        """What came of it so far."""
        further = self._trials.further if self._trials is not None else 0
        return Generated(
            budget=str(self._campaign.budget),
            seed=self._campaign.seed,
            sessions=self._sessions,
            further=len(self._campaign.readings) + further,
            duration_s=round(time.monotonic() - self._began_s, 3),
            broken=tuple(self._broken),
            fixed=tuple(self._fixed),
            unsteady=tuple(dict.fromkeys(self._unsteady)),
            ended=self._ended,
        )

    def _read_plainly(self) -> Trials | None:
        """Learn how the audio reads, and how long answers take; None when there are none."""
        texts: dict[tuple[AudioSource, str], list[str]] = {}
        slowest_s = 0.0
        self._say("reading plainly")
        for reading in self._campaign.readings:
            exchange = self._driving.drive_one(reading.scenario)
            took_s = _answered_after_s(exchange)
            if took_s is None:
                why = exchange.failure.message.rstrip(".") if exchange.failure is not None else _NO_ANSWER
                self._ended = f"nothing was generated: {why}"
                return None
            slowest_s = max(slowest_s, took_s)
            texts.setdefault((reading.audio, reading.mode), []).append(TEXT(text_of(exchange)))
        wait_s = max(LEAST_WAIT_S, SLOWER * slowest_s)
        return Trials(self._driving, readings_of(texts), wait_s, self._recovery_s)

    def _try_remembered(self, trials: Trials) -> None:
        """Drive what earlier runs found: it fails again, or it is fixed."""
        for remembered in self._store.remembered():
            self._say("trying what failed before")
            exchange = trials.drive(remembered.exchange.scenario)
            problem = trials.problem(exchange, remembered.rule)
            if problem is None:
                self._fixed.append(remembered.cause)
                self._store.forget(remembered)
            else:
                self._broken.append(as_cause(problem, exchange, again=True))

    def _drive_rounds(self, trials: Trials) -> list[Failing]:
        """Drive generated sessions until the budget is spent, or enough of them have failed."""
        failing: list[Failing] = []
        for one in self._rounds():
            failing += self._drive_round(one, trials, len(failing))
            if trials.gone is not None or len(failing) >= ENOUGH_FAILURES:
                break
        return failing

    def _rounds(self) -> Iterator[Round]:
        yield from self._campaign.rounds
        number = len(self._campaign.rounds)
        while self._campaign.budget.seconds is not None and not self._out_of_time():
            yield self._campaign.further_round(number)
            number += 1

    def _out_of_time(self) -> bool:
        seconds = self._campaign.budget.seconds
        return seconds is not None and time.monotonic() - self._began_s >= seconds

    def _drive_round(self, one: Round, trials: Trials, failed: int) -> list[Failing]:
        """Drive sessions a few at a time; those that fail come in the order in which they were generated."""
        fresh = [s for s in one.scenarios if s.fingerprint not in trials.broken]
        asked = {trials.hurried(scenario).fingerprint: scenario for scenario in fresh}
        recent: list[tuple[Scenario, Exchange]] = []

        def ended(exchange: Exchange) -> bool:
            nonlocal failed
            scenario = asked[exchange.scenario.fingerprint]
            failed += trials.note(scenario, exchange) is not None
            self._sessions += 1
            recent.append((scenario, exchange))
            self._say("driving generated sessions")
            alive = exchange.failure is None and self._driving.canary_lost is None
            return alive and failed < ENOUGH_FAILURES and not self._out_of_time()

        try:
            self._driving.drive(map(trials.hurried, fresh), ended)
            self._find_who_took_it_down(recent[-_SUSPECTS:], trials)
        except Interrupted:
            trials.gone = INTERRUPTED
        found = ((scenario, trials.rule_broken_by(scenario)) for scenario in fresh)
        failing = [Failing(one.seed, scenario, rule) for scenario, rule in found if rule is not None]
        if any(one.rule == DOWN for one in failing):
            # What was under way when the endpoint fell, or came after, has no cause of its own.
            failing = [one for one in failing if one.rule not in (CUT_OFF, NOT_OPENED)]
        return failing

    def _find_who_took_it_down(self, suspects: list[tuple[Scenario, Exchange]], trials: Trials) -> None:
        """When the endpoint fell, or lost its canary, try again what was driven last."""
        if self._driving.canary_lost is None and self._driving.answers():
            return
        if not trials.came_back():
            for scenario, exchange in suspects[:1]:
                trials.note_down(scenario, exchange)
            return
        if not any(trials.breaks(scenario) == DOWN for scenario, _ in suspects):
            self._unsteady.append("an idle connection was lost once, and not when the sessions were repeated")

    def _explain(self, failing: list[Failing], trials: Trials) -> None:
        """Find the causes of what failed, and remember them for the next run."""
        dialect = self._campaign.ground.dialect.name
        for found in explained(failing, self._strategy, trials, dialect, self._say):
            if isinstance(found, str):
                self._unsteady.append(found)
            elif found.cause not in (broken.cause for broken in self._broken):
                self._broken.append(found)
                self._store.keep(found.rule, found.cause, found.exchange)

    def _say(self, doing: str) -> None:
        planned = self._campaign.budget.sessions
        self._observer.fuzzing(doing, self._sessions, planned, len(self._broken))


def readings_of(texts: dict[tuple[AudioSource, str], list[str]]) -> Readings:
    """What each audio reads; one that read nothing tells nothing."""
    return {key: Reading(text=read[0], steady=len(set(read)) == 1) for key, read in texts.items() if read[0]}


def _answered_after_s(exchange: Exchange) -> float | None:
    """How long the slowest terminating message took, None when none came."""
    took = [(s.ended_ns - s.began_ns) / 1e9 for s in exchange.steps if s.outcome == "terminator"]
    return max(took, default=None)
