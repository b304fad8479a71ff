"""Any sound becomes mono 16-bit PCM at one rate, and nothing is clipped without a word."""

import wave
from pathlib import Path

import numpy as np
import pytest

from asrgate.audio.conversion import converted, pcm16, resampled, to_mono, wav_problems, write_wav
from asrgate.audio.reading import Sound, SoundFacts
from asrgate.errors import UsageError


def sound_of(samples: np.ndarray, sample_rate_hz: int) -> Sound:
    """Return [frames, channels] samples as if read from a float file."""
    facts = SoundFacts("WAV (Microsoft)", "32 bit float", sample_rate_hz, samples.shape[1], 32, len(samples))
    return Sound(samples.astype(np.float32), facts)


def tone(frequency_hz: float, sample_rate_hz: int, level: float = 0.5) -> np.ndarray:
    """Return two seconds of a sine as [frames, 1]."""
    seconds = np.arange(2 * sample_rate_hz) / sample_rate_hz
    return level * np.sin(2 * np.pi * frequency_hz * seconds)[:, None]


def spectrum_of(pcm: bytes) -> np.ndarray:
    """Return the amplitude of each half hertz of two seconds of PCM, full scale at 1.0."""
    samples = np.frombuffer(pcm, "<i2") / 32768
    return 2 * np.abs(np.fft.rfft(samples)) / len(samples)


def test_channels_become_their_mean() -> None:
    """Left and right weigh the same."""
    assert to_mono(np.array([[1.0, 0.0], [0.5, -0.5]], np.float32)).tolist() == [0.5, 0.0]


@pytest.mark.parametrize("from_hz", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("to_hz", [8000, 16000])
def test_tone_keeps_pitch_and_level_at_any_rate(from_hz: int, to_hz: int) -> None:
    """A tone of 1000 Hz stays a tone of 1000 Hz and half of full scale."""
    result = converted(sound_of(tone(1000, from_hz), from_hz), to_hz)
    spectrum = spectrum_of(result.pcm)
    assert result.frames == 2 * to_hz
    assert np.argmax(spectrum) == 2000
    assert spectrum[2000] == pytest.approx(0.5, abs=0.01)
    assert result.clipped_samples == 0


def test_what_a_rate_cannot_carry_is_removed() -> None:
    """A tone of 5 kHz leaves nothing at 8 kHz, where taking every other sample would make 3 kHz of it."""
    result = converted(sound_of(tone(5000, 16000), 16000), 8000)
    assert spectrum_of(result.pcm).max() < 0.001


def test_same_rate_leaves_the_samples_alone() -> None:
    """Nothing is resampled without need."""
    samples = np.array([0.1, -0.2], np.float32)
    assert resampled(samples, 16000, 16000) is samples


def test_samples_of_16_bit_come_through_unchanged() -> None:
    """Every 16-bit value is the same after reading as float and rounding again."""
    values = np.arange(-32768, 32768, dtype="<i2")
    assert pcm16((values / 32768).astype(np.float32)).pcm == values.tobytes()


def test_clipped_samples_are_counted() -> None:
    """What lies beyond full scale is held there and counted; full scale itself is not clipping."""
    rounded = pcm16(np.array([1.0, -1.0, 1.5, -2.0, 0.0], np.float32))
    assert np.frombuffer(rounded.pcm, "<i2").tolist() == [32767, -32768, 32767, -32768, 0]
    assert rounded.clipped_samples == 2


def test_level_is_changed_only_when_asked() -> None:
    """A quiet sound stays quiet; normalised, its peak is at 0.95; silence stays silence."""
    quiet = sound_of(tone(1000, 16000, level=0.1), 16000)
    as_it_is, normalised = (converted(quiet, 16000, normalised=flag) for flag in (False, True))
    assert np.abs(np.frombuffer(as_it_is.pcm, "<i2")).max() == pytest.approx(3277, abs=2)
    assert np.abs(np.frombuffer(normalised.pcm, "<i2")).max() == pytest.approx(0.95 * 32768, abs=2)
    assert "normalised: the peak went from 0.100 to 0.95 of full scale" in normalised.steps
    assert not any(converted(sound_of(np.zeros((100, 1)), 16000), 16000, normalised=True).pcm)


def test_written_file_is_verified(tmp_path: Path) -> None:
    """A file as converted has no problem; one of another rate, channel count or content has each named."""
    source = sound_of(tone(1000, 16000), 16000)
    result = converted(source, 8000)
    path = tmp_path / "out.wav"
    write_wav(path, result.pcm, 8000)
    assert wav_problems(path, result, source) == []
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(2)
        wav.setsampwidth(1)
        wav.setframerate(16000)
        wav.writeframes(result.pcm[:1000])
    assert wav_problems(path, result, source) == [
        "channels: expected 1, got 2",
        "bits: expected 16, got 8",
        "rate in Hz: expected 8000, got 16000",
        "samples: expected 16000, got 500",
        "the samples read back differ from those converted",
        "duration: differs from the source's by -15500.0 samples",
    ]


def test_unwritable_place_is_named(tmp_path: Path) -> None:
    """A folder that does not exist is said to be the reason, and nothing is left behind."""
    with pytest.raises(UsageError, match=r"Cannot write .*out\.wav: No such file or directory"):
        write_wav(tmp_path / "gone" / "out.wav", b"", 8000)
    assert list(tmp_path.iterdir()) == []
