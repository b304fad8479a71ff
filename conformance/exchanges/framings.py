"""The same audio in other frames."""

from collections.abc import Sequence

from asrgate.audio.framing import ByBytes, ByChunk, EmptyFrames, OddCuts, RandomSizes, Stalled, Whole
from asrgate.audio.source import SyntheticSilence
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange


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
def intervals(given: Given) -> Sequence[Exchange]:
    """The plain sentence in the same frames with three values of chunk_interval, the usual one first."""
    return [
        given.drive(given.utterance(given.sentence(), chunk_interval=interval)) for interval in (10, 5, 20)
    ]


@exchange
def interleaved(given: Given) -> Exchange:
    """The plain sentence with an empty message after every third."""
    return given.drive(given.utterance(given.sentence(), framing=EmptyFrames(every=3)))


@exchange
def stalled(given: Given) -> Exchange:
    """The plain sentence, of which the second half comes 10 s later."""
    sentence = given.sentence()
    middle_ms = ((sentence.speech_start_ms or 0) + (sentence.speech_end_ms or sentence.duration_ms)) // 2
    return given.drive(given.utterance(sentence, framing=Stalled(after_ms=middle_ms, stall_ms=10_000)))


@exchange
def odd_frames(given: Given) -> Sequence[Exchange]:
    """A short sentence cut in the middle of samples and at random, and silence byte by byte."""
    short = given.shortest("plain")
    silence = SyntheticSilence(duration_ms=300)
    return given.each(
        [
            given.utterance(short, framing=OddCuts(given.seed), name="odd-cuts"),
            given.utterance(short, framing=RandomSizes(given.seed), name="random-cuts"),
            given.utterance(silence, framing=ByBytes(1), name="one-byte-frames"),
        ]
    )
