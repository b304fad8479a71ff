"""The benchmark's server, on a real socket."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sink
from arrivals import read_arrivals
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

AUDIO = bytes(1920)


@pytest.fixture
def arrivals(tmp_path: Path) -> Path:
    """Where the server leaves what it noted."""
    return tmp_path / "arrivals.npz"


@pytest.fixture
def server(arrivals: Path) -> Iterator[subprocess.Popen[str]]:
    """A server that waits for two callers."""
    command = [sys.executable, sink.__file__, "2", str(arrivals)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def told(server: subprocess.Popen[str]) -> dict[str, int]:
    """What it says next."""
    assert server.stdout is not None
    facts: dict[str, int] = json.loads(server.stdout.readline())
    return facts


@contextmanager
def calling(port: int) -> Iterator[ClientConnection]:
    """A caller that has sent its opening message."""
    with connect(f"ws://127.0.0.1:{port}", compression=None) as connection:
        connection.send("{}")
        yield connection


def test_every_frame_is_noted_once(server: subprocess.Popen[str], arrivals: Path) -> None:
    """Whole, in pieces or several at once; partials come for each tenth, and a final after the end."""
    port = told(server)["port"]
    with calling(port) as first, calling(port) as second:
        for _ in range(10):
            first.send(AUDIO)
        assert not json.loads(first.recv())["is_final"]
        three = Frame(Opcode.BINARY, AUDIO).serialize(mask=True) * 3
        for start in range(0, len(three), 700):
            second.socket.sendall(three[start : start + 700])
        assert told(server) == {"speaking": 2}
        second.send('{"is_speaking": false}')
        assert json.loads(second.recv())["is_final"]
    server.send_signal(signal.SIGTERM)
    server.wait(60)
    assert sorted(len(came_ns) for came_ns in read_arrivals(arrivals)) == [3, 10]
    assert all((came_ns[1:] >= came_ns[:-1]).all() for came_ns in read_arrivals(arrivals))
