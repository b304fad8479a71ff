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
