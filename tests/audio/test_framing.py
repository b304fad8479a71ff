"""PCM is cut into frames, each with the instant at which a microphone could have sent it."""

from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from asrgate.audio.framing import (
    Bursts,
    ByBytes,
    ByChunk,
    EmptyFrames,
    Framing,
    OddCuts,
    RandomSizes,
    Stalled,
    Whole,
    frames,
    paused_ms,
)

CUTS = st.one_of(
    st.builds(ByChunk, st.tuples(st.just(5), st.integers(1, 20), st.just(5)), st.integers(1, 20)),
    st.builds(ByBytes, st.integers(1, 5000)),
    st.builds(RandomSizes, st.integers(0, 9), st.integers(1, 100), st.integers(100, 5000)),
    st.builds(OddCuts, st.integers(0, 9)),
    st.just(Whole()),
)
FRAMINGS = st.one_of(
    CUTS,
    st.builds(Stalled, st.integers(0, 200), st.integers(0, 50), CUTS),
    st.builds(Bursts, st.integers(1, 5), st.integers(0, 50), CUTS),
)


@settings(deadline=None)
@given(st.integers(0, 4000), FRAMINGS, st.sampled_from([8000, 16000, 44100]))
def test_frames_joined_are_the_audio(size: int, framing: Any, sample_rate_hz: int) -> None:
    """No byte is lost, doubled or moved, and the last frame is due when the last sample has been spoken."""
    pcm = bytes(index % 251 for index in range(size))
    cut = list(frames(pcm, framing, sample_rate_hz))
    assert b"".join(frame.payload for frame in cut) == pcm
    assert all(frame.payload for frame in cut)
    ends = list(accumulate(len(frame.payload) for frame in cut))
    assert [frame.offset_bytes for frame in cut] == [0, *ends][: len(cut)]
    if cut:
        assert cut[-1].due_ms == -(-size // 2) * 1000 / sample_rate_hz


@settings(deadline=None)
@given(st.one_of(FRAMINGS, st.builds(EmptyFrames, st.integers(1, 5), CUTS)))
def test_framing_is_the_same_again_after_json(framing: Any) -> None:
    """A framing survives saving and gives the same frames again."""
    adapter: TypeAdapter[Any] = TypeAdapter(Framing)
    again = adapter.validate_json(adapter.dump_json(framing))
    assert again == framing
    pcm = bytes(3000)
    assert list(frames(pcm, again, 16000)) == list(frames(pcm, framing, 16000))


@pytest.mark.parametrize(
    ("framing", "sample_rate_hz", "size_bytes", "due_ms"),
    [
        (ByChunk(), 16000, 1920, 60),
        (ByChunk(), 8000, 960, 60),
        (ByChunk((8, 8, 4), 8), 16000, 1920, 60),
        (ByChunk((5, 10, 5), 1), 16000, 19200, 600),
        (ByChunk((5, 10, 5), 7), 16000, 2742, 85.6875),
        (ByBytes(3200), 16000, 3200, 100),
        (ByBytes(1), 16000, 1, 0.0625),
    ],
)
def test_stride_is_that_of_funasr_clients(
    framing: Any, sample_rate_hz: int, size_bytes: int, due_ms: float
) -> None:
    """A frame holds 60 ms x chunk_size[1] / chunk_interval and is due when its last sample was spoken."""
    first = next(frames(bytes(40000), framing, sample_rate_hz))
    assert (len(first.payload), first.due_ms) == (size_bytes, due_ms)


def test_odd_cuts_all_go_through_a_sample() -> None:
    """Every frame but the first begins with the second byte of a sample."""
    offsets = [frame.offset_bytes for frame in frames(bytes(100_000), OddCuts(7), 16000)]
    assert len(offsets) > 10
    assert all(offset % 2 == 1 for offset in offsets[1:])


def test_seed_decides_random_sizes() -> None:
    """The same seed cuts the same way, another seed another way, and all sizes lie within the bounds."""
    cuts = {
        seed: [len(frame.payload) for frame in frames(bytes(100_000), RandomSizes(seed, 100, 4000), 16000)]
        for seed in (1, 2)
    }
    assert cuts[1] != cuts[2]
    assert all(100 <= size <= 4000 for size in cuts[1][:-1])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ByBytes(0),
        lambda: ByChunk((5, 0, 5)),
        lambda: RandomSizes(1, 10, 5),
        lambda: Stalled(-1, 10),
        lambda: Stalled(10, -1),
        lambda: Bursts(0, 10),
        lambda: EmptyFrames(0),
    ],
)
def test_framing_that_cannot_be_sent_is_refused(wrong: Any) -> None:
    """A framing that would never end, or go back in time, cannot be made."""
    with pytest.raises(ValueError, match="expected"):
        wrong()


def test_one_frame_of_a_stalled_client_waits() -> None:
    """The stall comes before the first frame that begins at or after the instant, and only there."""
    cut = list(frames(bytes(32_000), Stalled(after_ms=500, stall_ms=10_000), 16000))
    assert [frame.pause_ms for frame in cut] == [0] * 9 + [10_000] + [0] * 7


def test_bursts_are_apart() -> None:
    """There is a pause before every burst but the first."""
    cut = list(frames(bytes(32_000), Bursts(frames=5, pause_ms=200), 16000))
    assert [number for number, frame in enumerate(cut) if frame.pause_ms] == [5, 10, 15]


def test_empty_frames_stand_between_others() -> None:
    """Messages without a byte come between those that have some, and change nothing about them."""
    cut = list(frames(bytes(9_600), EmptyFrames(every=2), 16000))
    assert [len(frame.payload) for frame in cut] == [1920, 1920, 0, 1920, 1920, 0, 1920]
    assert [frame for frame in cut if frame.payload] == list(frames(bytes(9_600), ByChunk(), 16000))


@pytest.mark.parametrize(
    ("framing", "expected_ms"), [(ByChunk(), 0), (Stalled(500, 10_000), 10_000), (Bursts(5, 200), 600)]
)
def test_all_pauses_are_known_beforehand(framing: Any, expected_ms: float) -> None:
    """A plan can say how long a session will take."""
    assert paused_ms(framing, duration_ms=1000, sample_rate_hz=16000) == expected_ms
