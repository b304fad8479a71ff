"""`asrgate accuracy` on clips in which two people speak, with speaker labels and without."""

import json
import shutil
from pathlib import Path

import pytest

from asrgate.audio.clips import MANIFEST_NAME, bundled_clips_directory, manifest_lines
from asrgate.reference.embedded import embedded_endpoint
from suite.runs import asrgate

DIALECT = "funasr-realtime"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled clips of two speakers."""
    bundled, folder = bundled_clips_directory(), tmp_path_factory.mktemp("dialogues")
    kept = [line for _, line in manifest_lines(bundled) if json.loads(line).get("turns")]
    for file in (json.loads(line)["file"] for line in kept):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(bundled / file, folder / file)
    (folder / MANIFEST_NAME).write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


def test_labels_are_held_against_turns(folder: Path, tmp_path: Path) -> None:
    """A low and a high voice are told apart; the report says how well; the checks of the dialect hold."""
    (tmp_path / "check").mkdir()
    with embedded_endpoint(DIALECT, speakers=True) as endpoint:
        ran = asrgate("accuracy", endpoint.url, "--fixtures", folder, folder=tmp_path)
        checked = asrgate("check", endpoint.url, "--select", "RT-*", folder=tmp_path / "check")
    score = ran.run["accuracy"]["speakers"]
    assert score["der"] < 0.1
    assert score["right_turns"]["of"] == sum(clip["turns"] for clip in score["clips"])
    assert score["right_turns"]["value"] > 0.8
    assert "Diarisation error rate" in ran.output
    assert "Diarisation error rate" in (ran.out / "summary.md").read_text(encoding="utf-8")
    assert "Diarisation error rate" in (ran.out / "report.html").read_text(encoding="utf-8")
    judged = {verdict for id_, verdict in checked.verdicts.items() if id_.startswith("RT-")}
    assert not judged & {"fail", "error"}
    assert {checked.verdicts["RT-02"], checked.verdicts["RT-03"]} == {"pass"}


def test_without_labels_there_is_no_rate(folder: Path, tmp_path: Path) -> None:
    """The reason stands in the record and in the report."""
    with embedded_endpoint(DIALECT) as endpoint:
        ran = asrgate("accuracy", endpoint.url, "--fixtures", folder, folder=tmp_path)
    score = ran.run["accuracy"]["speakers"]
    assert (score["der"], score["right_turns"]["value"]) == (None, None)
    assert score["reason"] == "no final says who spoke: the server runs without speaker diarisation"
    assert score["reason"] in (ran.out / "report.html").read_text(encoding="utf-8")
    assert "Diarisation" not in ran.output
