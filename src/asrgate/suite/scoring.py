"""The accuracy part of a run: every clip in every mode of the dialect."""

from dataclasses import replace
from itertools import product
from typing import Any

from asrgate.audio.clips import Clip
from asrgate.audio.conditions import DEFAULT_PRESET, Condition
from asrgate.audio.framing import ByChunk
from asrgate.audio.source import audio_of
from asrgate.measure.accuracy import Accuracy, accuracy_of, main_mode
from asrgate.measure.itn import ITN_TAG
from asrgate.measure.speakers import speakers_of
from asrgate.suite.given import Given
from asrgate.suite.hotwording import compare_hotwords
from asrgate.suite.jobs import NotDriven
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Scenario

Sessions = list[tuple[Clip, str, Exchange]]


def accuracy_sessions(given: Given) -> Sessions:
    """Every clip in every mode and condition that was asked for; what was not driven is left out.

    The mode of a condition other than plain 16 kHz carries its name (`Condition.named`). Left out, too, is
    sound without speech or silence, where a server of this family may die of it, and a preset where there is
    no first pass that it could change.
    """
    sessions: Sessions = []
    for condition, mode in product(given.conditions, given.scored_modes):
        if not _heeds(given, mode, condition):
            continue
        named = condition.named(mode)
        for clip in filter(given.dares_to_send, given.clips.clips):
            audio = audio_of(clip, *condition.shaping, sample_rate_hz=condition.sample_rate_hz)
            scenario = given.utterance(
                audio,
                mode=mode,
                pace=given.scored_pace,
                name=f"{clip.id}-{named}",
                **_preset(condition),
            )
            sessions += _driven(given, clip, named, scenario)
    return sessions


def spoken_sessions(given: Given) -> Sessions:
    """The clips with spoken numbers with `itn` off, in the main mode and where that can be asked for."""
    if "itn" not in given.dialect.features or Condition() not in given.conditions:
        return []
    mode = main_mode(given.scored_modes)
    sessions: Sessions = []
    for clip in given.clips.tagged(ITN_TAG):
        scenario = given.utterance(
            clip, mode=mode, itn=False, pace=given.scored_pace, name=f"{clip.id}-{mode}-spoken"
        )
        sessions += _driven(given, clip, mode, scenario)
    return sessions


def score(given: Given) -> Accuracy | None:
    """The error rates, or None when no clip was driven."""
    sessions = accuracy_sessions(given)
    if not sessions:
        return None
    accuracy = accuracy_of(sessions, spoken_sessions(given))
    speakers = speakers_of(sessions, accuracy.mode)
    return replace(accuracy, hotwords=compare_hotwords(given), speakers=speakers)


def _heeds(given: Given, mode: str, condition: Condition) -> bool:
    """Whether the condition can make a difference in this mode: a preset is one of the first pass."""
    if condition.preset == DEFAULT_PRESET:
        return True
    return mode != "offline" and given.dialect.names_sessions and "partials" in given.dialect.features


def _preset(condition: Condition) -> dict[str, Any]:
    """The fields and the framing that ask for a preset, as FunASR's own clients do; nothing for the default.

    Nothing, so that the scenario stays that of the checks which send the same clip.
    """
    if condition.preset == DEFAULT_PRESET:
        return {}
    return {"chunk_size": condition.preset, "framing": ByChunk(chunk_size=condition.preset)}


def _driven(given: Given, clip: Clip, mode: str, scenario: Scenario) -> Sessions:
    """The session, or none where it was not driven."""
    try:
        return [(clip, mode, given.drive(scenario))]
    except NotDriven:
        return []
