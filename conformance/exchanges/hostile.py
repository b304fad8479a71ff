"""Sessions that a client should not have, of which no known server dies."""

from collections.abc import Sequence

from asrgate.audio.framing import ByChunk
from asrgate.audio.source import audio_of
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import encode, opening
from asrgate.wire.scenario import Close, Drop, Listen, SendBytes, SendText, Step, StreamAudio
from exchanges.framings import odd_frames

LONG_NAME_CHARACTERS = 2**16


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
def wrong_chunk_sizes(given: Given) -> Sequence[Exchange]:
    """A chunk_size of none, of two and with a zero in the middle, each followed by a whole utterance."""
    audio = audio_of(given.shortest("plain"))
    return given.each(
        given.session(
            SendText(text=encode(opening() | {"chunk_size": size}), role="config"),
            *given.turn(audio, wav_name=f"after-wrong-size-{number}"),
            Close(),
            name=f"wrong-chunk-size-{number}",
        )
        for number, size in enumerate(([], [5, 10], [5, 0, 5]), 1)
    )


@exchange
def long_name(given: Given) -> Exchange:
    """A wav_name of 65,536 characters."""
    return given.drive(given.utterance(given.shortest("plain"), wav_name="x" * LONG_NAME_CHARACTERS))


@exchange
def resets(given: Given) -> Sequence[Exchange]:
    """Connections that the client resets before any audio: just opened, and configured."""
    stages: dict[str, tuple[Step, ...]] = {"open": (), "configured": given.opening(wav_name="reset")}
    return [
        given.drive(given.session(steps, Drop(), name=f"reset-{stage}")) for stage, steps in stages.items()
    ]


@exchange
def after_hostile(given: Given) -> Exchange:
    """The plain sentence, once all of them are over."""
    named = (wrong_chunk_sizes, long_name) if given.dialect.names_sessions else ()
    # Where the endpoint dies of one, those that were to follow are not there to wait for.
    hostile = given.whichever(invalid_utf8, audio_first, odd_frames, resets, *named)
    sentence = given.utterance(given.sentence(), wav_name="after-hostile")
    return given.drive(sentence, after=hostile)
