"""Cut PCM into the frames a client sends, each with the instant at which a microphone could have sent it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """One binary message.

    Attributes:
        offset_bytes: Place of the first byte in the whole audio.
        payload: The bytes of the message.
        due_ms: When it may leave, in ms after the first sample began to be spoken: the instant at which the
            last sample that the frame touches has been spoken. A microphone cannot send it earlier.
        pause_ms: For how long the client holds it, and all after it, back beyond that.
    """

    offset_bytes: int
    payload: bytes
    due_ms: float
    pause_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class ByChunk:
    """Frames as FunASR's own clients cut them: 60 ms x chunk_size[1] / chunk_interval (docs/protocol.md)."""

    chunk_size: tuple[int, int, int] = (5, 10, 5)
    chunk_interval: int = 10
    kind: Literal["by-chunk"] = "by-chunk"

    def __post_init__(self) -> None:
        if self.chunk_size[1] < 1 or self.chunk_interval < 1:
            raise ValueError("chunk_size[1] and chunk_interval: expected at least 1")

    @property
    def stride_ms(self) -> float:
        """Length of one frame in ms."""
        return 60 * self.chunk_size[1] / self.chunk_interval

    def stride_bytes(self, sample_rate_hz: int) -> int:
        """Length of one frame in bytes, cut down to whole samples."""
        samples = 60 * self.chunk_size[1] * sample_rate_hz // (1000 * self.chunk_interval)
        return max(1, samples) * SAMPLE_BYTES


@dataclass(frozen=True, slots=True)
class ByBytes:
    """Frames of `size_bytes`; the last one is what is left."""

    size_bytes: int
    kind: Literal["by-bytes"] = "by-bytes"

    def __post_init__(self) -> None:
        if self.size_bytes < 1:
            raise ValueError(f"size_bytes: expected at least 1, got {self.size_bytes}")


@dataclass(frozen=True, slots=True)
class RandomSizes:
    """Frames of `lowest_bytes` to `highest_bytes`, evenly drawn; they may cut a sample in two."""

    seed: int
    lowest_bytes: int = 1
    highest_bytes: int = 8000
    kind: Literal["random-sizes"] = "random-sizes"

    def __post_init__(self) -> None:
        if not 1 <= self.lowest_bytes <= self.highest_bytes:
            raise ValueError(
                f"expected 1 <= lowest <= highest, got {self.lowest_bytes} and {self.highest_bytes}"
            )


@dataclass(frozen=True, slots=True)
class OddCuts:
    """Frames of 20 to 100 ms at 16 kHz of which every cut goes through the middle of a sample."""

    seed: int
    kind: Literal["odd-cuts"] = "odd-cuts"


@dataclass(frozen=True, slots=True)
class Whole:
    """All audio in one frame."""

    kind: Literal["whole"] = "whole"


Cuts = Annotated[ByChunk | ByBytes | RandomSizes | OddCuts | Whole, Field(discriminator="kind")]
"""Where the audio is cut."""


@dataclass(frozen=True, slots=True)
class Stalled:
    """Frames as `cuts` says; the first that begins at or after `after_ms` of the audio waits `stall_ms`."""

    after_ms: int
    stall_ms: int
    cuts: Cuts = ByChunk()
    kind: Literal["stalled"] = "stalled"

    def __post_init__(self) -> None:
        if self.after_ms < 0 or self.stall_ms < 0:
            raise ValueError("after_ms and stall_ms: expected at least 0")


@dataclass(frozen=True, slots=True)
class Bursts:
    """Frames as `cuts` says, `frames` of them at a time, with `pause_ms` between one burst and the next."""

    frames: int
    pause_ms: int
    cuts: Cuts = ByChunk()
    kind: Literal["bursts"] = "bursts"

    def __post_init__(self) -> None:
        if self.frames < 1 or self.pause_ms < 0:
            raise ValueError("expected at least 1 frame in a burst, and a pause of at least 0 ms")


@dataclass(frozen=True, slots=True)
class EmptyFrames:
    """Frames as `cuts` says, and a message of no bytes after every `every` of them."""

    every: int
    cuts: Cuts = ByChunk()
    kind: Literal["empty-frames"] = "empty-frames"

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"every: expected at least 1, got {self.every}")


Framing = Annotated[
    ByChunk | ByBytes | RandomSizes | OddCuts | Whole | Stalled | Bursts | EmptyFrames,
    Field(discriminator="kind"),
]

_ODD_CUT_BYTES = (640, 3200)


def frames(pcm: bytes, framing: Framing, sample_rate_hz: int) -> Iterator[AudioFrame]:
    """Yield the frames of `pcm` (mono, 16 bit) in order; their payloads joined are `pcm` again.

    The same arguments give the same frames. Empty audio gives no frame.
    """
    match framing:
        case Stalled():
            yield from _stalled(framing, pcm, sample_rate_hz)
        case Bursts():
            for number, frame in enumerate(_cut(pcm, framing.cuts, sample_rate_hz)):
                between = number > 0 and number % framing.frames == 0
                yield replace(frame, pause_ms=framing.pause_ms) if between else frame
        case EmptyFrames():
            for number, frame in enumerate(_cut(pcm, framing.cuts, sample_rate_hz), 1):
                yield frame
                if number % framing.every == 0:
                    yield AudioFrame(frame.offset_bytes + len(frame.payload), b"", frame.due_ms)
        case _:
            yield from _cut(pcm, framing, sample_rate_hz)


def paused_ms(framing: Framing, duration_ms: float, sample_rate_hz: int) -> float:
    """For how long a client that sends `duration_ms` of audio so holds frames back, all in all."""
    if not isinstance(framing, Stalled | Bursts):
        return 0.0
    pcm = bytes(round(duration_ms * sample_rate_hz / 1000) * SAMPLE_BYTES)
    return sum(frame.pause_ms for frame in frames(pcm, framing, sample_rate_hz))


def _stalled(framing: Stalled, pcm: bytes, sample_rate_hz: int) -> Iterator[AudioFrame]:
    from_bytes = framing.after_ms * sample_rate_hz // 1000 * SAMPLE_BYTES
    stalled = False
    for frame in _cut(pcm, framing.cuts, sample_rate_hz):
        if not stalled and frame.offset_bytes >= from_bytes:
            stalled, frame = True, replace(frame, pause_ms=framing.stall_ms)
        yield frame


def _cut(pcm: bytes, cuts: Cuts, sample_rate_hz: int) -> Iterator[AudioFrame]:
    start = 0
    for size in _sizes(cuts, sample_rate_hz, len(pcm)):
        if start >= len(pcm):
            return
        end = min(start + size, len(pcm))
        samples = -(-end // SAMPLE_BYTES)
        yield AudioFrame(start, pcm[start:end], samples * 1000 / sample_rate_hz)
        start = end


def _sizes(cuts: Cuts, sample_rate_hz: int, total_bytes: int) -> Iterator[int]:
    """Yield the sizes of the frames in bytes without end; what is beyond the audio is not used."""
    match cuts:
        case ByChunk():
            yield from _forever(cuts.stride_bytes(sample_rate_hz))
        case ByBytes():
            yield from _forever(cuts.size_bytes)
        case Whole():
            yield max(1, total_bytes)
        case RandomSizes():
            draw = random.Random(cuts.seed)
            while True:
                yield draw.randint(cuts.lowest_bytes, cuts.highest_bytes)
        case OddCuts():
            # The first frame is odd and all others even, so that every cut falls on an odd byte.
            draw = random.Random(cuts.seed)
            yield draw.randrange(*_ODD_CUT_BYTES, 2) + 1
            while True:
                yield draw.randrange(*_ODD_CUT_BYTES, 2)


def _forever(size: int) -> Iterator[int]:
    while True:
        yield size
