"""Features: how many, what they show, and that the way samples arrive does not matter."""

import numpy as np
import pytest
from numpy.typing import NDArray

from asrgate.reference import features
from asrgate.reference.features import DIMENSION, MELS, FeatureStream, whole

VOICING, LOG_F0, SLOPE = DIMENSION - 3, DIMENSION - 2, DIMENSION - 1
BLOCK = 8


def noise(samples: int, seed: int = 1) -> NDArray[np.float32]:
    """Return white noise at about -20 dBFS."""
    return (np.random.default_rng(seed).standard_normal(samples) * 0.1).astype(np.float32)


def voice(hz: float | NDArray[np.float64], seconds: float = 0.5) -> NDArray[np.float32]:
    """Return ten harmonics of a fundamental that may change from sample to sample."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(hz, int(16000 * seconds))) / 16000
    return np.asarray(sum(np.sin(k * phase) / k for k in range(1, 11)) * 0.1, np.float32)


@pytest.mark.parametrize("samples", [0, 1, 399, 400, 559, 560, 16000, 16159])
def test_a_frame_each_ten_milliseconds_once_a_window_is_full(samples: int) -> None:
    """A frame each ten milliseconds once a window is full."""
    expected = 0 if samples < 400 else 1 + (samples - 400) // 160
    assert whole(noise(samples)).shape == (expected, DIMENSION)


def test_samples_one_by_one_in_any_split_and_at_once_give_the_same_bits() -> None:
    """Samples one by one in any split and at once give the same bits."""
    sound = noise(6000)
    at_once = FeatureStream(BLOCK).push(sound)
    split = np.sort(np.random.default_rng(2).integers(0, len(sound), 40))
    for parts in (np.split(sound, split), np.split(sound, len(sound))):
        stream = FeatureStream(BLOCK)
        blocks = [block for part in parts for block in stream.push(part)]
        assert len(blocks) == len(at_once) > 3
        assert all(np.array_equal(one, other) for one, other in zip(blocks, at_once, strict=True))


def test_a_stream_gives_what_the_whole_gives() -> None:
    """A stream gives what the whole gives."""
    sound = noise(8000)
    blocks = np.concatenate(FeatureStream(BLOCK).push(sound))
    assert blocks == pytest.approx(whole(sound)[: len(blocks)], abs=1e-5)


@pytest.mark.parametrize("hz", [80.0, 120.0, 180.0, 250.0, 400.0])
def test_the_pitch_of_a_voice_is_found(hz: float) -> None:
    """The pitch of a voice is found."""
    frames = whole(voice(hz))[10:]
    assert np.all(frames[:, VOICING] > 1)
    octaves = frames[:, LOG_F0] / (3 * frames[:, VOICING] / 2) + 7
    assert 2.0**octaves == pytest.approx(hz, rel=0.02)


def test_a_rising_voice_has_a_rising_slope_and_a_falling_one_a_falling_slope() -> None:
    """A rising voice has a rising slope and a falling one a falling slope."""
    glide = np.linspace(120, 240, 8000)
    assert np.median(whole(voice(glide))[10:, SLOPE]) > 0.3
    assert np.median(whole(voice(glide[::-1]))[10:, SLOPE]) < -0.3


def test_noise_and_silence_have_no_voice() -> None:
    """Noise and silence have no voice."""
    assert np.mean(whole(noise(16000))[:, VOICING]) < 0.5
    assert np.all(whole(np.zeros(16000, np.float32))[:, VOICING] == 0)


def test_mel_energies_follow_the_frequency_and_silence_is_at_the_floor() -> None:
    """Mel energies follow the frequency and silence is at the floor."""
    seconds = np.arange(8000) / 16000
    loudest = [
        int(whole(np.sin(2 * np.pi * hz * seconds).astype(np.float32))[10, :MELS].argmax())
        for hz in (200, 500, 1000, 2000, 4000, 7000)
    ]
    assert loudest == sorted(set(loudest))
    floor = (np.log(features.MEL_FLOOR) + 4) * 0.3
    assert whole(np.zeros(4000, np.float32))[:, :MELS] == pytest.approx(floor, abs=1e-3)


def test_features_do_not_look_ahead() -> None:
    """Features do not look ahead."""
    sound = noise(8000)
    changed = sound.copy()
    changed[4400:] = 0
    before = 1 + (4400 - 400) // 160
    assert np.array_equal(whole(sound)[:before], whole(changed)[:before])
    assert not np.array_equal(whole(sound)[before], whole(changed)[before])
