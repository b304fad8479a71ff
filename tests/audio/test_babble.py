"""Babble is several voices at once, the same for the same seed, and never the clip itself."""

import numpy as np
import pytest

from asrgate.audio import babble as babble_module
from asrgate.audio.babble import babble
from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.audio.reading import read_sound

RATE_HZ = 16000


@pytest.mark.parametrize("sample_rate_hz", [8000, 16000])
def test_babble_has_a_level_of_one(sample_rate_hz: int) -> None:
    """As noise has, so that one ratio means the same for both; and it goes on without a pause."""
    sound = babble(10 * sample_rate_hz, sample_rate_hz, seed=1)
    assert np.sqrt(np.mean(np.square(sound))) == pytest.approx(1, abs=0.001)
    tenths = np.sqrt(np.mean(np.square(sound.reshape(100, -1)), axis=1))
    assert tenths.min() > 0.4


def test_seed_decides_the_babble() -> None:
    """The same seed gives the same samples, another seed others."""
    first, again, other = (babble(RATE_HZ, RATE_HZ, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_babble_has_the_spectrum_of_speech() -> None:
    """Most of its power lies below 4 kHz; white noise has half of it there."""
    power = np.square(np.abs(np.fft.rfft(babble(10 * RATE_HZ, RATE_HZ, seed=1))))
    assert power[: len(power) // 2].sum() > 0.9 * power.sum()


def test_a_clip_is_not_part_of_its_own_babble() -> None:
    """Speech is found by correlation in the babble of others, and not in that behind itself."""
    clips = load_clips(bundled_clips_directory()).tagged("distinct")
    assert len(clips) > babble_module.TALKERS
    for clip in clips:
        samples = read_sound(clip.path).samples[:, 0]
        middle = samples[len(samples) // 2 - 4000 : len(samples) // 2 + 4000]
        assert likeness(middle, babble(12 * RATE_HZ, RATE_HZ, seed=1, without=clip.sha256)) < 0.28
    found = [
        likeness(read_sound(clip.path).samples[20000:28000, 0], babble(12 * RATE_HZ, RATE_HZ, seed=1))
        for clip in clips
    ]
    assert sum(value > 0.28 for value in found) == babble_module.TALKERS


def likeness(part: np.ndarray, whole: np.ndarray) -> float:
    """The strongest correlation of a part with any stretch of a whole, from 0 to 1."""
    size = len(part) + len(whole)
    product = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)
    energies = np.convolve(np.square(whole, dtype=np.float64), np.ones(len(part)), "valid")
    here = product[: len(energies)] / np.sqrt(energies * np.sum(np.square(part, dtype=np.float64)))
    return float(np.max(np.abs(here)))


def test_nothing_stays_nothing() -> None:
    """Of no length there is no babble."""
    assert len(babble(0, RATE_HZ, 1)) == 0
