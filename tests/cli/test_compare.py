"""`asrgate compare` gates, `asrgate calibrate` measures noise: as a pipeline calls them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asrgate.cli import main
from asrgate.report.files import write_run
from asrgate.report.record import Run
from gate.deployments import deployment, later_by, worse_every
from suite.runs import TONES, asrgate
from suite.servers import Parrot, serving


def saved(folder: Path, *runs: Run) -> Path:
    """One run, or several repeats, in a folder."""
    if len(runs) == 1:
        write_run(runs[0], folder)
    for number, run in enumerate(runs):
        write_run(run, folder / f"repeat-{number}")
    return folder


def compare(base: Path, new: Path, *options: str) -> Result:
    """Run the command; it writes beside NEW."""
    arguments = ["compare", str(base), str(new), "--out", str(new.parent / "out"), *options]
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    ("new", "status", "said"),
    [
        (deployment(seed=1), 0, "Not worse"),
        (deployment(worse_every(3)), 1, "Worse"),
        (deployment(clips=6), 4, "Too noisy"),
        (deployment(valid=False), 4, "Not comparable"),
    ],
)
def test_four_answers(new: Run, status: int, said: str, tmp_path: Path) -> None:
    """Each has its exit status, and is the first line."""
    result = compare(saved(tmp_path / "a", deployment()), saved(tmp_path / "b", new))
    assert result.exit_code == status
    assert said in result.output.splitlines()[0]
    assert (tmp_path / "out" / "compare.html").is_file()


def test_noise_may_pass(tmp_path: Path) -> None:
    """What cannot be told passes where that was asked for; what cannot be compared never does."""
    base = saved(tmp_path / "a", deployment())
    assert compare(base, saved(tmp_path / "b", deployment(clips=6)), "--on-noisy", "pass").exit_code == 0
    assert compare(base, saved(tmp_path / "c", deployment(valid=False)), "--on-noisy", "pass").exit_code == 4


def test_a_tolerance_decides_what_matters(tmp_path: Path) -> None:
    """60 ms are below the default; --tolerance and asrgate.toml say otherwise."""
    base = saved(tmp_path / "a", deployment(), deployment(seed=1))
    new = saved(tmp_path / "b", deployment(later_by(60.0), seed=2))
    assert compare(base, new).exit_code == 0
    assert compare(base, new, "--tolerance", "final=30ms").exit_code == 1
    file = tmp_path / "ours.toml"
    file.write_text('[compare]\ntolerance = ["final=30ms"]\n')
    again = ["--config", str(file), "compare", str(base), str(new), "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(main, again).exit_code == 1


def test_the_comparison_as_json(tmp_path: Path) -> None:
    """Nothing else on standard output."""
    result = compare(saved(tmp_path / "a", deployment()), saved(tmp_path / "b", deployment()), "--json")
    assert json.loads(result.stdout)["answer"] == "not worse"


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    """In a sentence, with what was expected."""
    result = compare(tmp_path, saved(tmp_path / "b" / "c", deployment()))
    assert result.exit_code == 2
    assert "run.json" in result.stderr


def test_what_seems_worse_is_measured_again(tmp_path: Path) -> None:
    """A deployment that answers as before when it is asked again is not called worse.

    It is asked as before: the first run of the folder scored nothing, the second one says how.
    """
    with serving(Parrot()) as url:
        measured = ("--fixtures", TONES, "--mode", "2pass", "--streams", "3")
        ran = asrgate("accuracy", url, *measured, folder=tmp_path)
        record = json.loads((ran.out / "run.json").read_text(encoding="utf-8"))
        for finding in record["findings"]:
            if finding["id"] == "END-01":
                finding["verdict"] = "fail"
        base, new = tmp_path / "base", tmp_path / "new"
        unscored = _judged(record | {"accuracy": None}, "fail")
        for folder, text in (
            (base, _judged(record, "pass")),
            (new / "check", unscored),
            (new / "second", _judged(record, "fail")),
        ):
            folder.mkdir(parents=True)
            (folder / "run.json").write_text(text, encoding="utf-8")
        assert compare(base, new).exit_code == 1
        result = compare(base, new, "--confirm", url)
    assert f"measuring {url}" in result.stderr
    assert "measured again it is" in result.stdout
    assert result.exit_code == 4
    again = json.loads((tmp_path / "out" / "confirmation" / "run.json").read_text(encoding="utf-8"))
    asked = again["environment"]["options"]
    assert (asked["modes"], asked["streams"]) == (["2pass"], 3)


def _judged(record: dict, verdict: str) -> str:  # type: ignore[type-arg]
    """The record with END-01 judged."""
    changed = record | {
        "findings": [f | ({"verdict": verdict} if f["id"] == "END-01" else {}) for f in record["findings"]]
    }
    return json.dumps(changed)


def test_the_noise_of_a_deployment_is_written(tmp_path: Path) -> None:
    """A parrot says the same each time: the tolerances are the floors, and the runs can be a BASE."""
    with serving(Parrot()) as url:
        ran = asrgate(
            *("calibrate", url, "--repeats", "3", "--fixtures", TONES, "--mode", "2pass"),
            folder=tmp_path,
        )
    assert ran.status == 0, ran.errors
    assert 'tolerance = ["wer=0.5%"]' in (tmp_path / "asrgate.toml").read_text(encoding="utf-8")
    assert compare(ran.out, ran.out).exit_code == 4


def test_the_settings_of_the_runs_are_measured_again(tmp_path: Path) -> None:
    """Clips of the user's own are looked for where they were; the sentence says what to give otherwise."""
    base = saved(tmp_path / "a", deployment())
    gone = deployment(worse_every(2))
    gone = replace(gone, environment=replace(gone.environment, fixtures=str(tmp_path / "clips")))
    result = compare(base, saved(tmp_path / "b", gone), "--confirm", "ws://127.0.0.1:9")
    assert result.exit_code == 2
    assert "give --fixtures" in result.stderr
