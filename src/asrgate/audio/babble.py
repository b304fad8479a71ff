"""Babble: many people who speak at once, as in a canteen, from voices that come with asrgate.

The talkers are always those of the bundled clips, whoever's clips are sent: the babble behind a clip is then
the same in every run, does not change when a folder gains a clip, and is there for a folder of one clip too.
"""

from functools import cache

import numpy as np

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.audio.conversion import resampled, to_mono
from asrgate.audio.degradation import Samples, active_level
from asrgate.audio.reading import read_sound

_TALKER_TAG = "distinct"
"""Sentences of nine voices that share no character."""

TALKERS = 8
"""Of so many at once no word can be made out."""


def babble(count: int, sample_rate_hz: int, seed: int, *, without: str = "") -> Samples:
    """Return `count` samples of eight talkers at equal levels, with a root mean square of 1.

    Each talker repeats a sentence without pause and begins somewhere in it; the seed decides who and where.
    The clip whose SHA-256 is `without` is none of them.
    """
    if count == 0:
        return np.zeros(0, np.float32)
    drawn = np.random.default_rng(seed)
    speeches = [speech for sha256, speech in _speeches(sample_rate_hz) if sha256 != without]
    together = np.zeros(count, np.float64)
    for talker in drawn.permutation(len(speeches))[:TALKERS]:
        speech = speeches[talker]
        together += np.resize(np.roll(speech, -int(drawn.integers(len(speech)))), count)
    return np.asarray(together / np.sqrt(np.mean(np.square(together))), np.float32)


@cache
def _speeches(sample_rate_hz: int) -> tuple[tuple[str, Samples], ...]:
    """SHA-256 and speech of each talker, without the silence around it, at equal levels."""
    found = []
    for clip in load_clips(bundled_clips_directory()).tagged(_TALKER_TAG):
        sound = read_sound(clip.path)
        samples = resampled(to_mono(sound.samples), sound.sample_rate_hz, sample_rate_hz)
        start, end = ((ms or 0) * sample_rate_hz // 1000 for ms in (clip.speech_start_ms, clip.speech_end_ms))
        speech = samples[start:end]
        found.append((clip.sha256, speech / np.float32(active_level(speech, sample_rate_hz))))
    return tuple(found)
