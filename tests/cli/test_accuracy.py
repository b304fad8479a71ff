"""`asrgate accuracy` scores every clip in every mode and judges nothing."""

from pathlib import Path

from click.testing import CliRunner

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
