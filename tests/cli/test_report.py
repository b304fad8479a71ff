"""`asrgate report`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asrgate.cli import main
from asrgate.report.files import write_run
from report.sample import record_exchanges, sample_run


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """The folder of a run."""
    folder = tmp_path / "base"
    record_exchanges(folder)
    write_run(sample_run(), folder)
    return folder


def asrgate_report(*arguments: object) -> Result:
    """Call the command."""
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


def test_one_run_is_rendered_again_where_it_lies(run_folder: Path) -> None:
    """In another language, from the record and the recordings."""
    result = asrgate_report(run_folder, "--lang", "zh")
    assert result.exit_code == 0
    assert result.output.strip() == str(run_folder / "report.html")
    assert "不符合协议" in (run_folder / "report.html").read_text(encoding="utf-8")
    assert "不符合协议" in (run_folder / "summary.md").read_text(encoding="utf-8")


def test_one_run_is_rendered_elsewhere(run_folder: Path, tmp_path: Path) -> None:
    """--out names the folder, and the run's own page stays as it is."""
    before = (run_folder / "report.html").read_bytes()
    result = asrgate_report(run_folder / "run.json", "--out", tmp_path / "there", "--lang", "zh")
    assert result.exit_code == 0
    assert {path.name for path in (tmp_path / "there").iterdir()} == {
        "report.html",
        "summary.md",
        "junit.xml",
    }
    assert (run_folder / "report.html").read_bytes() == before


def test_several_runs_stand_side_by_side(run_folder: Path, tmp_path: Path) -> None:
    """They are named by their folders."""
    write_run(sample_run(verdict="conformant", findings=()), tmp_path / "new-image")
    result = asrgate_report(run_folder, tmp_path / "new-image", "--out", tmp_path / "both")
    assert result.exit_code == 0
    page = (tmp_path / "both" / "comparison.html").read_text(encoding="utf-8")
    assert ">base</th>" in page
    assert ">new-image</th>" in page


def test_what_is_no_run_is_one_sentence(tmp_path: Path) -> None:
    """Exit status 2, and no traceback."""
    result = asrgate_report(tmp_path / "nowhere")
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert "nowhere" in result.output


def test_an_out_that_is_a_file_is_refused(run_folder: Path) -> None:
    """The message names the option."""
    result = asrgate_report(run_folder, "--out", run_folder / "run.json")
    assert result.exit_code == 2
    assert "--out" in result.output
