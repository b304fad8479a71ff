"""What is read: sample rates, numbers, hotwords, tails; mostly relations between sessions."""

from collections.abc import Sequence

from asrgate.judge.hotwords import HotwordRuns
from asrgate.judge.itn import NumberRuns
from asrgate.judge.modes import TailPair
from asrgate.judge.sample_rate import RatePair
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange


@exchange
def tail_pairs(given: Given) -> Sequence[TailPair]:
    """Up to three plain clips, in mode online and in the main mode."""
    return [
        TailPair(
            online=given.drive(given.utterance(clip, mode="online")),
            reference=given.drive(given.utterance(clip)),
        )
        for clip in given.tagged("plain", at_most=3)
    ]


@exchange
def declared_8khz(given: Given) -> Sequence[RatePair]:
    """Up to five plain clips at 16 kHz, and at 8 kHz with audio_fs saying so."""
    return [
        RatePair(
            text=clip.text,
            original=given.drive(given.utterance(clip)),
            resampled=given.drive(given.utterance(clip, rate_hz=8000)),
        )
        for clip in given.tagged("plain", at_most=5)
    ]


@exchange
def undeclared_8khz(given: Given) -> Sequence[RatePair]:
    """The same clips at 8 kHz without a word about it, as the deployment guide does."""
    return [
        RatePair(
            text=clip.text,
            original=given.drive(given.utterance(clip)),
            resampled=given.drive(given.utterance(clip, rate_hz=8000, omit=["audio_fs"])),
        )
        for clip in given.tagged("plain", at_most=5)
    ]


@exchange
def numbers(given: Given) -> Sequence[NumberRuns]:
    """Clips with spoken numbers: with itn true, false, and not mentioned."""
    return [
        NumberRuns(
            text=clip.text,
            on=given.drive(given.utterance(clip, itn=True)),
            off=given.drive(given.utterance(clip, itn=False)),
            omitted=given.drive(given.utterance(clip, omit=["itn"])),
        )
        for clip in given.tagged("itn")
    ]


@exchange
def written(given: Given) -> Sequence[Exchange]:
    """The spoken numbers with itn true."""
    return [run.on for run in numbers(given)]


@exchange
def rare_terms(given: Given) -> Sequence[HotwordRuns]:
    """Clips with rare terms: without hotwords, with them, and without while another session has them."""
    runs = []
    for clip in given.tagged("hotword", at_least=5):
        biased, beside = given.at_once(
            given.utterance(clip, hotwords=dict.fromkeys(clip.hotwords, 20), name="hotwords"),
            given.utterance(clip, wav_name=f"beside-{clip.id}", name="beside-hotwords"),
        )
        without = given.drive(given.utterance(clip, name="no-hotwords"))
        runs.append(HotwordRuns(term=clip.hotwords[0], without=without, biased=biased, beside=beside))
    return runs
