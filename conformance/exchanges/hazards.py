"""What is known to take servers down: driven only with --destructive, each input watched."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from asrgate.audio.framing import ByChunk
from asrgate.audio.source import (
    AudioSource,
    SyntheticNoise,
    SyntheticShape,
    SyntheticTone,
    audio_of,
)
from asrgate.judge.aftermath import Aftermath
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.suite.hazards import HostileInput, aftermaths
from asrgate.suite.jobs import Order
from asrgate.wire.messages import encode, opening
from asrgate.wire.scenario import (
    AwaitReply,
    AwaitTerminator,
    Close,
    Drop,
    Listen,
    SendBytes,
    SendText,
    Step,
    StreamAudio,
)
from exchanges.speech import plain

ANSWER_S = 5.0
"""So long a hostile session waits for an answer; whether it gets one decides nothing but how it is told."""

LEAVING = Close(timeout_s=3.0)
"""A hostile session does not wait long for its close to be answered either."""

LARGE_BYTES = {"funasr-python": 2**20 + 2, "funasr-realtime": 10 * 2**20 + 2}
"""A message above the limit of the dialect, which is 32,000,000 bytes on the C++ servers."""


@exchange
def broken_json(given: Given) -> Sequence[Aftermath]:
    """Text frames that are no JSON (and no commands), each followed by a whole utterance."""
    texts = {
        "a JSON object that breaks off": '{"mode":',
        "an empty text frame": "",
        "the text PING": "PING",
        "JSON with NaN": '{"a":NaN}',
        "JSON with something behind it": "{} trailing",
        "JSON with half a surrogate pair": '{"wav_name":"\\ud800"}',
        "100,000 opening brackets": "[" * 100_000,
    }
    if given.dialect.names_sessions:
        texts["the text START"] = "START"
    return watched(given, (_text(given, what, text) for what, text in texts.items()))


@exchange
def other_json(given: Given) -> Sequence[Aftermath]:
    """JSON that is no object."""
    texts = {
        "an array": "[1,2]",
        "an empty array": "[]",
        "a string": '"hello"',
        "a number": "42",
        "a boolean": "true",
    }
    inputs = (_text(given, f"{what} in place of a JSON object", text) for what, text in texts.items())
    return watched(given, inputs)


@exchange
def nested(given: Given) -> Sequence[Aftermath]:
    """A field that nobody knows, with 200,000 arrays in one another."""
    deep = "[" * 200_000 + "]" * 200_000
    text = f'{encode(opening(wav_name="nested"))[:-1]},"deep":{deep}}}'
    return watched(given, [_text(given, "200,000 nested arrays in an unknown field", text)])


@exchange
def large_message(given: Given) -> Sequence[Aftermath]:
    """A binary message above the limit of the dialect."""
    size = LARGE_BYTES.get(given.dialect.name, 33_000_000)
    opens, large = given.opening(wav_name="large"), SendBytes(payload_hex="00", times=size)
    session = given.session(opens, large, Listen(seconds=3), LEAVING)
    what = f"a message of {size} bytes"
    return watched(given, [HostileInput(what=what, sessions=(session,), culprit=len(opens) + 1)])


@exchange
def end_before_config(given: Given) -> Sequence[Aftermath]:
    """The end of an utterance that was never begun."""
    end, _ = given.ending()
    session = given.session(end, AwaitReply(timeout_s=ANSWER_S), LEAVING)
    return watched(given, [HostileInput(what="an end before any configuration", sessions=(session,))])


@exchange
def unvoiced(given: Given) -> Sequence[Aftermath]:
    """Sound in which there is nothing to recognise."""
    sounds: dict[str, AudioSource] = {
        "white noise": SyntheticNoise(duration_ms=2000, level_dbfs=-20, seed=given.seed),
        "a tone": SyntheticTone(duration_ms=2000),
        "clicks": SyntheticShape("clicks", duration_ms=2000),
        "bursts of 50 ms": SyntheticShape("bursts", duration_ms=2000),
        "a constant offset": SyntheticShape("offset", duration_ms=2000),
        "a square wave at full scale": SyntheticShape("square", duration_ms=2000),
    }
    return watched(given, (_sound(given, what, audio) for what, audio in sounds.items()))


@exchange
def churn(given: Given) -> Sequence[Aftermath]:
    """A hundred connections that are configured and closed or reset, beside a live utterance."""
    live = given.utterance(given.sentence(), pace=1.0, wav_name="beside-churn", name="beside-churn")
    cycles = (
        given.session(
            given.opening(wav_name=f"cycle-{n}"),
            # Each is gone at another instant, which makes them distinct also where sessions have no name.
            Listen(seconds=n / 1000),
            Drop() if n % 2 else LEAVING,
            name=f"churn-{n}",
        )
        for n in range(1, 101)
    )
    what = "100 quick connections beside a live utterance"
    return watched(given, [HostileInput(what=what, sessions=(live, *cycles), order=Order.AT_ONCE)])


@exchange
def broken_uploads(given: Given) -> Sequence[Aftermath]:
    """Twenty clients in turn that are gone in the midst of an upload."""
    stream = StreamAudio(audio=audio_of(given.sentence()), framing=ByChunk())
    uploads = (
        given.session(
            given.opening(wav_name=f"upload-{n}"),
            stream,
            Listen(seconds=n / 1000),
            Drop(),
            name=f"upload-{n}",
        )
        for n in range(1, 21)
    )
    what = "20 clients that are gone in the midst of an upload"
    return watched(given, [HostileInput(what=what, sessions=tuple(uploads))])


@exchange
def back_to_back(given: Given) -> Sequence[Aftermath]:
    """Two utterances on one connection, the second without waiting for the reply to the first."""
    first, second = (audio_of(clip) for clip in (given.sentence(), given.other_sentence()))
    *begun, _ = given.turn(first, wav_name="first-of-two")
    session = given.session(*begun, *given.turn(second, wav_name="second-of-two"), LEAVING)
    what = "a second utterance before the reply to the first"
    return watched(given, [HostileInput(what=what, sessions=(session,), culprit=len(begun) + 1)])


@exchange
def vanished(given: Given) -> Sequence[Aftermath]:
    """Clients that are gone without a close: silent in an utterance while others go on, or after its end."""
    audio = audio_of(given.sentence())
    stream = StreamAudio(audio=audio, framing=ByChunk())
    begun: tuple[Step, ...] = (*given.opening(wav_name="vanished"), stream)
    end, _ = given.ending(after=audio)
    silent = given.session(begun, Listen(seconds=6), Drop(), name="vanished")
    beside = given.utterance(given.sentence(), wav_name="beside-vanished", name="beside-vanished")
    ended = given.session(begun, end, Drop(), name="vanished-at-the-end")
    whiles = "a client that falls silent and is gone without a close"
    return watched(
        given,
        [
            HostileInput(what=whiles, sessions=(silent, beside), order=Order.AT_ONCE),
            HostileInput(
                what="a client that is gone before its reply", sessions=(ended,), culprit=len(begun) + 1
            ),
        ],
    )


@exchange
def odd_hotwords(given: Given) -> Sequence[Aftermath]:
    """Hotwords that are empty, in no vocabulary, Latin, long, or oddly weighted."""
    maps = {
        "an empty hotword": {"": 20},
        "a blank hotword": {" ": 20},
        "hotwords that no vocabulary has": {"龘靐齉爩": 20, "\U0002a6a5": 20},
        "Latin hotwords": {"hello world": 40, "ASR": 20},
        "a hotword of 60 characters": {"语音识别服务" * 10: 20},
        "a weight of zero": {"阿里巴巴": 0},
        "a negative weight": {"阿里巴巴": -20},
        "a weight of 1000000000": {"阿里巴巴": 10**9},
    }
    audio = audio_of(given.shortest("plain"))
    turns = {what: given.turn(audio, hotwords=words) for what, words in maps.items()}
    return watched(
        given,
        [HostileInput(what=what, sessions=(given.session(turn, Close()),)) for what, turn in turns.items()],
    )


def watched(given: Given, inputs: Iterable[HostileInput]) -> Sequence[Aftermath]:
    """What came after each of these inputs."""
    # The plain sentence is no hazard: it is heard before anything hostile is sent.
    return aftermaths(given, inputs, plain(replace(given, hazard=0)))


def _text(given: Given, what: str, text: str) -> HostileInput:
    """A text frame that is no opening, and a whole utterance after it."""
    *turn, _ = given.turn(audio_of(given.shortest("plain")), wav_name="after-text")
    session = given.session(SendText(text=text), *turn, AwaitTerminator(timeout_s=ANSWER_S), LEAVING)
    return HostileInput(what=what, sessions=(session,))


def _sound(given: Given, what: str, audio: AudioSource) -> HostileInput:
    turn = given.turn(audio)
    return HostileInput(what=what, sessions=(given.session(turn, LEAVING),), culprit=len(turn) - 2)
