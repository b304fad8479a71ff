"""Sound files of any common kind are read; the others are refused with the reason."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from asrgate.audio.reading import read_raw_pcm, read_sound
from asrgate.errors import UsageError

SECONDS = np.arange(22050) / 22050
TONES = np.stack([0.5 * np.sin(2 * np.pi * hz * SECONDS) for hz in (440, 880)], axis=1)


def written(path: Path, subtype: str, kind: str | None = None) -> Path:
    """Write one second of two tones, left and right."""
    soundfile.write(path, TONES, 22050, subtype, format=kind)
    return path


@pytest.mark.parametrize(
    ("subtype", "kind", "bits", "tolerance"),
    [
        ("PCM_U8", "WAV", 8, 0.01),
        ("PCM_16", "WAV", 16, 1e-4),
        ("PCM_24", "WAV", 24, 1e-6),
        ("PCM_32", "WAV", 32, 1e-6),
        ("FLOAT", "WAV", 32, 1e-6),
        ("DOUBLE", "WAV", 64, 1e-6),
        ("ULAW", "WAV", 8, 0.02),
        ("ALAW", "WAV", 8, 0.02),
        ("PCM_16", "WAVEX", 16, 1e-4),
        ("PCM_24", "WAVEX", 24, 1e-6),
        ("FLOAT", "WAVEX", 32, 1e-6),
        ("PCM_16", "FLAC", 16, 1e-4),
        ("PCM_24", "FLAC", 24, 1e-6),
        ("PCM_16", "RF64", 16, 1e-4),
        ("VORBIS", "OGG", None, 0.15),
        ("MPEG_LAYER_III", "MP3", None, 0.15),
    ],
)
def test_kinds_of_sound_are_read(
    tmp_path: Path, subtype: str, kind: str, bits: int | None, tolerance: float
) -> None:
    """Any bit depth, integer or float, plain or extensible, and the compressed kinds give the same sound."""
    sound = read_sound(written(tmp_path / "sound", subtype, kind))
    facts = sound.facts
    assert (facts.sample_rate_hz, facts.channels, facts.bits) == (22050, 2, bits)
    assert sound.samples.shape == (facts.frames, 2)
    assert sound.samples.dtype == np.float32
    assert facts.duration_s == pytest.approx(1, abs=0.05)
    # The edges of a compressed sound are not faithful, its middle is.
    middle = slice(4000, 18000)
    assert np.max(np.abs(sound.samples[middle] - TONES[middle])) < tolerance
    assert sound.remarks == ()


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("sample_rate_hz", [8000, 11025, 96000])
def test_any_channel_count_and_rate_is_read(tmp_path: Path, channels: int, sample_rate_hz: int) -> None:
    """The facts name channels, rate and duration as they are."""
    path = tmp_path / "sound.wav"
    soundfile.write(path, np.zeros((sample_rate_hz, channels)), sample_rate_hz)
    facts = read_sound(path).facts
    assert (facts.channels, facts.sample_rate_hz, facts.duration_s) == (channels, sample_rate_hz, 1.0)


def test_truncated_sound_is_read_with_a_remark(tmp_path: Path) -> None:
    """A file that ends before its header says so is read as far as it goes, and that is said."""
    path = written(tmp_path / "whole.wav", "PCM_16")
    short = tmp_path / "short.wav"
    short.write_bytes(path.read_bytes()[:40044])
    sound = read_sound(short)
    assert sound.facts.frames == 10000
    assert sound.remarks == ("the header promises 88200 bytes of audio, the file holds 40000",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        ("这是一段文字\n".encode() * 100, "it is a text file"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00", "its WAV header is cut off, damaged"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00", r"it is an MPEG-4 file \(M4A, AAC\).*ffmpeg -i sound out.wav"),
        (b"#!AMR\n\x3c\x91\x17", "it is an AMR file"),
        (b"PK\x03\x04\x14\x00", "it is a ZIP archive"),
        (bytes(range(256)) * 4, "Format not recognised"),
        (b"\x00" * 1000, "Format not recognised"),
    ],
)
def test_what_is_no_sound_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file that cannot be read is named, with what it is and what is expected."""
    path = tmp_path / "sound"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=f"Cannot read .*sound: {reason}"):
        read_sound(path)


def test_header_without_samples_is_refused(tmp_path: Path) -> None:
    """A valid file of no length is no sound."""
    soundfile.write(tmp_path / "none.wav", np.zeros(0), 16000)
    with pytest.raises(UsageError, match="holds no samples"):
        read_sound(tmp_path / "none.wav")


def test_samples_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    """Float files may hold NaN, which no conversion can make sense of."""
    soundfile.write(tmp_path / "nan.wav", np.array([0.0, np.nan, np.inf]), 16000, "FLOAT")
    with pytest.raises(UsageError, match="2 of its samples are not finite"):
        read_sound(tmp_path / "nan.wav")


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    """A name without a file, and a folder, are said to be that."""
    with pytest.raises(UsageError, match="there is no such file"):
        read_sound(tmp_path / "gone.wav")
    with pytest.raises(UsageError, match="it is a folder"):
        read_sound(tmp_path)


def test_raw_pcm_is_read_at_the_rate_given(tmp_path: Path) -> None:
    """Headerless samples are taken as 16 bit, channels interleaved."""
    path = tmp_path / "sound.pcm"
    path.write_bytes(np.array([[0, 16384], [-32768, 32767]], "<i2").tobytes())
    sound = read_raw_pcm(path, 8000, channels=2)
    assert sound.sample_rate_hz == 8000
    assert sound.samples.tolist() == [[0, 0.5], [-1, 32767 / 32768]]


def test_raw_pcm_of_half_a_sample_is_refused(tmp_path: Path) -> None:
    """A length that does not hold whole samples shows that the file is not what it is taken for."""
    (tmp_path / "sound.pcm").write_bytes(b"abc")
    with pytest.raises(UsageError, match="takes a multiple of 2 bytes, got 3"):
        read_raw_pcm(tmp_path / "sound.pcm", 8000)
