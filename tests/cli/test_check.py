"""`asrgate check`: what goes to which stream, and how wrong use and missing endpoints end it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from asrgate.cli import main
from suite.runs import TONES, asrgate, ended, start
from suite.servers import Parrot, serving


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of a parrot."""
    with serving(Parrot()) as address:
        yield address


def test_json_is_all_that_goes_to_standard_output(url: str, tmp_path: Path) -> None:
    """`--json` writes the run there and nothing else; what is announced goes to standard error."""
    ran = asrgate("check", url, "--select", "HS-01,END-04", "--fixtures", TONES, "--json", folder=tmp_path)
    assert ran.status == 0
    assert json.loads(ran.output) == ran.run
    assert ran.errors.startswith(f"{url} speaks funasr-2pass-0.1: will open ")


def test_quiet_says_the_verdict_only(url: str, tmp_path: Path) -> None:
    """`--quiet` leaves the verdict, what it does not say, and the place of the report."""
    ran = asrgate("check", url, "--select", "HS-01", "--fixtures", TONES, "--quiet", folder=tmp_path)
    lines = ran.output.splitlines()
    assert lines[0].startswith("No verdict on 127.0.0.1")
    assert lines[-1] == f"Report: {ran.out / 'report.html'}"
    assert ran.errors == ""


def test_report_lands_in_reports_unless_told_otherwise(url: str, tmp_path: Path) -> None:
    """`reports/<time>-<host>` in the folder in which the command runs; nothing else is left there."""
    process = start("asrgate", "check", url, "--select", "HS-01", "--fixtures", TONES, folder=tmp_path)
    ran = ended(process, tmp_path)
    (report,) = (tmp_path / "reports").iterdir()
    assert ran.status == 0
    assert report.name.endswith("Z-127.0.0.1")
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_nobody_listens(tmp_path: Path) -> None:
    """Exit status 3 and one sentence that names the step; no report."""
    ran = asrgate("check", "ws://127.0.0.1:1", folder=tmp_path)
    assert ran.status == 3
    assert ran.errors.startswith("asrgate: ws://127.0.0.1:1: the TCP step failed: ")
    assert ran.errors.count("\n") == 1
    assert not ran.out.exists()


def test_selection_that_leaves_nothing(tmp_path: Path) -> None:
    """Options that exclude one another are wrong use, told without reaching for the endpoint."""
    ran = asrgate("check", "ws://127.0.0.1:1", "--select", "ROB-01", folder=tmp_path)
    assert ran.status == 2
    assert "no requirement is left to judge" in ran.errors
    assert "destructive; runs only with --destructive" in ran.errors
    assert ran.errors.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ws://127.0.0.1:1", "--tls"], "--tls is for the embedded endpoint"),
        (["--streams", "0"], "Invalid value for '--streams'"),
        (["--dialect", "funasr"], "Invalid value for '--dialect'"),
        (["ws://127.0.0.1:1", "--header", "secret"], "expected 'Name: value'"),
    ],
)
def test_wrong_use(arguments: list[str], sentence: str) -> None:
    """Exit status 2, and the message names the option and what it takes."""
    result = CliRunner().invoke(main, ["check", *arguments])
    assert result.exit_code == 2
    assert sentence in result.stderr
