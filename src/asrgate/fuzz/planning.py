"""What a campaign will send, known before anything is sent."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from asrgate.audio.source import AudioSource, duration_ms
from asrgate.fuzz.budget import Budget
from asrgate.fuzz.generation import generated
from asrgate.fuzz.sessions import Ground, modes_of, plain_session, sessions
from asrgate.wire.scenario import Scenario, StreamAudio

ROUND_SESSIONS = 100
"""Sessions that are generated together; a budget of time is spent in rounds of as many."""

READINGS = 2
"""How often each clip is read plainly in each mode: an engine that does not repeat itself shows."""


@dataclass(frozen=True, slots=True)
class Round:
    """Sessions that were generated together, and the seed that gives them again."""

    seed: int
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class PlainReading:
    """A session that shows how audio reads in a mode when nothing is unusual."""

    audio: AudioSource
    mode: str
    scenario: Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What will be sent: plain readings, then sessions in rounds; of a budget of time the first is known.

    `audio_s` is how much audio these hold, in seconds.
    """

    ground: Ground
    budget: Budget
    seed: int
    readings: tuple[PlainReading, ...]
    rounds: tuple[Round, ...]
    audio_s: float

    @property
    def sessions(self) -> int:
        """How many sessions these are, the plain readings among them."""
        return len(self.readings) + sum(len(one.scenarios) for one in self.rounds)

    def further_round(self, number: int) -> Round:
        """The round of this number, for a budget that outlasts those that were planned."""
        return _round(self.ground, self.seed, number, ROUND_SESSIONS, frozenset())

    def announcement(self) -> str:
        """What will be sent, in one sentence."""
        if self.budget.seconds is not None:
            return f"generated sessions come for {self.budget}, about half of them with audio"
        return (
            f"from seed {self.seed} come {self.sessions} generated sessions with {self.audio_s:.0f} s of "
            "audio, and more only to make small what fails"
        )


def campaign_of(ground: Ground, budget: Budget, seed: int) -> Campaign:
    """Plan a campaign; the same seed gives the same sessions."""
    count = budget.sessions if budget.sessions is not None else ROUND_SESSIONS
    rounds: list[Round] = []
    known: set[str] = set()
    for number, size in enumerate(_sizes(count)):
        rounds.append(_round(ground, seed, number, size, known))
        known.update(scenario.fingerprint for scenario in rounds[-1].scenarios)
    readings = tuple(
        PlainReading(audio, mode, plain_session(ground, audio, mode, number))
        for audio, _ in ground.speech
        for mode in modes_of(ground.dialect)
        for number in range(READINGS)
    )
    everything = [reading.scenario for reading in readings]
    everything += [scenario for one in rounds for scenario in one.scenarios]
    return Campaign(
        ground=ground,
        budget=budget,
        seed=seed,
        readings=readings,
        rounds=tuple(rounds),
        audio_s=sum(audio_s(scenario, ground) for scenario in everything),
    )


def audio_s(scenario: Scenario, ground: Ground) -> float:
    """Seconds of audio that a session sends."""
    streams = (step for step in scenario.steps if isinstance(step, StreamAudio))
    return sum(duration_ms(step.audio, ground.clips) / 1000 for step in streams)


def _round(ground: Ground, seed: int, number: int, size: int, known: Set[str]) -> Round:
    own_seed = seed * 1_000_003 + number
    return Round(own_seed, generated(sessions(ground), own_seed, size, known))


def _sizes(count: int) -> Iterable[int]:
    while count > 0:
        yield min(count, ROUND_SESSIONS)
        count -= ROUND_SESSIONS
