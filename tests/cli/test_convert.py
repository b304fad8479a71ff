"""`asrgate convert` makes any sound what the servers take, verifies it, and destroys nothing."""

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from asrgate.cli import main


def convert(*arguments: str | Path) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


def facts_of(path: Path) -> tuple[int, int, int, int]:
    """Return channels, bits, rate in Hz and number of samples of a WAV, as the standard library reads it."""
    with wave.open(str(path)) as wav:
        return wav.getnchannels(), 8 * wav.getsampwidth(), wav.getframerate(), wav.getnframes()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Return half a second of stereo IEEE float at 48 kHz, as the deployment guide's converter takes it."""
    seconds = np.arange(24000) / 48000
    tone = 0.25 * np.sin(2 * np.pi * 440 * seconds)
    soundfile.write(tmp_path / "in.wav", np.stack([tone, tone], axis=1), 48000, "FLOAT")
    return tmp_path / "in.wav"


def test_default_is_8_khz_mono_16_bit(recording: Path, tmp_path: Path) -> None:
    """Without a rate the output is what the deployment guide asks for, and each step is told."""
    result = convert(recording, tmp_path / "out.wav")
    assert result.exit_code == 0
    assert facts_of(tmp_path / "out.wav") == (1, 16, 8000, 4000)
    assert result.output.splitlines() == [
        f"in   {recording}: WAV (Microsoft), 32 bit float, 48000 Hz, 2 channels, 24000 samples, 0.500 s",
        "did  mixed 2 channels down to one by their mean",
        "did  resampled from 48000 Hz to 8000 Hz (soxr, very high quality)",
        "did  rounded 32 bit float to 16-bit PCM",
        f"out  {tmp_path / 'out.wav'}: WAV (Microsoft), Signed 16 bit PCM, 8000 Hz, 1 channel, 4000 samples, "
        "0.500 s: read back and verified",
    ]


def test_rate_is_the_third_argument(recording: Path, tmp_path: Path) -> None:
    """Another rate is named after the output."""
    assert convert(recording, tmp_path / "out.wav", "16000").exit_code == 0
    assert facts_of(tmp_path / "out.wav") == (1, 16, 16000, 8000)


def test_raw_pcm_is_taken_at_its_rate(tmp_path: Path) -> None:
    """Headerless samples become a WAV of the same samples."""
    (tmp_path / "in.pcm").write_bytes(bytes(1600))
    assert convert(tmp_path / "in.pcm", tmp_path / "out.wav", "8000", "--raw", "8000").exit_code == 0
    assert facts_of(tmp_path / "out.wav") == (1, 16, 8000, 800)


def test_clipping_is_told_and_can_be_avoided(tmp_path: Path) -> None:
    """Samples beyond full scale are counted; normalised, there are none."""
    soundfile.write(tmp_path / "loud.wav", np.full(800, 1.5), 8000, "FLOAT")
    loud = convert(tmp_path / "loud.wav", tmp_path / "clipped.wav")
    assert "800 of 800 samples lay beyond full scale and were clipped; --normalise" in loud.output
    normalised = convert(tmp_path / "loud.wav", tmp_path / "normalised.wav", "--normalise")
    assert "clipped" not in normalised.output.replace("normalised.wav", "")


def test_input_is_never_overwritten(recording: Path) -> None:
    """IN and OUT being one file is refused even with --force, and the file stays as it was."""
    before = recording.read_bytes()
    result = convert(recording, recording, "--force")
    assert result.exit_code == 2
    assert "IN and OUT are the same file" in result.output
    assert recording.read_bytes() == before


def test_existing_output_is_replaced_only_with_force(recording: Path, tmp_path: Path) -> None:
    """A file in the way is kept unless --force says otherwise."""
    (tmp_path / "out.wav").write_text("mine")
    refused = convert(recording, tmp_path / "out.wav")
    assert refused.exit_code == 2
    assert "exists: name another file, or replace it with --force" in refused.output
    assert (tmp_path / "out.wav").read_text() == "mine"
    assert convert(recording, tmp_path / "out.wav", "--force").exit_code == 0
    assert facts_of(tmp_path / "out.wav")[2] == 8000


def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """A file that is no sound ends with status 2, the reason on one line, and no output file."""
    (tmp_path / "notes.txt").write_text("not a sound")
    result = convert(tmp_path / "notes.txt", tmp_path / "out.wav")
    assert result.exit_code == 2
    assert "notes.txt: it is a text file, expected WAV, FLAC" in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize("rate", ["0", "fast", "1e9"])
def test_wrong_rate_is_refused(recording: Path, tmp_path: Path, rate: str) -> None:
    """A rate that is none ends with status 2 and names the argument."""
    result = convert(recording, tmp_path / "out.wav", rate)
    assert result.exit_code == 2
    assert "RATE" in result.output
