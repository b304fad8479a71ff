"""Cut PCM into the frames a client sends, each with the instant at which a microphone could have sent it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
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
    """

    offset_bytes: int
    payload: bytes
    due_ms: float


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


Framing = Annotated[ByChunk | ByBytes | RandomSizes | OddCuts | Whole, Field(discriminator="kind")]

_ODD_CUT_BYTES = (640, 3200)


def frames(pcm: bytes, framing: Framing, sample_rate_hz: int) -> Iterator[AudioFrame]:
    """Yield the frames of `pcm` (mono, 16 bit) in order; their payloads joined are `pcm` again.

    The same arguments give the same frames. Empty audio gives no frame.
    """
    start = 0
    for size in _sizes(framing, sample_rate_hz, len(pcm)):
        if start >= len(pcm):
            return
        end = min(start + size, len(pcm))
        samples = -(-end // SAMPLE_BYTES)
        yield AudioFrame(start, pcm[start:end], samples * 1000 / sample_rate_hz)
        start = end


def _sizes(framing: Framing, sample_rate_hz: int, total_bytes: int) -> Iterator[int]:
    """Yield the sizes of the frames in bytes without end; what is beyond the audio is not used."""
    match framing:
        case ByChunk():
            yield from _forever(framing.stride_bytes(sample_rate_hz))
        case ByBytes():
            yield from _forever(framing.size_bytes)
        case Whole():
            yield max(1, total_bytes)
        case RandomSizes():
            draw = random.Random(framing.seed)
            while True:
                yield draw.randint(framing.lowest_bytes, framing.highest_bytes)
        case OddCuts():
            # The first frame is odd and all others even, so that every cut falls on an odd byte.
            draw = random.Random(framing.seed)
            yield draw.randrange(*_ODD_CUT_BYTES, 2) + 1
            while True:
                yield draw.randrange(*_ODD_CUT_BYTES, 2)


def _forever(size: int) -> Iterator[int]:
    while True:
        yield size
