"""`asrgate fixtures record`, up to the border of the sound card: there a made-up microphone hears sounds."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner, Result

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.audio.takes import take_of
from asrgate.audio.verification import problems_in
from asrgate.cli import main

RATE_HZ = 16000


def spoken(level: float = 0.3, *, before_s: float = 0.4, after_s: float = 0.5, noise: float = 0.001) -> bytes:
    """A second of a tone in a room that is not quite silent."""
    chance = np.random.default_rng(1)
    tone = np.clip(level * np.sin(2 * np.pi * 300 * np.arange(RATE_HZ) / RATE_HZ), -1, 1)
    samples = np.concatenate([np.zeros(int(before_s * RATE_HZ)), tone, np.zeros(int(after_s * RATE_HZ))])
    samples = samples + noise * chance.standard_normal(len(samples))
    return np.clip(samples * 32767, -32768, 32767).astype("<i2").tobytes()


@pytest.fixture
def microphone(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the sound card hear these sounds, one in each recording."""
    left: list[bytes] = []

    class Stream:
        def __init__(self, *, callback: Callable[..., None], **_: object) -> None:
            self._callback = callback

        def __enter__(self) -> None:
            sound = left.pop(0)
            for start in range(0, len(sound), 1920):
                self._callback(sound[start : start + 1920], 960, None, None)

        def __exit__(self, *_: object) -> None:
            return

    card = SimpleNamespace(RawInputStream=Stream, PortAudioError=OSError)
    monkeypatch.setitem(sys.modules, "sounddevice", card)  # type: ignore[arg-type]
    return lambda *sounds: left.extend(sounds)


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """Two sentences."""
    file = tmp_path / "prompts.txt"
    file.write_text("今天天气很好\n我们去公园散步\n", encoding="utf-8")
    return file


def recorded(folder: Path, prompts: Path, answers: str, *options: str) -> Result:
    """Run the command, and answer what it asks."""
    arguments = ["fixtures", "record", str(folder), "--prompts", str(prompts), "--speaker", "li"]
    return CliRunner().invoke(main, [*arguments, *options], input=answers)


def test_each_prompt_becomes_a_clip(microphone: Callable[..., None], prompts: Path, tmp_path: Path) -> None:
    """With its speaker and where speech is, in a folder that verifies."""
    microphone(spoken(), spoken(0.2))
    result = recorded(tmp_path / "clips", prompts, "\n\n\n" * 2)
    assert result.exit_code == 0, result.output
    clips = load_clips(tmp_path / "clips").clips
    assert [clip.text for clip in clips] == ["今天天气很好", "我们去公园散步"]
    assert {clip.speaker for clip in clips} == {"li"}
    start_ms, end_ms = clips[0].speech_start_ms, clips[0].speech_end_ms
    assert start_ms is not None
    assert end_ms is not None
    assert abs(start_ms - 400) <= 20
    assert abs(end_ms - 1400) <= 20
    assert problems_in(tmp_path / "clips") == []


def test_a_session_goes_on_where_it_ended(
    microphone: Callable[..., None], prompts: Path, tmp_path: Path
) -> None:
    """What was kept before quitting is there, and is not asked for again."""
    microphone(spoken(), spoken(0.2))
    first = recorded(tmp_path / "clips", prompts, "\n\nk\nq\n")
    assert "1 clips were recorded" in first.output
    second = recorded(tmp_path / "clips", prompts, "\n\nk\n")
    assert "1 of 2 prompts are left" in second.output
    assert len(load_clips(tmp_path / "clips").clips) == 2


def test_one_person_is_asked_to_read_what_one_person_says(
    microphone: Callable[..., None], tmp_path: Path
) -> None:
    """Without prompts of one's own they are the bundled texts, each once, without talks of two people."""
    result = CliRunner().invoke(main, ["fixtures", "record", str(tmp_path / "clips")], input="q\n")
    assert result.exit_code == 0, result.output
    clips = load_clips(bundled_clips_directory()).clips
    texts = {clip.text for clip in clips if clip.text and "two-speakers" not in clip.tags}
    assert f"{len(texts)} of {len(texts)} prompts are left" in result.output


def test_a_bad_take_is_taken_again(microphone: Callable[..., None], prompts: Path, tmp_path: Path) -> None:
    """By pressing Enter; a skipped prompt is left out."""
    microphone(spoken(2.0), spoken())
    result = recorded(tmp_path / "clips", prompts, "\n\n\n\n\n\ns\n")
    assert result.exit_code == 0, result.output
    assert "at full scale" in result.output
    assert len(load_clips(tmp_path / "clips").clips) == 1


@pytest.mark.parametrize(
    ("sound", "fault"),
    [
        (spoken(), None),
        (b"\0\0" * RATE_HZ, "no speech was heard"),
        (spoken(2.0), "at full scale"),
        (spoken(0.005, noise=0.0001), "very quiet"),
        (spoken(0.5, noise=0.1), "above the noise of the room"),
        (spoken(before_s=0.0), "begins with speech"),
        (spoken(after_s=0.0), "ends with speech"),
        (b"", "no speech was heard"),
    ],
)
def test_what_is_wrong_with_a_take(sound: bytes, fault: str | None) -> None:
    """One sentence that says what to do; nothing when it is good."""
    faults = take_of(np.frombuffer(sound, "<i2").astype(np.int16), RATE_HZ).faults
    assert (not faults) if fault is None else any(fault in said for said in faults)


def test_prompts_that_cannot_be_read_are_told(microphone: Callable[..., None], tmp_path: Path) -> None:
    """Before anything is recorded."""
    wrong = tmp_path / "gbk.txt"
    wrong.write_bytes("今天".encode("gb18030"))
    for file in (wrong, tmp_path / "nothing.txt"):
        result = recorded(tmp_path / "clips", file, "")
        assert result.exit_code == 2
        assert str(file) in result.stderr
