"""The accuracy part of a run: every clip in every mode of the dialect."""

from itertools import product

from asrgate.audio.clips import Clip
from asrgate.audio.source import audio_of
from asrgate.measure.accuracy import Accuracy, accuracy_of
from asrgate.suite.given import Given
from asrgate.suite.jobs import NotDriven
from asrgate.wire.exchange import Exchange


def accuracy_sessions(given: Given) -> list[tuple[Clip, str, Exchange]]:
    """Every clip in every mode and condition that was asked for; what was not driven is left out.

    The mode of a condition other than plain 16 kHz carries its name (`Condition.named`). Left out, too, is
    sound without speech or silence, where a server of this family may die of it.
    """
    sessions = []
    for condition, mode in product(given.conditions, given.scored_modes):
        named = condition.named(mode)
        for clip in filter(given.dares_to_send, given.clips.clips):
            audio = audio_of(clip, *condition.shaping, sample_rate_hz=condition.sample_rate_hz)
            scenario = given.utterance(audio, mode=mode, pace=given.scored_pace, name=f"{clip.id}-{named}")
            try:
                sessions.append((clip, named, given.drive(scenario)))
            except NotDriven:
                continue
    return sessions


def score(given: Given) -> Accuracy | None:
    """The error rates, or None when no clip was driven."""
    sessions = accuracy_sessions(given)
    return accuracy_of(sessions) if sessions else None
