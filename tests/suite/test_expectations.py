"""A feature that a deployment lacks excuses what needs it, unless `--expect` names it: whole runs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from asrgate.audio.clips import bundled_clips_directory
from suite.runs import asrgate, conformance
from suite.servers import Parrot, serving


class Counter(Parrot):
    """Counts 一二三 in every utterance with audio, whatever `itn` asks for."""

    def final(self, name: str, heard: int) -> dict[str, object]:
        """What ends an utterance of so many bytes."""
        return super().final(name, heard) | ({"text": "一二三"} if heard else {})


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of a counter."""
    with serving(Counter()) as address:
        yield address


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder with the one clip that the counter gets right."""
    folder = bundled_clips_directory()
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    (entry,) = (fields for fields in map(json.loads, lines) if fields["id"] == "one-two-three")
    own = tmp_path / "fixtures"
    (own / "clips").mkdir(parents=True)
    (own / entry["file"]).write_bytes((folder / entry["file"]).read_bytes())
    (own / "manifest.jsonl").write_text(
        json.dumps(entry | {"tags": ["plain", "itn"]}) + "\n", encoding="utf-8"
    )
    return own


def test_a_server_without_itn_is_not_judged_by_it(url: str, clips: Path, tmp_path: Path) -> None:
    """The reason and the evidence are the probe's, and the record tells the feature."""
    ran = asrgate("check", url, "--select", "ITN-01,ITN-02", "--fixtures", clips, folder=tmp_path)
    assert (ran.verdicts["ITN-01"], ran.verdicts["ITN-02"]) == ("unsupported", "pass")
    (feature,) = ran.run["features"]
    assert (feature["name"], feature["found"], feature["expected"]) == ("itn", False, False)
    assert "none of them written with itn true" in feature["reason"] == ran.reasons["ITN-01"]
    assert all((ran.out / shown["exchange"]).is_file() for shown in feature["evidence"])
    assert len(list((ran.out / "exchanges").iterdir())) == ran.run["sessions"]


@pytest.mark.parametrize("command", ["asrgate", "pytest"])
def test_an_expected_feature_that_is_absent_fails(
    command: str, url: str, clips: Path, tmp_path: Path
) -> None:
    """The user declared it: exit status 1."""
    if command == "asrgate":
        options = ("--select", "ITN-01", "--fixtures", clips, "--expect", "itn")
        ran = asrgate("check", url, *options, folder=tmp_path)
    else:
        options = (f"--endpoint={url}", "--select=ITN-01", f"--clips={clips}", "--expect=itn")
        ran = conformance(*options, folder=tmp_path)
    assert (ran.status, ran.verdicts["ITN-01"]) == (1, "fail")
    assert ran.run["features"][0]["expected"] is True


def test_only_what_is_needed_is_probed(url: str, clips: Path, tmp_path: Path) -> None:
    """A selection tells the features that it needs and no other."""
    ran = asrgate("check", url, "--select", "END-04", "--level", "must", "--fixtures", clips, folder=tmp_path)
    assert [feature["name"] for feature in ran.run["features"]] == ["empty-final"]


def test_a_feature_that_is_not_known_is_wrong_use(url: str, tmp_path: Path) -> None:
    """The sentence lists those that are."""
    ran = asrgate("check", url, "--expect", "itn,hotword", folder=tmp_path)
    assert ran.status == 2
    assert "--expect hotword: no such feature; expected some of partials, itn, hotwords" in ran.errors
