"""A folder of clips is held against its manifest, and every problem is one sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from asrgate.audio.clips import bundled_clips_directory, file_sha256
from asrgate.audio.verification import problems_in


def test_bundled_clips_hold() -> None:
    """Every field of the bundled manifest is true."""
    assert problems_in(bundled_clips_directory()) == []


def test_tones_hold(tones: Path) -> None:
    """Every field of the second set is true."""
    assert problems_in(tones) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sample_rate_hz": 16000}, "field sample_rate_hz: expected 16000, the file has 8000"),
        ({"duration_ms": 1310}, "field duration_ms: expected 1310, the file has 1300.0"),
        ({"sha256": "0" * 64}, f"field sha256: expected {'0' * 64}, the file has "),
        ({"file": "gone.flac"}, "field file: gone.flac does not exist"),
        ({"file": "manifest.jsonl"}, "field file: Cannot read "),
        ({"file": "fall.flac"}, "field sha256: expected "),
        ({"id": "fall"}, "field id: 'fall' is that of clip fall too"),
        (
            {"speech_start_ms": 0, "speech_end_ms": 199},
            "field speech_start_ms: the file holds only silence from 0",
        ),
        ({"tags": ["Plain"]}, "field tags.0: String should match pattern"),
        ({"text": 7}, "field text: Input should be a valid string, got 7"),
    ],
)
def test_each_untruth_is_named(spoilt: Any, changes: dict[str, Any], problem: str) -> None:
    """A field that is not true of the file is named with what is expected and what is there."""
    assert any(problem in found for found in problems_in(spoilt(**changes)))


def test_all_problems_are_found_at_once(spoilt: Any) -> None:
    """The first problem does not hide the others."""
    tones = spoilt(sha256="0" * 64, sample_rate_hz=44100)
    (tones / "fall.flac").unlink()
    with (tones / "manifest.jsonl").open("a", encoding="utf-8") as manifest:
        manifest.write("\nnot a clip\n")
    assert [problem.split(":")[0] for problem in problems_in(tones)] == [
        "manifest.jsonl, line 1, clip rise",
        "manifest.jsonl, line 1, clip rise",
        "manifest.jsonl, line 2, clip fall",
        "manifest.jsonl, line 6",
    ]


def test_truncated_file_is_a_problem(spoilt: Any, tmp_path: Path) -> None:
    """A WAV that ends before its header says so is not a clip to measure with, even if its hash is right."""
    whole = tmp_path / "whole.wav"
    soundfile.write(whole, np.ones(8000), 8000)
    cut = tmp_path / "tones" / "cut.wav"
    cut.write_bytes(whole.read_bytes()[:-2])
    tones = spoilt(file="cut.wav", sha256=file_sha256(cut), duration_ms=1000, words=[], speech_end_ms=900)
    assert problems_in(tones) == [
        "manifest.jsonl, line 1, clip rise: the header promises 16000 bytes of audio, the file holds 15998"
    ]


def test_empty_manifest_is_a_problem(tmp_path: Path) -> None:
    """A folder that lists nothing is not in order."""
    (tmp_path / "manifest.jsonl").touch()
    assert problems_in(tmp_path) == ["manifest.jsonl: lists no clip"]
