"""Known deviations in whole runs: what they excuse, and how the user's file is kept up to date."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from suite.runs import TONES, asrgate, conformance
from suite.servers import Parrot, serving

SELECTED = "HS-01,END-04"
KNOWN = '# Promised for May.\n[[deviation]]\nrequirement = "END-04"\nreason = "says 嗯 of nothing"\n'


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of a parrot that breaks END-04."""
    with serving(Parrot(says_of_nothing="嗯")) as address:
        yield address


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A file that lists END-04."""
    file = tmp_path / "known.toml"
    file.write_text(KNOWN, encoding="utf-8")
    return file


def test_a_listed_failure_fails_nothing(url: str, known: Path, tmp_path: Path) -> None:
    """A MUST that is listed is a deviation with its entry in the record: exit status 0."""
    ran = asrgate("check", url, "--select", SELECTED, "--deviations", known, folder=tmp_path)
    assert (ran.status, ran.verdicts["END-04"]) == (0, "deviation")
    (entry,) = [entry for entry in ran.run["deviations"] if not entry["shipped"]]
    assert (entry["requirement"], entry["state"], entry["file"]) == ("END-04", "known", "known.toml")
    assert "Known deviations: END-04." in ran.output


def test_an_expired_entry_fails_again(url: str, known: Path, tmp_path: Path) -> None:
    """With its date in the reason."""
    known.write_text(KNOWN + "expires = 2026-01-31\n", encoding="utf-8")
    ran = asrgate("check", url, "--select", SELECTED, "--deviations", known, folder=tmp_path)
    assert (ran.status, ran.verdicts["END-04"]) == (1, "fail")
    assert ran.reasons["END-04"].endswith("(listed as known until 2026-01-31)")


def test_what_passes_is_reported_as_fixed(url: str, known: Path, tmp_path: Path) -> None:
    """So that the file does not keep what is no longer true."""
    known.write_text(KNOWN.replace("END-04", "HS-01"), encoding="utf-8")
    ran = asrgate("check", url, "--select", "HS-01", "--deviations", known, folder=tmp_path)
    assert "Listed as known to fail, but they pass now: HS-01." in ran.output


def test_pytest_knows_deviations_too(url: str, known: Path, tmp_path: Path) -> None:
    """The same options, and a word in pytest's summary."""
    ran = conformance(f"--endpoint={url}", f"--select={SELECTED}", f"--deviations={known}", folder=tmp_path)
    assert ran.status == 0
    assert "1 deviation" in ran.output.splitlines()[-1]


def test_updating_writes_what_fails_and_takes_out_what_passes(url: str, tmp_path: Path) -> None:
    """The run that updates judges by the file as it was; the next one goes by the new one."""
    known = tmp_path / "known.toml"
    known.write_text(KNOWN.replace("END-04", "HS-01"), encoding="utf-8")
    options = ("--select", SELECTED, "--deviations", known)
    first = asrgate("check", url, *options, "--update-deviations", folder=tmp_path)
    assert first.status == 1
    (entry,) = tomllib.loads(known.read_text(encoding="utf-8"))["deviation"]
    assert entry == {
        "requirement": "END-04",
        "dialect": "funasr-2pass-0.1",
        "reason": first.reasons["END-04"],
    }
    assert asrgate("check", url, *options, folder=tmp_path).status == 0


def test_updating_needs_a_file(tmp_path: Path) -> None:
    """Wrong use, told before anything is sent."""
    ran = asrgate("check", "ws://127.0.0.1:1", "--update-deviations", folder=tmp_path)
    assert ran.status == 2
    assert "--update-deviations needs --deviations FILE" in ran.errors


def test_strict_sets_the_shipped_file_aside(url: str, tmp_path: Path) -> None:
    """What upstream's own servers do is excused by default, and not with --strict."""
    options = ("--select", "CFG-03", "--fixtures", TONES)
    known = asrgate("check", url, *options, folder=tmp_path)
    assert [entry["requirement"] for entry in known.run["deviations"] if entry["state"] != "not judged"] == [
        "CFG-03"
    ]
    strict = asrgate("check", url, *options, "--strict", folder=tmp_path)
    assert strict.run["deviations"] == []
