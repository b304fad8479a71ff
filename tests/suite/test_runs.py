"""Whole runs of the suite against small servers: what they judge, what they leave and how they end."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from asrgate.judge.catalogue import load_catalogue
from asrgate.suite.locations import requirements_file
from asrgate.wire.recording import read_exchange
from suite.runs import TONES, Ran, asrgate, conformance, ended, start
from suite.servers import Parrot, serving


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of a parrot."""
    with serving(Parrot()) as address:
        yield address


SECRET = "geheim-4711"


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A whole check, with the tone clips, of a parrot that makes something of nothing."""
    folder = tmp_path_factory.mktemp("whole")
    with serving(Parrot(says_of_nothing="嗯")) as address:
        header = f"Authorization: Bearer {SECRET}"
        return asrgate("check", address, "--fixtures", TONES, "--header", header, folder=folder)


def test_every_requirement_has_a_verdict(whole_run: Ran) -> None:
    """Nothing is left out of the record; skipped is what is destructive, generated or judged under load."""
    catalogue = load_catalogue(requirements_file())
    left_out = {
        id_
        for id_, requirement in catalogue.items()
        if requirement.destructive or requirement.generated or requirement.loaded
    }
    assert {id_ for id_, verdict in whole_run.verdicts.items() if verdict == "skipped"} == left_out
    assert "error" not in whole_run.verdicts.values()


def test_a_must_that_fails_decides(whole_run: Ran) -> None:
    """What a parrot does right passes; a MUST that fails makes exit status 1, and its reason is shown."""
    passed = {id_ for id_, verdict in whole_run.verdicts.items() if verdict == "pass"}
    assert {"HS-01", "END-01", "SCH-03", "ACC-07"} <= passed
    assert (whole_run.verdicts["END-04"], whole_run.verdicts["TS-09"]) == ("fail", "fail")
    assert (whole_run.status, whole_run.run["verdict"]) == (1, "not conformant")
    assert "END-04 MUST fail: " in whole_run.output
    assert whole_run.reasons["END-04"] in whole_run.output


def test_fixtures_replace_the_clips_everywhere(whole_run: Ran) -> None:
    """With another folder nothing but its clips is sent."""
    sent = {
        step.audio.clip
        for file in (whole_run.out / "exchanges").iterdir()
        for step in read_exchange(file).scenario.steps
        if getattr(step, "kind", "") == "audio" and step.audio.kind == "clip"
    }
    assert sent == {"rise", "fall", "call", "rests"}


def test_missing_tags_make_checks_inconclusive(whole_run: Ran) -> None:
    """A folder without numbers and hotwords fails nothing: its checks say which tag is missing."""
    for id_, tag in (("ITN-01", "itn"), ("ITN-02", "itn"), ("HOT-02", "hotword"), ("HOT-04", "hotword")):
        assert whole_run.verdicts[id_] == "inconclusive"
        assert whole_run.reasons[id_] == f"the fixtures folder has no clip tagged {tag!r}"


def test_load_is_announced_and_kept(whole_run: Ran) -> None:
    """Before it starts the run says how many sessions it opens, and that is how many it opened."""
    announced = whole_run.output.splitlines()[0]
    sessions, audio_s = whole_run.run["sessions"], whole_run.run["audio_s"]
    assert (
        f"speaks funasr-2pass-0.1: will open {sessions} sessions with {audio_s:.0f} s of audio" in announced
    )
    assert len(list((whole_run.out / "exchanges").iterdir())) == sessions


def test_findings_are_in_the_directory_as_they_come(whole_run: Ran) -> None:
    """The findings file holds what the record holds, less what was skipped."""
    lines = (whole_run.out / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    kept = {finding["requirement"]: finding["verdict"] for finding in map(json.loads, lines)}
    assert kept == {id_: verdict for id_, verdict in whole_run.verdicts.items() if verdict != "skipped"}


def test_everything_is_written(whole_run: Ran) -> None:
    """A run leaves its record and three renderings of it."""
    assert {"run.json", "report.html", "junit.xml", "summary.md"} <= {
        path.name for path in whole_run.out.iterdir()
    }


def test_pytest_is_the_same_run(whole_run: Ran, tmp_path: Path) -> None:
    """`pytest conformance --endpoint URL` judges, writes and exits as `asrgate check URL` does."""
    ids = ("HS-01", "END-04", "TS-09", "ITN-01")
    with serving(Parrot(says_of_nothing="嗯")) as address:
        ran = conformance(
            f"--endpoint={address}", f"--select={','.join(ids)}", f"--clips={TONES}", folder=tmp_path
        )
    assert {id_: ran.verdicts[id_] for id_ in ids} == {id_: whole_run.verdicts[id_] for id_ in ids}
    assert ran.status == 1
    assert "END-04 fail: " in ran.output
    summary = ran.output.splitlines()[-1]
    assert all(part in summary for part in ("1 failed,", "1 passed,", "1 failed SHOULD", "1 inconclusive"))
    assert "Traceback" not in ran.output


def test_broken_check_makes_the_run_invalid(url: str, tmp_path: Path) -> None:
    """A check that raises is an error of the suite: exit status 4, and the record says which."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ("asrgate.suite.plugin",)\n')
    (tmp_path / "test_broken.py").write_text(
        "from asrgate.suite.declarations import check\n\n"
        '@check("HS-01")\n'
        "def test_broken(given):\n"
        '    raise RuntimeError("out of order")\n'
    )
    ran = conformance(f"--endpoint={url}", folder=tmp_path, checks=tmp_path / "test_broken.py")
    assert (ran.status, ran.run["valid"], ran.verdicts["HS-01"]) == (4, False, "error")
    assert "out of order" in ran.run["invalid_reason"]


@pytest.mark.parametrize(
    ("requirement", "argument", "sentence"),
    [
        ("HS-99", "given", "there is no requirement HS-99 in "),
        ("HS-01", "plian", "there is no exchange named 'plian'"),
    ],
)
def test_what_a_check_names_must_exist(
    tmp_path: Path, requirement: str, argument: str, sentence: str
) -> None:
    """A misspelt requirement or exchange ends collection; nothing is driven."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ("asrgate.suite.plugin",)\n')
    (tmp_path / "test_stray.py").write_text(
        "from asrgate.suite.declarations import check\n\n"
        f'@check("{requirement}")\n'
        f"def test_stray({argument}): ...\n"
    )
    ran = conformance("--endpoint=ws://127.0.0.1:1", folder=tmp_path, checks=tmp_path / "test_stray.py")
    assert ran.status == 2
    assert sentence in ran.output
    assert not ran.out.exists()


def interrupted(
    parrot: Parrot,
    *options: str | Path,
    folder: Path,
    by: signal.Signals = signal.SIGINT,
    command: str = "check",
) -> Ran:
    """A run that is interrupted when the first utterance has been answered just now."""
    with serving(parrot) as address:
        process = start("asrgate", command, address, *options, "--out", folder / "out", folder=folder)
        parrot.answered.wait()
        process.send_signal(by)
        return ended(process, folder / "out")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_what_was_measured(by: signal.Signals, tmp_path: Path) -> None:
    """What was judged stays judged, the rest says that it was interrupted: exit status 4, no traceback."""
    ran = interrupted(Parrot(), "--select", "END-03,END-04", "--streams", "1", folder=tmp_path, by=by)
    assert (ran.status, ran.run["interrupted"]) == (4, True)
    assert (ran.verdicts["END-04"], ran.verdicts["END-03"]) == ("pass", "inconclusive")
    assert "interrupted" in ran.reasons["END-03"]
    assert "Traceback" not in ran.errors + ran.output
    assert (ran.out / "report.html").is_file()


def test_ctrl_c_after_a_must_failed(tmp_path: Path) -> None:
    """A MUST that failed before the interruption decides: exit status 1."""
    parrot = Parrot(says_of_nothing="嗯")
    ran = interrupted(parrot, "--select", "END-03,END-04", "--streams", "1", folder=tmp_path)
    assert (ran.status, ran.run["interrupted"], ran.verdicts["END-04"]) == (1, True, "fail")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_accuracy_part(by: signal.Signals, tmp_path: Path) -> None:
    """Nothing more is driven than the session that was just answered, and what was driven is what is told."""
    options = ("--fixtures", TONES, "--pace", "real", "--streams", "1")
    ran = interrupted(Parrot(), *options, folder=tmp_path, by=by, command="accuracy")
    assert (ran.status, ran.run["interrupted"]) == (4, True)
    scored = ran.run["accuracy"]["clips"] if ran.run["accuracy"] else []
    assert ran.run["sessions"] == len(scored) <= 1
    assert "Traceback" not in ran.errors + ran.output


def test_endpoint_that_goes_away_ends_the_run_at_once(tmp_path: Path) -> None:
    """What was not driven is inconclusive for one reason, which is also why the run is not valid."""
    selected = "END-04,CHUNK-01,CHUNK-03,HOT-01"
    with serving(Parrot(goes_after=0)) as address:
        ran = asrgate(
            "check", address, "--select", selected, "--streams", "1", "--fixtures", TONES, folder=tmp_path
        )
    reason = "the endpoint stopped answering after "
    assert ran.verdicts["END-04"] == "pass"
    assert [ran.verdicts[id_] for id_ in ("CHUNK-01", "CHUNK-03", "HOT-01")] == ["inconclusive"] * 3
    assert reason in ran.reasons["HOT-01"]
    assert reason in ran.run["invalid_reason"]
    assert ran.status == 4


def test_a_reader_that_leaves_does_not_end_the_run(tmp_path: Path) -> None:
    """`| head` closes the pipe: the report and the exit status are as without it."""
    with serving(Parrot()) as address:
        process = start(
            "asrgate", "check", address, "--select", "END-04", "--out", tmp_path / "out", folder=tmp_path
        )
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            errors = process.stderr.read()
    assert (process.returncode, errors) == (0, "")
    assert (tmp_path / "out" / "report.html").is_file()


def test_secrets_are_in_no_file(whole_run: Ran) -> None:
    """The value of a header is sent and never written."""
    assert whole_run.run["environment"]["options"]["headers"] == ["Authorization"]
    for path in whole_run.out.rglob("*"):
        assert path.is_dir() or SECRET not in path.read_text(encoding="utf-8"), path
