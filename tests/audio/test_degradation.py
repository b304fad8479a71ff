"""Speech is made worse by as much as was asked, and always in the same way."""

import numpy as np
import pytest

from asrgate.audio import degradation
from asrgate.audio.degradation import Samples

RATE_HZ = 16000


def tone(frequency_hz: float, level: float = 0.5, sample_rate_hz: int = RATE_HZ) -> Samples:
    """Return one second of a sine."""
    seconds = np.arange(sample_rate_hz) / sample_rate_hz
    return (level * np.sin(2 * np.pi * frequency_hz * seconds)).astype(np.float32)


def level_db(samples: Samples) -> float:
    """Return the root mean square in dB below full scale."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


@pytest.mark.parametrize("colour", ["white", "pink"])
@pytest.mark.parametrize("snr_db", [20, 10, 0])
def test_noise_is_at_the_ratio_asked(colour: degradation.NoiseColour, snr_db: float) -> None:
    """The noise added lies as many dB below the speech as asked."""
    speech = tone(440)
    sound = degradation.noise(len(speech), RATE_HZ, colour, seed=1)
    added = degradation.with_noise(speech, RATE_HZ, snr_db, sound) - speech
    assert level_db(speech) - level_db(added) == pytest.approx(snr_db, abs=0.01)


def test_pauses_do_not_lower_the_noise() -> None:
    """The ratio is that to the parts in which somebody speaks."""
    speech = tone(440)
    with_pauses = degradation.with_silence(speech, RATE_HZ, 3000, 2000)
    plain, paused = (
        degradation.with_noise(
            samples, RATE_HZ, 10, degradation.noise(len(samples), RATE_HZ, "white", seed=1)
        )
        - samples
        for samples in (speech, with_pauses)
    )
    assert level_db(paused) == pytest.approx(level_db(plain), abs=0.05)


def test_noise_on_silence_is_silence() -> None:
    """There is no ratio to nothing."""
    sound = degradation.noise(1000, RATE_HZ, "white", 1)
    assert not np.any(degradation.with_noise(np.zeros(1000, np.float32), RATE_HZ, 10, sound))


@pytest.mark.parametrize(("colour", "per_octave_db"), [("white", 0), ("pink", -3.01)])
def test_noise_has_its_colour(colour: degradation.NoiseColour, per_octave_db: float) -> None:
    """White has the same power at each frequency, pink 3 dB less per octave."""
    power = np.square(np.abs(np.fft.rfft(degradation.noise(20 * RATE_HZ, RATE_HZ, colour, seed=1))))
    bands_db = [10 * np.log10(power[20 * hz : 40 * hz].mean()) for hz in (125, 250, 500, 1000, 2000)]
    assert np.diff(bands_db) == pytest.approx(per_octave_db, abs=0.3)


def test_seed_decides_the_noise() -> None:
    """The same seed gives the same samples, another seed others."""
    first, again, other = (degradation.noise(1000, RATE_HZ, "pink", seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_silence_goes_before_and_after() -> None:
    """The sound itself is not touched."""
    padded = degradation.with_silence(tone(440), RATE_HZ, 100, 50)
    assert not np.any(padded[:1600])
    assert not np.any(padded[-800:])
    assert np.array_equal(padded[1600:-800], tone(440))


@pytest.mark.parametrize("db", [-20, 6])
def test_gain_is_in_decibels(db: float) -> None:
    """The level changes by as much as asked."""
    assert level_db(degradation.with_gain(tone(440), db)) - level_db(tone(440)) == pytest.approx(db, abs=0.01)


def test_clipping_cuts_at_the_part_of_the_peak() -> None:
    """Nothing exceeds the limit and everything below it stays."""
    cut = degradation.clipped(tone(440), 0.3)
    assert np.abs(cut).max() == pytest.approx(0.15, abs=1e-4)
    low = np.abs(tone(440)) < 0.14
    assert np.array_equal(cut[low], tone(440)[low])


@pytest.mark.parametrize("sample_rate_hz", [8000, 16000, 44100])
@pytest.mark.parametrize(
    ("frequency_hz", "lowest_db", "highest_db"), [(60, -200, -40), (1000, -0.1, 0.1), (3800, -200, -3)]
)
def test_telephone_passes_its_band_only(
    sample_rate_hz: int, frequency_hz: float, lowest_db: float, highest_db: float
) -> None:
    """A tone within 300 to 3400 Hz passes, hum and high sounds do not."""
    before = tone(frequency_hz, sample_rate_hz=sample_rate_hz)
    after = degradation.telephone_band(before, sample_rate_hz)
    middle = slice(len(before) // 4, -len(before) // 4)
    assert lowest_db < level_db(after[middle]) - level_db(before[middle]) < highest_db


def test_telephone_does_not_delay() -> None:
    """Word times stay true: a click stays where it was."""
    click = np.zeros(RATE_HZ, np.float32)
    click[5000] = 1
    assert np.argmax(np.abs(degradation.telephone_band(click, RATE_HZ))) == 5000


def test_a_room_rings_as_long_and_as_loud_as_asked() -> None:
    """Of a click the direct sound stays where it was; what follows has the energy and the decay asked for."""
    click = np.zeros(RATE_HZ, np.float32)
    click[1000] = 1
    heard = degradation.in_a_room(click, RATE_HZ, 500, 3.0, seed=1)
    assert len(heard) == len(click)
    assert np.argmax(np.abs(heard)) == 1000
    assert np.abs(heard[:1000]).max() < 1e-6
    assert level_db(heard) == pytest.approx(level_db(click), abs=0.01)
    direct, tail = heard[1000:1001], heard[1001:]
    assert 10 * np.log10(np.sum(direct**2) / np.sum(tail**2)) == pytest.approx(3, abs=0.01)
    early, late = (level_db(heard[1000 + at : 1000 + at + 800]) for at in (800, 4800))
    assert early - late == pytest.approx(60 * 250 / 500, abs=1.5)


def test_seed_decides_the_room() -> None:
    """The same seed gives the same samples, another seed others."""
    first, again, other = (degradation.in_a_room(tone(440), RATE_HZ, 500, 3, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_nothing_stays_nothing() -> None:
    """A sound of no length passes every step."""
    nothing = np.zeros(0, np.float32)
    assert len(degradation.with_noise(nothing, RATE_HZ, 10, degradation.noise(0, RATE_HZ, "pink", 1))) == 0
    assert len(degradation.in_a_room(nothing, RATE_HZ, 500, 3, 1)) == 0
    assert len(degradation.clipped(nothing, 0.5)) == 0
    assert len(degradation.telephone_band(nothing, RATE_HZ)) == 0
