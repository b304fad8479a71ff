"""Sessions that a client should not have."""

from collections.abc import Sequence

from asrgate.audio.framing import ByChunk
from asrgate.audio.source import audio_of
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Close, Listen, SendBytes, SendText, StreamAudio
from exchanges.framings import odd_frames


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
