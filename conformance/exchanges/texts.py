"""What is read: sample rates, numbers, hotwords, tails; mostly relations between sessions."""

from collections.abc import Mapping, Sequence

from asrgate.audio.source import Mistake, Mistaken, audio_of
from asrgate.judge.hotwords import HotwordRuns
from asrgate.judge.itn import NumberRuns
from asrgate.judge.modes import TailPair
from asrgate.judge.sample_rate import RatePair
from asrgate.judge.timestamps import TimedClip
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given, MissingClip
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Close, Listen


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
def higher_rates(given: Given) -> Mapping[int, Exchange]:
    """The plain sentence at 44.1 and at 48 kHz, with audio_fs saying so."""
    return {
        rate_hz: given.drive(given.utterance(given.sentence(), rate_hz=rate_hz, name=f"rate-{rate_hz}"))
        for rate_hz in (44100, 48000)
    }


@exchange
def mistakes(given: Given) -> Mapping[str, Exchange]:
    """The plain sentence with a WAV header; in two channels and as floats where no server dies of noise."""
    noise: tuple[Mistake, ...] = ("stereo", "float32") if given.dialect.bears_noise else ()
    wrong: tuple[Mistake, ...] = ("wav-header", *noise)
    audio = audio_of(given.sentence())
    return {m: given.drive(given.utterance(Mistaken(audio, m), name=m)) for m in wrong}


@exchange
def after_mistakes(given: Given) -> Exchange:
    """The plain sentence, once those are over."""
    sentence = given.utterance(given.sentence(), wav_name="after-mistakes")
    return given.drive(sentence, after=mistakes(given).values())


@exchange
def compressed(given: Given) -> Exchange:
    """Samples that the opening frame calls mp3, and 2 s of listening before the end frame."""
    *opened, end, terminator = given.turn(audio_of(given.sentence()), also={"wav_format": "mp3"})
    return given.drive(given.session(*opened, Listen(seconds=2), end, terminator, Close()))


@exchange
def timed(given: Given) -> Sequence[TimedClip]:
    """Up to five plain clips of which it is known when each word is spoken."""
    clips = [clip for clip in given.tagged("plain", at_most=5) if clip.words]
    if not clips:
        raise MissingClip("the manifest does not say when the words of a clip tagged 'plain' are spoken")
    return [
        TimedClip(
            words=tuple((word.text.casefold(), (word.start_ms, word.end_ms)) for word in clip.words),
            exchange=given.drive(given.utterance(clip)),
        )
        for clip in clips
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
def written_online(given: Given) -> Sequence[Exchange]:
    """Up to three spoken numbers in mode online with itn true."""
    return [
        given.drive(given.utterance(clip, mode="online", itn=True)) for clip in given.tagged("itn", at_most=3)
    ]


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
