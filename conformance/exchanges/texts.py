"""What is read: sample rates, numbers, hotwords, tails; mostly relations between sessions."""

from collections.abc import Callable, Mapping, Sequence

from asrgate.audio.clips import Clip
from asrgate.audio.source import (
    Mistake,
    Mistaken,
    NoiseColour,
    SyntheticNoise,
    SyntheticSilence,
    audio_of,
)
from asrgate.judge.biasing import FormRuns, Unrelated
from asrgate.judge.hotwords import HotwordRuns
from asrgate.judge.integrity import PassPair, Spoken
from asrgate.judge.itn import NumberRuns
from asrgate.judge.modes import TailPair
from asrgate.judge.sample_rate import RatePair
from asrgate.judge.timestamps import TimedClip
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given, MissingClip
from asrgate.suite.hotword_trial import made_up_words
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import encode
from asrgate.wire.scenario import Close, Listen

MOST_OF_A_KIND = 12
"""So many clips with numbers, and so many with rare terms, are enough to judge by."""

BRISK = 4.0
"""Four times as fast as speech: two sessions that start together are still under way together."""


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
    """Up to twelve clips with spoken numbers: with itn true, false, and not mentioned."""
    return [
        NumberRuns(
            text=clip.text,
            on=given.drive(given.utterance(clip, itn=True)),
            off=given.drive(given.utterance(clip, itn=False)),
            omitted=given.drive(given.utterance(clip, omit=["itn"])),
            written=clip.written,
        )
        for clip in given.tagged("itn", at_most=MOST_OF_A_KIND)
    ]


@exchange
def plain_spoken(given: Given) -> Exchange:
    """The plain sentence, in which nobody says a number, with itn false."""
    return given.drive(given.utterance(given.sentence(), itn=False))


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
    """Up to twelve clips with rare terms: without hotwords, with them, and without while another has them."""
    runs = []
    for clip in with_terms(given):
        biased, beside = given.at_once(
            given.utterance(clip, **given.hotwords(clip.hotwords), pace=BRISK, name="hotwords"),
            given.utterance(clip, wav_name=f"beside-{clip.id}", pace=BRISK, name="beside-hotwords"),
        )
        without = given.drive(given.utterance(clip, name="no-hotwords"))
        runs.append(HotwordRuns(term=clip.hotwords[0], without=without, biased=biased, beside=beside))
    return runs


@exchange
def unrelated(given: Given) -> Sequence[Unrelated]:
    """Up to five plain clips without hotwords, and with all the rare terms, none of which is spoken there."""
    terms = list(dict.fromkeys(term for clip in with_terms(given) for term in clip.hotwords))
    clips = [clip for clip in given.tagged("plain") if not any(term in clip.text for term in terms)]
    return [
        Unrelated(
            text=clip.text,
            without=given.drive(given.utterance(clip)),
            biased=given.drive(given.utterance(clip, **given.hotwords(terms))),
        )
        for clip in clips[:5]
    ]


@exchange
def plain_words(given: Given) -> Exchange:
    """The plain sentence with hotwords as words between blanks."""
    words = " ".join(given.tagged("hotword")[0].hotwords) + " 人工智能"
    return given.drive(given.utterance(given.sentence(), also={"hotwords": words}))


@exchange
def weights_as_text(given: Given) -> Sequence[FormRuns]:
    """Four clips with rare terms, whose weight is a string."""

    def as_text(clip: Clip) -> Exchange:
        weights = encode(dict.fromkeys(clip.hotwords, "20"))
        return given.drive(given.utterance(clip, also={"hotwords": weights}, name="weights-as-text"))

    return _in_another_form(given, as_text)


@exchange
def late_hotwords(given: Given) -> Sequence[FormRuns]:
    """Four clips with rare terms, which come in the second configuration frame."""

    def late(clip: Clip) -> Exchange:
        turn = given.turn(audio_of(clip), **given.hotwords(clip.hotwords))
        first = given.opening(wav_name=f"first-{clip.id}")
        return given.drive(given.session(first, *turn, Close(), name="late-hotwords"))

    return _in_another_form(given, late)


def with_terms(given: Given) -> Sequence[Clip]:
    """Clips with rare terms, enough to judge by."""
    return given.tagged("hotword", at_least=5, at_most=MOST_OF_A_KIND)


def _in_another_form(given: Given, other: Callable[[Clip], Exchange]) -> Sequence[FormRuns]:
    """Up to four clips with terms that a recogniser may miss, in three ways."""
    runs = list(zip(with_terms(given), rare_terms(given), strict=True))
    chosen = [(clip, run) for clip, run in runs if "confusable" in clip.tags] or runs
    return [
        FormRuns(term=run.term, without=run.without, biased=run.biased, other=other(clip))
        for clip, run in chosen[:4]
    ]


@exchange
def thousand_hotwords(given: Given) -> tuple[Exchange, Exchange]:
    """The plain sentence with 1000 hotwords, and beside it once more without."""
    words = made_up_words(1000)
    large, beside = given.at_once(
        given.utterance(given.sentence(), **given.hotwords(words), wav_name="thousand-hotwords"),
        given.utterance(given.sentence(), wav_name="beside-thousand-hotwords"),
    )
    return large, beside


@exchange
def scored_passes(given: Given) -> Sequence[PassPair]:
    """Up to five plain clips in mode online and in the main mode."""
    return [
        PassPair(
            text=clip.text,
            first=given.drive(given.utterance(clip, mode="online")),
            second=given.drive(given.utterance(clip)),
        )
        for clip in given.tagged("plain", at_most=5)
    ]


@exchange
def spoken(given: Given) -> Sequence[Spoken]:
    """Clips in which one person speaks: up to five plain ones, up to twelve each with terms and numbers."""
    terms, numbers = (given.clips.tagged(tag)[:MOST_OF_A_KIND] for tag in ("hotword", "itn"))
    ordinary = [*given.tagged("plain", at_most=5), *terms]
    sessions = {clip: given.utterance(clip) for clip in ordinary}
    sessions |= {clip: given.utterance(clip, itn=False) for clip in numbers}
    return [Spoken(accepted=(c.text, *c.written), exchange=given.drive(s)) for c, s in sessions.items()]


@exchange
def sentences_in_turn(given: Given) -> Sequence[Spoken]:
    """Sessions of several sentences: with pauses between them, and on one connection."""
    found = [
        Spoken(accepted=(clip.text,), exchange=given.drive(given.utterance(clip)))
        for clip in given.clips.tagged("pauses")
    ]
    first = given.sentence()
    second = next((clip for clip in given.tagged("plain") if clip.text != first.text), first)
    turns = (step for clip in (first, second) for step in given.turn(audio_of(clip)))
    both = given.drive(given.session(*turns, Close(), name="one-then-another"))
    return [*found, Spoken(accepted=(first.text + second.text,), exchange=both)]


@exchange
def english(given: Given) -> Sequence[Spoken]:
    """Up to three English sentences, and up to two Chinese ones with English words."""
    clips = [*given.tagged("english", at_most=3), *given.clips.tagged("mixed")[:2]]
    return [Spoken(accepted=(clip.text,), exchange=given.drive(given.utterance(clip))) for clip in clips]


@exchange
def long_silence(given: Given) -> Exchange:
    """Half a minute of digital silence."""
    return given.drive(given.utterance(SyntheticSilence(duration_ms=30000)))


@exchange
def noises(given: Given) -> Sequence[Exchange]:
    """White and pink noise, where no server dies of it."""
    if not given.dialect.bears_noise:
        return []
    colours: tuple[NoiseColour, ...] = ("white", "pink")
    sounds = {c: SyntheticNoise(duration_ms=4000, colour=c, seed=given.seed) for c in colours}
    return [given.drive(given.utterance(sound, name=f"{c}-noise")) for c, sound in sounds.items()]
