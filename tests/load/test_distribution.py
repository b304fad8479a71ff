"""What master and worker tell each other: nothing is lost, strangers are refused, the endpoint comes."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from asrgate.load import engine
from asrgate.load.engine import Load, generating
from asrgate.load.shapes import constant
from asrgate.wire.endpoint import Endpoint

TWO_ENDS = Path(__file__).with_name("two_ends.py")


def told(story: str, folder: Path) -> tuple[dict[str, Any], str]:
    """What came of a story, and what was logged."""
    command = [sys.executable, str(TWO_ENDS), story, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_lines_that_are_lost_on_the_way_come_again(tmp_path: Path) -> None:
    """The master's copy becomes the worker's file whatever the network drops or doubles; nothing is left."""
    facts, _ = told("lines_are_lost", tmp_path)
    assert facts["sent"] > 20
    assert facts["clocks"] == 1


def test_a_worker_gets_the_options_and_the_endpoint_with_its_authority(tmp_path: Path) -> None:
    """The authority's file need not be on its host, and headers travel in no command line."""
    facts, _ = told("endpoint_travels", tmp_path)
    assert facts == {
        "speak": "digits",
        "url": "wss://host:10095",
        "headers": [["Authorization", "Bearer x"]],
        "is a copy": True,
        "authority": "-----BEGIN CERTIFICATE-----\n",
    }


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    """It would measure something else; it ends, and says why."""
    facts, log = told("other_version", tmp_path)
    assert facts == {"status": 2}
    assert "its asrgate is 9.9, the command's is" in log
    assert "install the same on all hosts" in log


def test_a_master_of_another_kind_is_told(tmp_path: Path) -> None:
    """One that runs a Locust file of somebody else does not answer."""
    facts, log = told("other_locustfile", tmp_path)
    assert facts == {"status": 2}
    assert "it runs another Locust file" in log


def test_nobody_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The load never begins, and why is told."""
    monkeypatch.setattr(engine, "COME_WITHIN_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    load = Load(shape=constant(1, 1), dialect="funasr-2pass", workers=2, listen=address)
    with generating(load, Endpoint(url="ws://127.0.0.1:9"), tmp_path) as generator:
        while generator.runs(0.2):
            pass
        assert generator.failure is not None
        assert "0 of 2 workers came to 127.0.0.1:" in generator.failure
