"""The embedded endpoint as a process: it starts, it ends, and it does not outlive its starter."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from asrgate.errors import InvalidRun
from asrgate.reference.embedded import embedded_endpoint


def answers(url: str, tls: ssl.SSLContext | None = None) -> bool:
    """Whether an empty utterance is answered."""
    try:
        with connect(url, ssl=tls) as client:
            client.send('{"chunk_size":[5,10,5],"is_speaking":false}')
            return bool(json.loads(client.recv(10))["is_final"])
    except (OSError, WebSocketException):
        return False


def test_it_runs_while_the_context_lasts() -> None:
    """The URL answers inside and refuses outside."""
    with embedded_endpoint(workers=1) as endpoint:
        assert answers(endpoint.url)
    assert not answers(endpoint.url)


def test_tls_comes_with_its_authority() -> None:
    """ca_file verifies the certificate, and is gone afterwards."""
    with embedded_endpoint(tls=True, workers=1) as endpoint:
        assert endpoint.ca_file is not None
        assert answers(endpoint.url, ssl.create_default_context(cafile=endpoint.ca_file))
    assert not endpoint.ca_file.exists()


def test_an_error_inside_ends_it_too() -> None:
    """Leaving by an exception ends the process as well."""
    with pytest.raises(KeyboardInterrupt), embedded_endpoint(workers=1) as endpoint:
        raise KeyboardInterrupt
    assert not answers(endpoint.url)


def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    """The message of the process is passed on."""
    missing = tmp_path / "none.txt"
    with pytest.raises(InvalidRun, match=r"none\.txt"), embedded_endpoint(domain_text=missing):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_it_ends_when_its_starter_is_killed() -> None:
    """Not even SIGKILL of the parent leaves it behind."""
    program = (
        "import sys, time\n"
        "from asrgate.reference.embedded import embedded_endpoint\n"
        "with embedded_endpoint(workers=1) as endpoint:\n"
        "    print(endpoint.url, flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
        assert answers(url)
        os.kill(starter.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not answers(url)
