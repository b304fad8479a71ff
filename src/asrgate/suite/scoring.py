"""The accuracy part of a run: every clip in every mode of the dialect."""

from asrgate.audio.clips import Clip
from asrgate.measure.accuracy import Accuracy, accuracy_of
from asrgate.suite.given import Given
from asrgate.suite.jobs import NotDriven
from asrgate.wire.exchange import Exchange


def accuracy_sessions(given: Given) -> list[tuple[Clip, str, Exchange]]:
    """Every clip in every mode that was asked for, at the pace asked for; what was not driven is left out.

    So is sound without speech or silence, where a server of this family may die of it.
    """
    sessions = []
    for mode in given.scored_modes:
        for clip in filter(given.dares_to_send, given.clips.clips):
            scenario = given.utterance(clip, mode=mode, pace=given.scored_pace, name=f"{clip.id}-{mode}")
            try:
                sessions.append((clip, mode, given.drive(scenario)))
            except NotDriven:
                continue
    return sessions


def score(given: Given) -> Accuracy | None:
    """The error rates, or None when no clip was driven."""
    sessions = accuracy_sessions(given)
    return accuracy_of(sessions) if sessions else None
