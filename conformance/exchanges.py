"""What is driven, each exchange under its name: a check that has an argument of that name gets it.

Every distinct scenario is driven once per run, however many names and checks ask for it. Clips are chosen by
tag, never by name, so that `--fixtures DIR` can replace them.
"""

import random
from collections.abc import Mapping, Sequence

from asrgate.audio.framing import ByBytes, ByChunk, OddCuts, RandomSizes, Whole
from asrgate.audio.source import Noise, Silence, SyntheticSilence, audio_of
from asrgate.judge.hotwords import HotwordRuns
from asrgate.judge.isolation import Concurrent
from asrgate.judge.itn import NumberRuns
from asrgate.judge.modes import TailPair
from asrgate.judge.sample_rate import RatePair
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import (
    AwaitTerminator,
    Close,
    Connect,
    Listen,
    Ping,
    SendBytes,
    SendText,
    StreamAudio,
)

# The plain sentence


@exchange
def plain(given: Given) -> Exchange:
    """A plain sentence in the main mode, sent as fast as it goes; 3 s of listening after its end."""
    return given.drive(given.utterance(given.sentence(), listen_s=3))


@exchange
def repeats(given: Given) -> Sequence[Exchange]:
    """The plain sentence three times in the same way: does the endpoint repeat itself?"""
    return [plain(given)] + [
        given.drive(given.utterance(given.sentence(), wav_name=f"again-{number}")) for number in (1, 2)
    ]


@exchange
def plain_offline(given: Given) -> Exchange:
    """The plain sentence in mode offline."""
    return given.drive(given.utterance(given.sentence(), mode="offline"))


@exchange
def plain_online(given: Given) -> Exchange:
    """The plain sentence in mode online."""
    return given.drive(given.utterance(given.sentence(), mode="online"))


@exchange
def plain_paced(given: Given) -> Exchange:
    """The plain sentence in real time, as from a microphone."""
    return given.drive(given.utterance(given.sentence(), pace=1.0))


@exchange
def padded(given: Given) -> Exchange:
    """The plain sentence after 2 s of silence."""
    return given.drive(given.utterance(given.sentence(), silence_before_ms=2000))


@exchange
def tails(given: Given) -> Sequence[Exchange]:
    """The plain sentence, followed by 2 s of silence, and by 2 s of soft noise where no server dies of it."""
    sentence = given.sentence()
    tails = [given.utterance(sentence, silence_after_ms=2000, name="silence-tail")]
    if given.dialect.bears_noise:
        noisy = audio_of(sentence, Silence(after_ms=2000), Noise(snr_db=30, seed=given.seed))
        tails.append(given.utterance(noisy, name="noise-tail"))
    return [given.drive(tail) for tail in tails]


# Other sessions of people who speak


@exchange
def pauses(given: Given) -> Exchange:
    """Several sentences with pauses between them."""
    return given.drive(given.utterance(given.tagged("pauses")[0]))


@exchange
def twice(given: Given) -> Exchange:
    """Two utterances on one connection, the second after the first was answered."""
    first, second = (audio_of(clip) for clip in (given.sentence(), given.other_sentence()))
    return given.drive(given.session(*given.turn(first), *given.turn(second), Close()))


@exchange
def fresh(given: Given) -> Exchange:
    """The second of those utterances on a connection of its own."""
    return given.drive(given.utterance(given.other_sentence()))


@exchange
def crowd(given: Given) -> Sequence[Concurrent]:
    """Three speakers at once, in real time, each with a name and a clip of its own."""
    clips = given.tagged("plain", at_least=3, at_most=3)
    sessions = given.at_once(*(given.utterance(clip, pace=1.0) for clip in clips))
    return [Concurrent(text=clip.text, exchange=ex) for clip, ex in zip(clips, sessions, strict=True)]


@exchange
def paced(given: Given) -> Sequence[Exchange]:
    """Up to six plain clips in real time, enough for a median."""
    return [given.drive(given.utterance(clip, pace=1.0)) for clip in given.tagged("plain", at_most=6)]


@exchange
def echoed_name(given: Given) -> Exchange:
    """A session whose name has Chinese characters, an accent, an emoji, spaces, quotes and a backslash."""
    name = "名字 é 😀 \"quoted\" 'single' back\\slash"
    return given.drive(given.utterance(given.sentence(), wav_name=name))


@exchange
def ordinary(given: Given) -> Sequence[Exchange]:
    """Sessions of every ordinary kind: what replies, endings and time stamps are judged on."""
    other_modes = (plain_offline, plain_online) if len(given.modes) > 1 else ()
    return given.whichever(
        plain, *other_modes, plain_paced, padded, tails, pauses, twice, echoed_name, written
    )


# Connections without speech


@exchange
def empty(given: Given) -> Exchange:
    """An end frame with no audio before it; the client then closes with 1001."""
    return given.drive(given.session(given.opening(wav_name="empty"), *given.ending(), Close(code=1001)))


@exchange
def ping(given: Given) -> Exchange:
    """A ping on an idle session."""
    payload = random.Random(given.seed).randbytes(8).hex()
    return given.drive(given.session(given.opening(wav_name="ping"), Ping(payload_hex=payload), Close()))


@exchange
def no_subprotocol(given: Given) -> Exchange:
    """A client that offers no subprotocol."""
    steps = (given.opening(wav_name="no-subprotocol"), *given.ending(), Close())
    return given.drive(given.session(*steps, connect=Connect(subprotocols=())))


@exchange
def cycles(given: Given) -> Sequence[Exchange]:
    """Twenty connections, each closed at once, one after another."""
    return given.in_turn(
        given.session(Close(reason=f"cycle {number}"), name=f"cycle-{number}") for number in range(1, 21)
    )


@exchange
def after_cycles(given: Given) -> Exchange:
    """The plain sentence, once those twenty are closed."""
    sentence = given.utterance(given.sentence(), wav_name="after-cycles")
    return given.drive(sentence, after=cycles(given))


# The opening frame


@exchange
def guide_frame(given: Given) -> Exchange:
    """The first frame as the deployment guide gives it."""
    frame = (
        '{ "chunk_size": [5, 10, 5], "wav_name": "h5", "is_speaking": true, "wav_format": "pcm", '
        '"chunk_interval": 10, "itn": true, "mode": "2pass", '
        '"hotwords": "{\\"阿里巴巴\\":20,\\"hello world\\":40}"}'
    )
    audio = audio_of(given.sentence())
    stream = StreamAudio(audio=audio, framing=ByChunk())
    steps = (SendText(text=frame, role="config"), stream, *given.ending(after=audio), Close())
    return given.drive(given.session(*steps))


@exchange
def omitted(given: Given) -> Mapping[str, Exchange]:
    """The plain sentence without one optional field of the opening frame, for each of them."""
    fields = ("itn", "hotwords", "wav_format", "chunk_interval", "wav_name", "mode", "audio_fs")
    return {
        field: given.drive(given.utterance(given.sentence(), omit=[field], name=f"without-{field}"))
        for field in fields
    }


@exchange
def no_chunk_size(given: Given) -> Exchange:
    """An opening frame without chunk_size; 10 s are given for any answer."""
    audio = audio_of(given.sentence())
    end, _ = given.ending()
    return given.drive(
        given.session(
            given.opening(wav_name="no-chunk-size", omit=["chunk_size"]),
            StreamAudio(audio=audio, framing=ByChunk()),
            end,
            AwaitTerminator(timeout_s=10),
            Close(),
        )
    )


@exchange
def guide_hotwords(given: Given) -> Exchange:
    """The plain sentence with the hotwords of the deployment guide."""
    hotwords = {"阿里巴巴": 25, "人工智能": 30, "语音识别": 28, "机器学习": 22}
    return given.drive(given.utterance(given.sentence(), hotwords=hotwords))


# The same audio in other frames


@exchange
def frame_sizes(given: Given) -> Sequence[Exchange]:
    """A short sentence in frames of 640 bytes, then in other sizes from one sample to all at once."""
    short = given.shortest("plain")
    framings = [ByBytes(size) for size in (640, 2, 320, 1600, 1920, 3200, 65536)]
    sized = [given.utterance(short, framing=f, name=f"frames-{f.size_bytes}") for f in framings]
    whole = given.utterance(short, framing=Whole(), name="frames-whole")
    return [given.drive(scenario) for scenario in (*sized, whole)]


@exchange
def presets(given: Given) -> Sequence[Exchange]:
    """The plain sentence with each latency preset of the deployment guide."""
    return [
        given.drive(
            given.utterance(
                given.sentence(),
                chunk_size=preset,
                framing=ByChunk(preset),
                name=f"preset-{'-'.join(map(str, preset))}",
            )
        )
        for preset in ((5, 10, 5), (3, 6, 3), (8, 15, 8))
    ]


@exchange
def odd_frames(given: Given) -> Sequence[Exchange]:
    """A short sentence cut in the middle of samples and at random, and silence byte by byte."""
    short = given.shortest("plain")
    silence = SyntheticSilence(duration_ms=300)
    return [
        given.drive(given.utterance(short, framing=OddCuts(given.seed), name="odd-cuts")),
        given.drive(given.utterance(short, framing=RandomSizes(given.seed), name="random-cuts")),
        given.drive(given.utterance(silence, framing=ByBytes(1), name="one-byte-frames")),
    ]


# Relations between sessions


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


# Sessions that a client should not have


@exchange
def invalid_utf8(given: Given) -> Exchange:
    """A text frame that is not UTF-8."""
    return given.drive(
        given.session(
            given.opening(wav_name="invalid-utf8"),
            SendBytes(payload_hex="c328ff", opcode="text"),
            Listen(seconds=5),
            Close(),
        )
    )


@exchange
def audio_first(given: Given) -> Exchange:
    """Audio before the opening frame, then a whole utterance."""
    audio = audio_of(given.sentence())
    early = StreamAudio(audio=audio, framing=ByChunk())
    return given.drive(given.session(early, *given.turn(audio), Close()))


@exchange
def after_hostile(given: Given) -> Exchange:
    """The plain sentence, once the three before are over."""
    hostile = (invalid_utf8(given), audio_first(given), *odd_frames(given))
    sentence = given.utterance(given.sentence(), wav_name="after-hostile")
    return given.drive(sentence, after=hostile)


@exchange
def broken_json(given: Given) -> Sequence[Exchange]:
    """An idle session, and beside it four that send text which is not JSON."""
    idle = given.session(Listen(seconds=5), Close(), name="canary")
    hostile = (
        given.session(SendText(text=text), Listen(seconds=1), Close(), name=f"broken-json-{number}")
        for number, text in enumerate(('{"mode":', "", "PING", "START"), 1)
    )
    return given.at_once(idle, *hostile)


@exchange
def after_broken_json(given: Given) -> Exchange:
    """The plain sentence, once those are over."""
    sentence = given.utterance(given.sentence(), wav_name="after-broken-json")
    return given.drive(sentence, after=broken_json(given))
