"""`asrgate accuracy` scores every clip in every mode and judges nothing."""

import json
import re
import shutil
from pathlib import Path

import jiwer
import pytest
from click.testing import CliRunner

from asrgate.audio.clips import MANIFEST_NAME
from asrgate.cli import main
from suite.runs import TONES, asrgate
from suite.servers import Parrot, serving


def test_every_clip_in_every_mode(tmp_path: Path) -> None:
    """Five clips in three modes, from the folder of the manifest that was named."""
    with serving(Parrot()) as url:
        ran = asrgate("accuracy", url, "--manifest", TONES / "manifest.jsonl", folder=tmp_path)
    assert ran.status == 0
    scored = {(clip["id"], clip["mode"]) for clip in ran.run["accuracy"]["clips"]}
    assert scored == {
        (clip, mode)
        for clip in ("rise", "fall", "call", "rests", "rest")
        for mode in ("2pass", "online", "offline")
    }
    assert set(ran.verdicts.values()) == {"skipped"}
    assert "Word error rate, 2pass/en" in ran.output.replace("  ", " ")


def test_jiwer_alone_says_the_same_of_the_saved_texts(tmp_path: Path) -> None:
    """The rates in run.json can be computed again from its texts, with nothing of asrgate's own."""
    folder = _chinese_tones(tmp_path / "clips", {"rise": "你好吗", "fall": "你们好", "call": "你好"})
    with serving(Parrot()) as url:
        ran = asrgate("accuracy", url, "--fixtures", str(folder), folder=tmp_path)
    accuracy = ran.run["accuracy"]
    for mode in ("2pass", "online", "offline"):
        scored = [clip for clip in accuracy["clips"] if clip["mode"] == mode]
        said, heard = ([_bare(clip[side]) for clip in scored] for side in ("reference", "hypothesis"))
        assert accuracy["slices"][f"{mode}/zh"]["value"] == pytest.approx(jiwer.cer(said, heard)) == 0.25


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def _chinese_tones(folder: Path, texts: dict[str, str]) -> Path:
    """The tones of these names, as if they were these words."""
    shutil.copytree(TONES, folder)
    manifest = folder / MANIFEST_NAME
    entries = map(json.loads, manifest.read_text(encoding="utf-8").splitlines())
    kept = [
        entry | {"text": texts[entry["id"]], "language": "zh", "words": []}
        for entry in entries
        if entry["id"] in texts
    ]
    manifest.write_text("\n".join(map(json.dumps, kept)) + "\n", encoding="utf-8")
    return folder


def test_manifest_and_fixtures_exclude_one_another() -> None:
    """Both say where the clips are."""
    result = CliRunner().invoke(main, ["accuracy", "--manifest", "a", "--fixtures", "b"])
    assert result.exit_code == 2
    assert "--manifest and --fixtures" in result.stderr


def test_manifest_must_be_one(tmp_path: Path) -> None:
    """Another file is refused by name."""
    result = CliRunner().invoke(main, ["accuracy", "--manifest", str(tmp_path / "list.txt")])
    assert result.exit_code == 2
    assert "expected a file named manifest.jsonl" in result.stderr


def test_rates_and_degradations_are_scored_beside_clean_sound(tmp_path: Path) -> None:
    """Each is a mode of its own, and the headline is that of plain 16 kHz."""
    asked = ("--mode", "2pass", "--rate", "16000", "--rate", "8000", "--degrade", "white-10")
    with serving(Parrot()) as url:
        ran = asrgate("accuracy", url, "--fixtures", str(TONES), *asked, folder=tmp_path)
    assert ran.status == 0
    modes = {clip["mode"] for clip in ran.run["accuracy"]["clips"]}
    assert modes == {"2pass", "2pass@8000", "2pass+white-10", "2pass@8000+white-10"}
    assert ran.run["accuracy"]["mode"] == "2pass"
    assert ran.run["environment"]["options"]["rates_hz"] == [16000, 8000]
