"""Drives a generated session again that broke a rule, and says whether it still does."""

from asrgate.audio.source import AudioSource
from asrgate.fuzz.campaign import LEAST_WAIT_S, readings_of
from asrgate.fuzz.driving import Sessions
from asrgate.fuzz.model import Problem, problems_of
from asrgate.fuzz.planning import READINGS
from asrgate.fuzz.sessions import Ground as Material
from asrgate.fuzz.sessions import modes_of, plain_session
from asrgate.fuzz.trials import Trials
from asrgate.judge.utterances import text_of
from asrgate.measure.normalisation import TEXT
from asrgate.report.record import FuzzFailure
from asrgate.suite.ground import Ground
from asrgate.wire.scenario import Scenario, StreamAudio


def generated_again(failure: FuzzFailure, scenario: Scenario, ground: Ground) -> Problem | None:
    """Drive the scenario of a failure, with the plain readings that it is held against.

    Returns the rule that it breaks: that of the failure if it does, else the first; None when it breaks none.
    """
    rule = failure.cause.partition(" (")[0]
    with Sessions(endpoint=ground.endpoint, dialect=ground.dialect, clips=ground.clips, streams=2) as driving:
        trials = Trials(driving, readings_of(_plain_texts(scenario, ground, driving)), LEAST_WAIT_S)
        exchange = trials.drive(scenario)
        found = trials.problem(exchange, rule)
        return found or next(iter(problems_of(exchange, trials.readings)), None)


def _plain_texts(
    scenario: Scenario, ground: Ground, driving: Sessions
) -> dict[tuple[AudioSource, str], list[str]]:
    material = Material.of(ground.dialect, ground.clips)
    sent = dict.fromkeys(step.audio for step in scenario.steps if isinstance(step, StreamAudio))
    return {
        (audio, mode): [
            TEXT(text_of(driving.drive_one(plain_session(material, audio, mode, number))))
            for number in range(READINGS)
        ]
        for audio in sent
        for mode in modes_of(ground.dialect)
    }
