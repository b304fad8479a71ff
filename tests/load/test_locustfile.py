"""The Locust file, run as a Locust user runs it."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from asrgate.audio.clips import MANIFEST_NAME, bundled_clips_directory, load_clips
from asrgate.load.trace import Trace, read_traces
from asrgate.reference.embedded import embedded_endpoint

LOCUSTFILE = Path(__file__).parents[2] / "load" / "locustfile.py"
LOCUST = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE)]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shortest sentence alone."""
    source = bundled_clips_directory()
    clip = min(load_clips(source).tagged("plain"), key=lambda clip: clip.duration_ms)
    lines = (source / MANIFEST_NAME).read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if json.loads(line)["id"] == clip.id)
    folder = tmp_path_factory.mktemp("clips")
    (folder / MANIFEST_NAME).write_text(line + "\n", encoding="utf-8")
    (folder / clip.path.relative_to(source)).parent.mkdir(exist_ok=True)
    copy(clip.path, folder / clip.path.relative_to(source))
    return folder


def locust(*options: str) -> subprocess.CompletedProcess[str]:
    """Run Locust without its web page; calls that are under way at the end may take their time."""
    command = [*LOCUST, "--headless", "--skip-log", "--json", "--stop-timeout", "60"]
    return subprocess.run([*command, *options], capture_output=True, text=True, timeout=180, check=False)


def statistics_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What Locust counted, by name."""
    return {entry["name"]: entry for entry in json.loads(done.stdout)}


def traces_in(folder: Path, kind: str = "calls") -> list[Trace]:
    """What the workers wrote."""
    return list(read_traces(sorted(folder.glob(f"{kind}-*.jsonl"))))


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-realtime"])
def test_callers_get_their_finals(dialect: str, short: Path) -> None:
    """Two callers in real time connect, and every utterance ends with a final."""
    with embedded_endpoint(dialect) as endpoint:
        asked = ("--host", endpoint.url, "--dialect", dialect, "--clips", str(short))
        done = locust(*asked, "--shape", "2 for 3s")
    measured = statistics_of(done)
    assert done.returncode == 0, done.stderr
    assert measured["final after end"]["num_requests"] >= 2
    assert all(entry["num_failures"] == 0 for entry in measured.values())
    assert measured["partial lag, median of a call"]["num_requests"] >= 2


def test_users_come_as_locust_is_asked(short: Path, tmp_path: Path) -> None:
    """By -u, -r and -t, with CSV and HTML."""
    with embedded_endpoint("funasr-2pass") as endpoint:
        asked = ("-u", "1", "-r", "1", "-t", "2s", "--csv", str(tmp_path / "load"))
        done = locust(
            "--host", endpoint.url, "--clips", str(short), *asked, "--html", str(tmp_path / "load.html")
        )
    assert done.returncode == 0, done.stderr
    assert statistics_of(done)["final after end"]["num_requests"] >= 1
    assert "Aggregated" in (tmp_path / "load_stats.csv").read_text(encoding="utf-8")
    assert "first partial after onset" in (tmp_path / "load.html").read_text(encoding="utf-8")


def test_unreachable_endpoint_is_a_failure() -> None:
    """Where nothing listens, every connect counts as failed and Locust's exit status says so."""
    done = locust("--host", "ws://127.0.0.1:9", "-u", "1", "-r", "1", "-t", "1s")
    measured = statistics_of(done)
    assert done.returncode == 1
    assert measured["connect"]["num_failures"] == measured["connect"]["num_requests"] > 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--shape", "many"), "no stage of a load"),
        (("--speak", "nothing"), "no clip has this tag"),
    ],
)
def test_what_cannot_be_is_told_before_anybody_calls(options: tuple[str, ...], why: str) -> None:
    """In a sentence, with the status of a wrong option."""
    done = locust("--host", "ws://127.0.0.1:9", "-u", "1", "-t", "1s", *options)
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_only_callers_with_a_tag(short: Path) -> None:
    """Tags choose callers, as they choose tasks elsewhere."""
    with embedded_endpoint("funasr-2pass") as endpoint:
        asked = ("--host", endpoint.url, "--clips", str(short), "-u", "2", "-r", "2", "-t", "3s")
        done = locust(*asked, "--tags", "unpaced", "reconnect")
    assert done.returncode == 0, done.stderr
    assert set(statistics_of(done)) == {"unpaced", "reconnect"}


def test_callers_that_misbehave_beside_those_that_do_not(short: Path, tmp_path: Path) -> None:
    """Their calls are kept apart, and those of paced callers are none the worse for it."""
    abuse = ("abandon", "reconnect", "unpaced")
    asked = [option for name in abuse for option in ("--abuse", f"{name}=1")]
    with embedded_endpoint("funasr-2pass") as endpoint:
        where = ("--host", endpoint.url, "--clips", str(short), "--traces", str(tmp_path))
        done = locust(*where, *asked, "--shape", "2 for 3s")
    assert done.returncode == 0, done.stderr
    assert {trace.ingredient for trace in traces_in(tmp_path, "abuse")} == set(abuse)
    calls = traces_in(tmp_path)
    assert {(trace.ingredient, trace.error) for trace in calls} == {(None, None)}
    assert len({trace.caller for trace in calls}) == 2


def test_calls_arrive_on_their_own(short: Path, tmp_path: Path) -> None:
    """Each by another caller, whether or not those before are over; a long one is many utterances."""
    with embedded_endpoint("funasr-2pass") as endpoint:
        asked = ("--calls-per-hour", "7200", "--lengths", "fixed:4s", "--shape", "0 for 4s")
        where = ("--host", endpoint.url, "--clips", str(short), "--traces", str(tmp_path))
        done = locust(*where, *asked, *processes(2))
    assert done.returncode == 0, done.stderr
    calls = Counter(trace.caller for trace in traces_in(tmp_path))
    assert len(calls) >= 2
    assert min(calls.values()) >= 2
    assert {trace.error for trace in traces_in(tmp_path)} == {None}
    assert sum(trace.opening is not None for trace in traces_in(tmp_path)) == len(calls)


def test_synchronised_callers_begin_together(short: Path, tmp_path: Path) -> None:
    """All of them at the same instants."""
    with embedded_endpoint("funasr-2pass") as endpoint:
        where = ("--host", endpoint.url, "--clips", str(short), "--traces", str(tmp_path))
        done = locust(*where, "--starts", "synchronised", "--pause", "0", "--shape", "3 for 4s")
    assert done.returncode == 0, done.stderr
    began_at = sorted(trace.began_at for trace in traces_in(tmp_path))
    rounds = {round(at, 1) for at in began_at}
    assert len(began_at) == 3 * len(rounds)


def test_the_page_shows_streams(short: Path) -> None:
    """Those of all workers, with the lateness of their frames, in a tab of its own."""
    with embedded_endpoint("funasr-2pass") as endpoint, page(endpoint.url, short) as url:
        assert '"extended_tabs"' in fetched(url)
        workers: list[dict[str, Any]] = []
        while not any(worker["speaking"] and worker["late_p99"] is not None for worker in workers):
            time.sleep(0.2)
            told = json.loads(fetched(f"{url}/stats/requests"))
            (table,) = told["extended_stats"]
            assert table["key"] == "streams"
            workers = table["data"]
        assert sum(worker["sockets"] for worker in workers) >= 1


@contextmanager
def page(endpoint: str, clips: Path) -> Iterator[str]:
    """Locust with its page, while two callers of a worker speak."""
    web_port = free_port()
    asked = ["--host", endpoint, "--clips", str(clips), "-u", "2", "-r", "2", "--pause", "0", *processes(1)]
    asked += ["--web-host", "127.0.0.1", "--web-port", web_port, "--autostart"]
    process = subprocess.Popen(
        [*LOCUST, *asked], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        url = f"http://127.0.0.1:{web_port}"
        while not answers(url):
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=60)


def answers(url: str) -> bool:
    """Whether there is a page."""
    try:
        return bool(fetched(url))
    except OSError:
        return False


def fetched(url: str) -> str:
    """What lies there."""
    with urllib.request.urlopen(url, timeout=30) as response:
        text: str = response.read().decode()
        return text


def processes(count: int) -> list[str]:
    """So many workers, with a port of their own to meet at."""
    meeting = free_port()
    return ["--processes", str(count), "--master-port", meeting, "--master-bind-port", meeting]


def free_port() -> str:
    """A port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])
