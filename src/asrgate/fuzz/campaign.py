"""A campaign: drive generated sessions, find out which fail and why, and make them small."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from asrgate.audio.source import AudioSource, duration_ms
from asrgate.fuzz.budget import Budget
from asrgate.fuzz.causes import cause_of, traits_of
from asrgate.fuzz.driving import Sessions
from asrgate.fuzz.generation import generated, smallest
from asrgate.fuzz.model import Problem, Reading, Readings, problems_of
from asrgate.fuzz.sessions import Ground, modes_of, plain_session, sessions
from asrgate.fuzz.store import Store, slug
from asrgate.judge.utterances import text_of
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import AwaitTerminator, Scenario, StreamAudio

ROUND_SESSIONS = 100
"""Sessions that are generated together; a budget of time is spent in rounds of as many."""

ENOUGH_FAILURES = 25
"""After so many failing sessions no more are driven: what they show is made small."""

SHRINK_S = 60.0
"""How long one failure is made smaller, at most."""

MOST_CAUSES = 5
RETURN_S = 30.0
"""How long an endpoint that went away is given to come back."""

_READINGS = 2
_LEAST_WAIT_S = 2.0
_SLOWER = 5.0

DOWN = "endpoint down"


class Observer(Protocol):
    """Who wants to know how far a campaign is."""

    def fuzzing(self, doing: str, done: int, planned: int | None, causes: int) -> None:
        """So many sessions of those planned were driven (None: as many as fit), so many causes found."""

    def sent(self, audio_s: float) -> None:
        """So many more seconds of audio were sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a campaign will send: sessions by the seed of their round; of a budget of time the first round."""

    budget: Budget
    seed: int
    rounds: tuple[tuple[int, tuple[Scenario, ...]], ...]
    readings: tuple[Scenario, ...]
    audio_s: float

    @property
    def sessions(self) -> int:
        """How many sessions are certain to be driven."""
        return len(self.readings) + sum(len(scenarios) for _, scenarios in self.rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A cause of failure with the smallest session that shows it.

    `again` is whether an earlier run had found it. `count` is how many generated sessions failed of it.
    """

    rule: str
    cause: str
    sentence: str
    exchange: Exchange
    frames: tuple[int, ...]
    count: int
    again: bool = False


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a campaign, as far as it went.

    Attributes:
        planned: What was to be sent.
        sessions: Generated sessions that were driven and judged.
        shrunk: Further sessions that were driven to confirm failures and to make them small.
        failures: Causes of failure.
        fixed: Causes that an earlier run found and that are no more.
        unsteady: What failed once and not again, in sentences.
        duration_s: How long it took.
        lost: Why it was broken off, None when it was not.
    """

    planned: Planned
    sessions: int = 0
    shrunk: int = 0
    failures: list[Failure] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)
    duration_s: float = 0.0
    lost: str | None = None
    interrupted: bool = False


def planned(ground: Ground, budget: Budget, seed: int) -> Planned:
    """Plan a campaign; the same seed gives the same sessions."""
    count = budget.sessions if budget.sessions is not None else ROUND_SESSIONS
    rounds = tuple(
        (round_seed(seed, number), generated(sessions(ground), round_seed(seed, number), size))
        for number, size in enumerate(_round_sizes(count))
    )
    readings = tuple(
        plain_session(ground, audio, mode, number)
        for audio, _ in ground.speech
        for mode in modes_of(ground.dialect)
        for number in range(_READINGS)
    )
    everything = [*readings, *(scenario for _, scenarios in rounds for scenario in scenarios)]
    return Planned(
        budget=budget,
        seed=seed,
        rounds=rounds,
        readings=readings,
        audio_s=sum(audio_s(scenario, ground) for scenario in everything),
    )


def audio_s(scenario: Scenario, ground: Ground) -> float:
    """Seconds of audio that a session sends."""
    streams = (step for step in scenario.steps if isinstance(step, StreamAudio))
    return sum(duration_ms(step.audio, ground.clips) / 1000 for step in streams)


def round_seed(seed: int, number: int) -> int:
    """The seed of one round of a campaign."""
    return seed * 1_000_003 + number


class Campaign:
    """Drives what was planned; `outcome` holds what is known so far, whenever it ends."""

    def __init__(
        self, plan: Planned, ground: Ground, driving: Sessions, store: Store, observer: Observer
    ) -> None:
        self.outcome = Outcome(planned=plan)
        self._plan = plan
        self._ground = ground
        self._driving = driving
        self._store = store
        self._observer = observer
        self._strategy = sessions(ground)
        self._readings: Readings = {}
        self._wait_s: float | None = None
        self._began_s = time.monotonic()
        self._known: dict[str, frozenset[str]] = {}
        """The rules that each session broke, by fingerprint: nothing is driven twice while made small."""

    def run(self) -> Outcome:
        """Drive everything; whoever interrupts gets what was found so far."""
        try:
            self._read_plainly()
            if self.outcome.lost is None:
                self._try_remembered()
            failing = self._drive_rounds() if self.outcome.lost is None else []
            self._explain(failing)
        except KeyboardInterrupt:
            self.outcome.interrupted = True
        finally:
            self.outcome.duration_s = round(time.monotonic() - self._began_s, 3)
        return self.outcome

    # Before anything is generated

    def _read_plainly(self) -> None:
        """Learn how the audio reads when it is sent plainly, and how long answers take."""
        texts: dict[tuple[AudioSource, str], list[str]] = {}
        slowest_s = 0.0
        self._say("reading", 0)
        modes = modes_of(self._ground.dialect)
        keys = [(audio, mode) for audio, _ in self._ground.speech for mode in modes for _ in range(_READINGS)]
        for key, scenario in zip(keys, self._plan.readings, strict=True):
            exchange = self._driving.drive_one(scenario)
            if not _awaited(exchange):
                return self._give_up(exchange)
            slowest_s = max(slowest_s, _slowest_s(exchange))
            texts.setdefault(key, []).append(TEXT(text_of(exchange)))
        self._readings = {
            key: Reading(text=read[0], steady=len(set(read)) == 1) for key, read in texts.items() if read[0]
        }
        self._wait_s = max(_LEAST_WAIT_S, _SLOWER * slowest_s)
        return None

    def _give_up(self, exchange: Exchange) -> None:
        failure = exchange.failure
        why = failure.message if failure is not None else "a plain utterance got no terminating message"
        self.outcome.lost = f"nothing could be generated: {why.rstrip('.')}"

    def _try_remembered(self) -> None:
        """Drive what earlier runs found: it still fails, or it is fixed."""
        for remembered in self._store.remembered():
            scenario = remembered.exchange.scenario
            self._say("trying what failed before", 0)
            exchange = self._driving.drive_one(scenario)
            self.outcome.shrunk += 1
            problem = self._problem(exchange, remembered.rule)
            if problem is None:
                self.outcome.fixed.append(remembered.path.stem.partition("--")[2])
                self._store.forget(remembered)
            else:
                self._found(problem, self._traits(scenario), exchange, count=1, again=True)

    # Driving

    def _drive_rounds(self) -> list[tuple[int, Scenario, frozenset[str]]]:
        """Drive generated sessions until the budget is spent; give those that fail, and what they broke."""
        failing: list[tuple[int, Scenario, frozenset[str]]] = []
        for seed, scenarios in self._rounds():
            failing += self._drive_round(seed, scenarios, len(failing))
            if self.outcome.lost is not None or len(failing) >= ENOUGH_FAILURES:
                break
        return failing

    def _rounds(self) -> Iterable[tuple[int, tuple[Scenario, ...]]]:
        yield from self._plan.rounds
        number = len(self._plan.rounds)
        while self._plan.budget.seconds is not None and not self._out_of_time():
            seed = round_seed(self._plan.seed, number)
            yield seed, generated(self._strategy, seed, ROUND_SESSIONS)
            number += 1

    def _out_of_time(self) -> bool:
        seconds = self._plan.budget.seconds
        return seconds is not None and time.monotonic() - self._began_s >= seconds

    def _drive_round(
        self, seed: int, scenarios: Sequence[Scenario], failed: int
    ) -> list[tuple[int, Scenario, frozenset[str]]]:
        """Drive sessions a few at a time; those that fail come in the order in which they were generated."""
        fresh = [scenario for scenario in scenarios if scenario.fingerprint not in self._known]
        asked = {self._patient(scenario).fingerprint: scenario for scenario in fresh}
        recent: list[Scenario] = []

        def ended(exchange: Exchange) -> bool:
            nonlocal failed
            scenario = asked[exchange.scenario.fingerprint]
            # The first breach decides: what comes after it may be its consequence.
            rules = frozenset(problem.rule for problem in problems_of(exchange, self._readings)[:1])
            self._known[scenario.fingerprint] = rules
            self.outcome.sessions += 1
            recent.append(scenario)
            failed += bool(rules)
            self._say("driving", self.outcome.sessions)
            alive = exchange.failure is None and self._driving.canary_lost is None
            return alive and failed < ENOUGH_FAILURES and not self._out_of_time()

        self._driving.drive(map(self._patient, fresh), ended)
        self._look_after_endpoint(recent)
        return [
            (seed, scenario, rules)
            for scenario in fresh
            if (rules := self._known.get(scenario.fingerprint, frozenset()))
        ]

    def _look_after_endpoint(self, recent: Sequence[Scenario]) -> None:
        """When the endpoint seems to be gone, find out whether it is, and which session did it."""
        lost = self._driving.canary_lost
        if lost is None and self._driving.answers():
            return
        if not self._driving.answers_within(RETURN_S):
            self.outcome.lost = f"the endpoint went away and did not come back within {RETURN_S:g} s"
        suspects = recent[-4:]
        for scenario in suspects:
            if self.outcome.lost is not None or DOWN in self._rules(scenario):
                self._known[scenario.fingerprint] = frozenset({DOWN})
                return
        for scenario in suspects:
            self._known[scenario.fingerprint] -= {DOWN}
        self.outcome.unsteady.append("an idle connection was lost once, and not again")

    def _rules(self, scenario: Scenario) -> frozenset[str]:
        """Drive one session by itself, and say which rules it breaks; an endpoint that fell may come back."""
        exchange = self._driving.drive_one(self._patient(scenario))
        self.outcome.shrunk += 1
        rules = frozenset(problem.rule for problem in problems_of(exchange, self._readings)[:1])
        cut_off = exchange.failure is not None or "closed by the network" in rules
        if self._driving.canary_lost is not None or (cut_off and not self._driving.answers()):
            rules |= {DOWN}
            if not self._driving.answers_within(RETURN_S):
                self.outcome.lost = f"the endpoint went away and did not come back within {RETURN_S:g} s"
        return rules

    # Explaining

    def _explain(self, failing: Sequence[tuple[int, Scenario, frozenset[str]]]) -> None:
        """Find the causes of what failed, and the smallest session for each."""
        rules = dict.fromkeys(rule for _, _, broken in failing for rule in sorted(broken))
        for rule in sorted(rules, key=lambda rule: rule != DOWN):
            self._explain_rule(rule, [(seed, s) for seed, s, broken in failing if rule in broken])

    def _explain_rule(self, rule: str, failing: list[tuple[int, Scenario]]) -> None:
        while failing and len(self.outcome.failures) < MOST_CAUSES:
            explained = [f.exchange.scenario for f in self.outcome.failures if f.rule == rule]
            known = [traits_of(scenario, self._ground.dialect.name) for scenario in explained]
            failing = [(s, c) for s, c in failing if not any(t <= self._traits(c) for t in known)]
            if not failing:
                return
            seed, scenario = failing.pop(0)
            self._shrink(rule, seed, scenario, known, len(failing) + 1)

    def _shrink(
        self, rule: str, seed: int, start: Scenario, known: Sequence[frozenset[str]], count: int
    ) -> None:
        if self.outcome.lost is not None:
            exchange = self._lost_exchange(start)
            gone = Problem(rule=rule, sentence=self.outcome.lost)
            self._found(gone, self._traits(start), exchange, count=count)
            return
        if not (rule in self._rules(start) or rule in self._rules(start)):
            self.outcome.unsteady.append(f"a session broke the rule {rule!r} once, and not when repeated")
            return
        deadline_s = time.monotonic() + SHRINK_S

        def still_fails(scenario: Scenario) -> bool:
            broken = self._known.get(scenario.fingerprint)
            if broken is None:
                if time.monotonic() >= deadline_s or self.outcome.lost is not None:
                    return False
                self._say(f"making small: {rule}", self.outcome.sessions)
                broken = self._known[scenario.fingerprint] = self._rules(scenario)
            return rule in broken and not any(traits <= self._traits(scenario) for traits in known)

        least = smallest(self._strategy, seed, start, still_fails)
        for scenario in dict.fromkeys((least, start)):
            # With all the patience of an ordinary check, so that nothing slow is taken for something missing.
            exchange = self._driving.drive_one(scenario)
            self.outcome.shrunk += 1
            problem = self._problem(exchange, rule)
            if problem is not None:
                self._found(problem, self._traits(scenario), exchange, count=count)
                return
        self.outcome.unsteady.append(f"a session broke the rule {rule!r}, but not when given more time")

    def _lost_exchange(self, scenario: Scenario) -> Exchange:
        """An exchange that stands for a session which cannot be driven any more."""
        return Exchange(scenario=scenario, dialect=self._ground.dialect.name, url="", started_at="")

    def _found(
        self,
        problem: Problem,
        traits: frozenset[str],
        exchange: Exchange,
        *,
        count: int,
        again: bool = False,
    ) -> None:
        cause = cause_of(problem.rule, traits)
        self.outcome.failures.append(
            Failure(
                rule=problem.rule,
                cause=cause,
                sentence=problem.sentence,
                exchange=exchange,
                frames=problem.frames,
                count=count,
                again=again,
            )
        )
        if not again:
            self._store.keep(problem.rule, cause, exchange)
        self._say("found a cause", self.outcome.sessions)

    # Small things

    def _problem(self, exchange: Exchange, rule: str) -> Problem | None:
        """The breach of this rule in an exchange, if there is one; the endpoint's end counts as one."""
        found = problems_of(exchange, self._readings)
        for problem in found:
            if slug(problem.rule) == slug(rule):
                return problem
        if slug(rule) == slug(DOWN) and (exchange.failure is not None or not self._driving.answers()):
            return Problem(rule=DOWN, sentence="after this session no new connection was accepted")
        return None

    def _traits(self, scenario: Scenario) -> frozenset[str]:
        return traits_of(scenario, self._ground.dialect.name)

    def _patient(self, scenario: Scenario) -> Scenario:
        """The session with waits that are long enough for this endpoint, by what was seen of it."""
        bound_s = self._wait_s
        if bound_s is None:
            return scenario
        return replace(
            scenario,
            steps=tuple(
                replace(step, timeout_s=min(step.timeout_s, bound_s))
                if isinstance(step, AwaitTerminator)
                else step
                for step in scenario.steps
            ),
        )

    def _say(self, doing: str, done: int) -> None:
        self._observer.fuzzing(doing, done, self._plan.budget.sessions, len(self.outcome.failures))


def _round_sizes(count: int) -> Iterable[int]:
    while count > 0:
        yield min(count, ROUND_SESSIONS)
        count -= ROUND_SESSIONS


def _awaited(exchange: Exchange) -> bool:
    return any(done.outcome == "terminator" for done in exchange.steps)


def _slowest_s(exchange: Exchange) -> float:
    return max(
        ((s.ended_ns - s.began_ns) / 1e9 for s in exchange.steps if s.outcome == "terminator"), default=0
    )
