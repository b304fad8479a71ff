"""`asrgate load`: callers at the pace of speech, objectives, and what a run leaves."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from asrgate.cli import main
from suite.runs import TONES, Ran, asrgate, ended, start
from suite.servers import Parrot, serving

LOADED = {"LAT-06", *(f"LOAD-{number:02}" for number in range(1, 12))}
SERVED = 'objectives = ["errors.rate <= 0", "final_ms.p50 <= 5000", "text_mismatch.rate <= 0"]'


def valid(run: Callable[[Path], Ran], folder: Path) -> Ran:
    """A run in which the generator kept its time: on a machine that is busy it may take a few."""
    for attempt in range(5):
        ran = run(folder / f"{attempt}")
        reason = ran.run["invalid_reason"] if (ran.out / "run.json").is_file() else None
        if "the generator was not in order" not in (reason or ""):
            return ran
    raise AssertionError(f"this machine kept no time in five runs: {reason}")


def load(folder: Path, url: str, *options: str | Path) -> Ran:
    """Run `asrgate load` with clips of a second and objectives of its own."""
    folder.mkdir()
    file = folder / "slo.toml"
    file.write_text(SERVED, encoding="utf-8")
    return asrgate("load", url, "--fixtures", TONES, "--slo", file, *options, folder=folder)


def test_a_load_that_is_borne(tmp_path: Path) -> None:
    """Status 0; steps are told apart, and every session is counted, judged and compared."""
    with serving(Parrot()) as url:
        ran = valid(lambda folder: load(folder, url, "--shape", "2 for 12s, 4 for 8s"), tmp_path)
    assert ran.status == 0, ran.output + ran.errors
    first, second = ran.run["load"]["steps"]
    assert (first["streams"], second["streams"]) == (2, 4)
    assert first["began_s"] + first["duration_s"] < second["began_s"]
    for step in (first, second):
        assert (step["held"], step["errors"]) == (True, {})
        assert step["texts_compared"] == step["final_ms"]["n"] == step["sessions"] > 0
        assert step["generator"]["frames"] > 0
    assert {f["id"] for f in ran.run["findings"]} == LOADED
    assert ran.run["load"]["alone"].keys() == {"rise", "fall", "call"}
    assert "all 3 objectives held" in ran.output
    assert {path.name for path in ran.out.iterdir()} >= {"run.json", "report.html", "junit.xml", "summary.md"}


def test_uploads_are_measured_with_and_without(tmp_path: Path) -> None:
    """The same load twice, and a canary after it; what nobody asked for is skipped."""
    with serving(Parrot()) as url:
        options = ("--streams", "2", "--duration", "6s", "--abuse", "unpaced=1")
        ran = load(tmp_path / "run", url, *options)
    assert "first without uploads and then with them" in ran.output
    assert [step["purpose"] for step in ran.run["load"]["steps"]] == ["without uploads", "constant"]
    skipped = {id_ for id_, verdict in ran.verdicts.items() if verdict == "skipped"}
    assert skipped == {"LAT-06", "LOAD-03", "LOAD-05", "LOAD-06"}
    assert "--destructive" in ran.reasons["LOAD-05"]
    assert "same text" in ran.reasons["LOAD-07"]


def test_somebody_who_has_enough_of_a_soak_gets_a_report(tmp_path: Path) -> None:
    """After Ctrl-C what was measured is in the report, the status is 4, no process is left behind."""
    (tmp_path / "slo.toml").write_text(SERVED, encoding="utf-8")
    out = tmp_path / "out"
    with serving(Parrot()) as url:
        process = start(
            *("asrgate", "load", url, "--fixtures", TONES, "--slo", tmp_path / "slo.toml"),
            *("--shape", "soak", "--streams", "2", "--duration", "10m", "--out", out),
            folder=tmp_path,
        )
        wait_for(lambda: any(out.glob("loads/01-*/calls-*.jsonl")))
        wait_for(lambda: any(out.glob("loads/01-*/long-*.jsonl")))
        process.send_signal(signal.SIGINT)
        ran = ended(process, out)
    assert ran.status == 4, ran.output + ran.errors
    assert ran.run["interrupted"] is True
    assert ran.run["load"]["alone"].keys() == {"rise", "fall", "call"}
    reasons = {finding["id"]: finding["reason"] for finding in ran.run["findings"]}
    assert "a session kept its connection through" in reasons["LOAD-03"]
    assert "1000 utterances at one number of streams are needed" in reasons["LOAD-04"]
    assert (out / "report.html").is_file()
    assert not locusts_in(out)


def test_a_starved_generator_concludes_nothing(tmp_path: Path) -> None:
    """When the generator is held up the run is not valid: status 4, and the reason is its lateness."""
    (tmp_path / "slo.toml").write_text(SERVED, encoding="utf-8")
    out = tmp_path / "out"
    with serving(Parrot()) as url:
        process = start(
            *("asrgate", "load", url, "--fixtures", TONES, "--slo", tmp_path / "slo.toml"),
            *("--streams", "3", "--duration", "12s", "--out", out),
            folder=tmp_path,
        )
        wait_for(lambda: any(out.glob("loads/01-*/calls-*.jsonl")))
        wait_for(lambda: hold_up(out / "loads" / "01-constant", for_s=2.0))
        ran = ended(process, out)
    assert ran.status == 4, ran.output + ran.errors
    assert ran.run["valid"] is False
    assert re.search(r"generator was not in order: .* late", ran.run["invalid_reason"])
    assert "not valid" in ran.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--shape", "often"], "expected like '10 for 1m"),
        (["--shape", "arrivals"], "--calls-per-hour and --shape arrivals belong together"),
        (["--duration", "soon"], "no length of time"),
        (["--abuse", "abandon=many"], "'many' is no number of callers"),
        (["--abuse", "theft=3"], "no abuse 'theft'; expected one of abandon, reconnect"),
        (["--describe", "model"], "expected KEY=VALUE"),
        (["--slo", "nowhere.toml"], "--slo nowhere.toml"),
        (["--streams", "0"], "Invalid value for '--streams'"),
    ],
)
def test_wrong_use(arguments: list[str], sentence: str) -> None:
    """Exit status 2, and the message names the option and what it takes."""
    result = CliRunner().invoke(main, ["load", "ws://127.0.0.1:1", *arguments])
    assert result.exit_code == 2, result.output
    assert sentence in result.stderr


def test_clips_that_are_not_there(tmp_path: Path) -> None:
    """A tag that no clip has is refused with those that there are."""
    with serving(Parrot()) as url:
        ran = asrgate("load", url, "--fixtures", TONES, "--speak", "long", folder=tmp_path)
    assert ran.status == 2
    assert "--speak long: no clip has this tag" in ran.errors


def wait_for(happened: Callable[[], bool], within_s: float = 90.0) -> None:
    """Wait until it has happened."""
    until = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


def hold_up(folder: Path, for_s: float) -> bool:
    """Stop the generator that writes into this folder for a while; whether there was one."""
    pids = locusts_in(folder)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(for_s)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    return bool(pids)


def locusts_in(folder: Path) -> list[int]:
    """Processes whose command line names this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line and process.parent.name != str(os.getpid()):
            found.append(int(process.parent.name))
    return found
