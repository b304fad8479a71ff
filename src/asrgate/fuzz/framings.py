"""Strategies for audio: what is said, and in which frames."""

from collections.abc import Sequence

from hypothesis import strategies as st

from asrgate.audio.clips import ClipSet
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
)
from asrgate.audio.source import AudioSource, SyntheticSilence, audio_of
from asrgate.wire.scenario import StreamAudio

CLIPS = 3
MOST_FRAMES = 1500
"""Frames of one utterance, at most: more of them show nothing new and take long."""

_SILENCES_MS = (0, 10, 20, 100, 600)


def spoken(clips: ClipSet) -> tuple[AudioSource, ...]:
    """The shortest plain clips of a folder; empty when it has none."""
    plain = sorted(clips.tagged("plain"), key=lambda clip: clip.duration_ms)
    return tuple(audio_of(clip) for clip in plain[:CLIPS])


def streams(speech: Sequence[tuple[AudioSource, int]]) -> st.SearchStrategy[StreamAudio]:
    """Audio in frames: one of `speech` (sources with their lengths in bytes), or silence."""
    silences = [(SyntheticSilence(duration_ms=ms), ms * 32) for ms in _SILENCES_MS]
    return st.one_of(
        [
            st.builds(StreamAudio, audio=st.just(audio), framing=framings(max(1, size_bytes // MOST_FRAMES)))
            # Speech tells more than silence: most utterances have some.
            for audio, size_bytes in (*speech, *silences, *speech, *speech)
        ]
    )


def framings(smallest_bytes: int) -> st.SearchStrategy[Framing]:
    """Ways to cut audio, from `smallest_bytes` to all at once, in bursts, or with a stall."""
    seeds = st.integers(0, 99)
    sizes = st.one_of(
        st.sampled_from([n for n in (1, 2, 20, 31, 320, 640, 1600, 1921, 65536) if n >= smallest_bytes]),
        st.integers(smallest_bytes, 8000),
    )
    return st.one_of(
        st.just(ByChunk()),
        st.just(Whole()),
        sizes.map(ByBytes),
        seeds.map(OddCuts),
        seeds.map(RandomSizes),
        st.builds(EmptyFrames, every=st.integers(1, 10)),
        st.builds(Stalled, after_ms=st.integers(0, 1000), stall_ms=st.integers(1, 300)),
        st.builds(Bursts, frames=st.integers(8, 40), pause_ms=st.integers(1, 60)),
    )
