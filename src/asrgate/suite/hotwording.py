"""The hotword part of accuracy: every clip with and without hotwords, and ever more of them in real time."""

from collections.abc import Iterator

from asrgate.audio.clips import Clip
from asrgate.measure.accuracy import main_mode
from asrgate.measure.hotword_latency import HotwordLatency, TimedSession, hotword_latencies
from asrgate.measure.hotwords import HotwordComparison, HotwordPair, hotword_effect
from asrgate.suite.given import Given
from asrgate.suite.hotword_trial import MOST_HOTWORDS, USUAL_WEIGHT, HotwordTrial, made_up_words
from asrgate.suite.jobs import NotDriven
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Scenario

_TIMED_CLIPS = 5
"""A median needs so many."""


def compare_hotwords(given: Given) -> HotwordComparison | None:
    """What hotwords change, None where that is not asked; what was not driven is left out."""
    trial = given.hotword_trial
    if trial is None:
        return None
    mode = main_mode(given.scored_modes)
    terms = _terms(given, trial)
    if "hotwords" not in given.dialect.features:
        return HotwordComparison(mode=mode, reason=f"{given.dialect.name} has no hotwords")
    if not terms:
        return HotwordComparison(mode=mode, reason="no clip names hotwords in the manifest")
    asked = _weights(given, trial)
    effects = tuple(
        hotword_effect(list(_pairs(given, mode, trial, weight)), terms, weight) for weight in asked
    )
    return HotwordComparison(
        mode=mode,
        effects=effects,
        latencies=_latencies(given, mode, trial),
        main=asked.index(USUAL_WEIGHT) if USUAL_WEIGHT in asked else 0,
    )


def _terms(given: Given, trial: HotwordTrial) -> list[str]:
    of_clips = (term for clip in given.clips.clips for term in clip.hotwords)
    return list(dict.fromkeys(term for term, _ in trial.terms)) or list(dict.fromkeys(of_clips))


def _weights(given: Given, trial: HotwordTrial) -> list[int | None]:
    """The weights to try: one try where each term has its own, or where there are none."""
    one_for_all = given.dialect.weighs_hotwords and not trial.terms
    return list(dict.fromkeys(trial.weights)) if one_for_all else [None]


def _pairs(given: Given, mode: str, trial: HotwordTrial, weight: int | None) -> Iterator[HotwordPair]:
    weighted = dict(trial.terms) or dict.fromkeys(_terms(given, trial), weight or USUAL_WEIGHT)
    named = "hotwords" if weight is None else f"hotwords-{weight}"
    for clip in filter(given.dares_to_send, given.clips.clips):
        if clip.language == "none":
            continue
        plain = given.utterance(clip, mode=mode, pace=given.scored_pace, name=f"{clip.id}-{mode}")
        biased = given.utterance(
            clip,
            mode=mode,
            pace=given.scored_pace,
            name=f"{clip.id}-{mode}-{named}",
            **given.weighted_hotwords(weighted),
        )
        # Both are asked for before either may be missing, so that a plan holds both.
        sessions = [exchange for scenario in (plain, biased) for exchange in _driven(given, scenario)]
        if len(sessions) == 2:
            yield HotwordPair(clip=clip, without=sessions[0], biased=sessions[1])


def _latencies(given: Given, mode: str, trial: HotwordTrial) -> tuple[HotwordLatency, ...]:
    """One session at a time, the numbers interleaved: what else goes on meets all of them alike."""
    if not trial.counts:
        return ()
    counts = sorted({0, *trial.counts})
    words = _many_terms(given, trial)
    asked = []
    for place, clip in enumerate(_timed_clips(given)):
        for count in counts if place % 2 == 0 else reversed(counts):
            settings = given.hotwords(words[:count]) if count else {}
            name = f"{count}-hotwords-{clip.id}"
            asked.append(
                (
                    count,
                    clip,
                    given.utterance(clip, mode=mode, pace=1.0, wav_name=name, name=name, **settings),
                )
            )
    try:
        exchanges = given.in_turn(scenario for _, _, scenario in asked)
    except NotDriven:
        return ()
    return hotword_latencies(
        [
            TimedSession(count, clip, exchange)
            for (count, clip, _), exchange in zip(asked, exchanges, strict=True)
        ]
    )


def _many_terms(given: Given, trial: HotwordTrial) -> list[str]:
    """The terms, and after them words that nobody says in a clip."""
    said = "".join(clip.text for clip in given.clips.clips)
    silent = (word for word in made_up_words(2 * MOST_HOTWORDS) if word not in said)
    return list(dict.fromkeys([*_terms(given, trial), *silent]))


def _timed_clips(given: Given) -> list[Clip]:
    spoken = [clip for clip in given.clips.clips if clip.language != "none"]
    return [clip for clip in spoken if "plain" in clip.tags][:_TIMED_CLIPS] or spoken[:_TIMED_CLIPS]


def _driven(given: Given, scenario: Scenario) -> Iterator[Exchange]:
    try:
        yield given.drive(scenario)
    except NotDriven:
        return
