"""The files of a run's directory."""

import json
from pathlib import Path

import pytest

from asrgate.errors import UsageError
from asrgate.report.files import read_run, render_run, write_run
from report.sample import record_exchanges, sample_run


def test_a_run_leaves_four_files_and_reads_back_equal(tmp_path: Path) -> None:
    """run.json is the whole record."""
    record_exchanges(tmp_path)
    report = write_run(sample_run(), tmp_path)
    assert report == tmp_path / "report.html"
    assert {path.name for path in tmp_path.iterdir()} == {
        "exchanges",
        "junit.xml",
        "report.html",
        "run.json",
        "summary.md",
    }
    assert read_run(tmp_path) == read_run(tmp_path / "run.json") == sample_run()


def test_the_report_holds_frames_from_the_recordings(tmp_path: Path) -> None:
    """What was written while driving is what the page shows."""
    record_exchanges(tmp_path)
    assert "1 385" in write_run(sample_run(), tmp_path).read_text(encoding="utf-8").replace("\u202f", " ")


def test_a_run_can_be_rendered_elsewhere_in_another_language(tmp_path: Path) -> None:
    """The recordings are found beside the run, not beside the page."""
    record_exchanges(tmp_path / "run")
    write_run(sample_run(), tmp_path / "run")
    page = render_run(read_run(tmp_path / "run"), tmp_path / "run", tmp_path / "zh", language="zh")
    assert page.parent == tmp_path / "zh"
    assert "不符合协议" in page.read_text(encoding="utf-8")
    assert "判定依据" in page.read_text(encoding="utf-8")


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    """The message names the file that was looked for."""
    with pytest.raises(UsageError, match=r"run\.json: No such file or directory; expected the directory"):
        read_run(tmp_path)


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    """The message says where the JSON ends to be JSON."""
    (tmp_path / "run.json").write_text('{"schema_version": 1,', encoding="utf-8")
    with pytest.raises(UsageError, match="not JSON"):
        read_run(tmp_path)


@pytest.mark.parametrize("content", [{"schema_version": 99}, {}, [], "text"])
def test_another_version_is_refused(tmp_path: Path, content: object) -> None:
    """The message names the version that came and the one that is read."""
    (tmp_path / "run.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UsageError, match=r"schema_version .*, expected 1"):
        read_run(tmp_path)


def test_a_wrong_field_is_named(tmp_path: Path) -> None:
    """The message says which field holds what."""
    write_run(sample_run(), tmp_path)
    file = tmp_path / "run.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["findings"][2]["verdict"] = "perhaps"
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UsageError, match=r"field findings\.2\.verdict: .*'perhaps'"):
        read_run(file)
