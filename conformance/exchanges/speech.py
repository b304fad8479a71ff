"""People who speak: whole sessions with a configuration, audio, an end and an answer."""

import random
from collections.abc import Sequence

from asrgate.audio.framing import ByChunk
from asrgate.audio.source import Cut, Noise, Silence, audio_of
from asrgate.judge.isolation import Concurrent
from asrgate.judge.passes import PassPair
from asrgate.judge.tails import TailRun
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Close, Ping, Scenario, StreamAudio
from exchanges.texts import written


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


@exchange
def pauses(given: Given) -> Exchange:
    """Several sentences with pauses between them; a second of listening, for what comes after a false end."""
    return given.drive(given.utterance(given.tagged("pauses")[0], listen_s=1))


@exchange
def pass_pairs(given: Given) -> Sequence[PassPair]:
    """The plain sentence and the one with pauses, in mode 2pass and in mode offline."""
    paused = given.drive(given.utterance(given.tagged("pauses")[0], mode="offline", name="pauses-offline"))
    return [
        PassPair(both=plain(given), offline=plain_offline(given)),
        PassPair(both=pauses(given), offline=paused),
    ]


@exchange
def both_passes(given: Given) -> Sequence[Exchange]:
    """Sessions with partials and sentence results."""
    return given.whichever(plain, plain_paced, padded, pauses, twice)


@exchange
def twice(given: Given) -> Exchange:
    """Two utterances on one connection, the second after the first was answered."""
    first, second = (audio_of(clip) for clip in (given.sentence(), given.other_sentence()))
    return given.drive(given.session(*given.turn(first), *given.turn(second), Close()))


@exchange
def ended_twice(given: Given) -> Exchange:
    """The plain sentence with two end frames in a row, then another sentence on the same connection."""
    first, second = (audio_of(clip) for clip in (given.sentence(), given.other_sentence()))
    return given.drive(given.session(*given.turn(first), *given.ending(), *given.turn(second), Close()))


@exchange
def left_open(given: Given) -> Exchange:
    """The plain sentence, and 30 s of listening after its end."""
    return given.drive(given.utterance(given.sentence(), wav_name="left-open", listen_s=30))


@exchange
def cut_tails(given: Given) -> Sequence[TailRun]:
    """Up to four plain clips cut 60 ms after the last word, as they are and with a second of silence."""
    runs = []
    for clip in given.tagged("plain", at_most=4):
        until_ms = (clip.speech_end_ms or clip.duration_ms) + 60
        bare, padded = audio_of(clip, Cut(until_ms)), audio_of(clip, Cut(until_ms), Silence(after_ms=1000))
        runs.append(
            TailRun(
                text=clip.text,
                bare=given.drive(given.utterance(bare, name="bare-tail")),
                padded=given.drive(given.utterance(padded, name="padded-tail")),
            )
        )
    return runs


@exchange
def fresh(given: Given) -> Exchange:
    """The second of those utterances on a connection of its own."""
    return given.drive(given.utterance(given.other_sentence()))


@exchange
def crowd(given: Given) -> Sequence[Concurrent]:
    """Four speakers at once, in real time, each with a name and words of its own."""
    speakers, pinged = crowd_and_pings(given)
    return [*speakers, Concurrent(text=2 * given.shortest("plain").text, exchange=pinged)]


@exchange
def crowd_and_pings(given: Given) -> tuple[Sequence[Concurrent], Exchange]:
    """Those three, and beside them one who speaks in real time as well and pings all the while."""
    clips = given.differing("plain", 3)
    speakers = [given.utterance(clip, pace=1.0, name="crowd") for clip in clips]
    # The last one, for it is the one that waits where fewer than four may be connected.
    *sessions, pinged = given.at_once(*speakers, _pinging(given))
    crowd = [Concurrent(text=clip.text, exchange=ex) for clip, ex in zip(clips, sessions, strict=True)]
    return crowd, pinged


def _pinging(given: Given) -> Scenario:
    source = random.Random(given.seed)
    one, two, three = (Ping(payload_hex=source.randbytes(8).hex()) for _ in range(3))
    audio = audio_of(given.shortest("plain"))
    speaking = StreamAudio(audio=audio, framing=ByChunk(), pace=1.0)
    end, wait = given.ending(after=audio)
    opens = given.opening(wav_name="pinging")
    return given.session(opens, speaking, one, speaking, two, end, three, wait, Close(), name="pinging")


@exchange
def paced(given: Given) -> Sequence[Exchange]:
    """Up to six plain clips in real time, enough for a median."""
    return [given.drive(given.utterance(clip, pace=1.0)) for clip in given.tagged("plain", at_most=6)]


@exchange
def falls_silent(given: Given) -> Exchange:
    """The shortest plain sentence in real time, and then 4 s of silence before its end."""
    return given.drive(given.utterance(given.shortest("plain"), pace=1.0, silence_after_ms=4000))


@exchange
def paced_presets(given: Given) -> tuple[Sequence[Exchange], Sequence[Exchange]]:
    """Two sentences in real time, with the quickest and with the most accurate preset of the guide."""
    clips = sorted(given.tagged("plain"), key=lambda clip: clip.duration_ms)
    # Shorter ones may have no partial with chunks of 900 ms.
    long_enough = [clip for clip in clips if clip.duration_ms >= 3000][:2] or clips[-1:]

    def spoken(preset: tuple[int, int, int]) -> Sequence[Exchange]:
        framing, name = ByChunk(preset), f"paced-preset-{'-'.join(map(str, preset))}"
        sessions = (
            given.utterance(clip, pace=1.0, chunk_size=preset, framing=framing, name=name)
            for clip in long_enough
        )
        return [given.drive(session) for session in sessions]

    return spoken((3, 6, 3)), spoken((8, 15, 8))


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
