"""The Locust file, run as a Locust user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from asrgate.reference.embedded import embedded_endpoint

LOCUSTFILE = Path(__file__).parents[2] / "load" / "locustfile.py"


def locust(*options: str) -> subprocess.CompletedProcess[str]:
    """Run Locust without its web page for a few seconds."""
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--skip-log", "--json"]
    return subprocess.run([*command, *options], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-python"])
def test_callers_get_their_finals(dialect: str) -> None:
    """Two callers in real time connect, and every utterance ends with a final."""
    with embedded_endpoint(dialect) as endpoint:
        done = locust("--host", endpoint.url, "--dialect", dialect, "-u", "2", "-r", "2", "-t", "6s")
    measured = {entry["name"]: entry for entry in json.loads(done.stdout)}
    assert done.returncode == 0, done.stderr
    assert measured["final after end"]["num_requests"] >= 2
    assert all(entry["num_failures"] == 0 for entry in measured.values())


def test_unreachable_endpoint_is_a_failure() -> None:
    """Where nothing listens, every connect counts as failed and Locust's exit status says so."""
    done = locust("--host", "ws://127.0.0.1:9", "-u", "1", "-r", "1", "-t", "1s")
    measured = {entry["name"]: entry for entry in json.loads(done.stdout)}
    assert done.returncode == 1
    assert measured["connect"]["num_failures"] == measured["connect"]["num_requests"] > 0
