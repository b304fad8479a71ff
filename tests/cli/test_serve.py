"""`asrgate serve`: what it prints, what it refuses, how it ends."""

import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from websockets.sync.client import connect

from asrgate.cli import main

COMMAND = [sys.executable, "-m", "asrgate", "serve"]


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command; give the process and the line it printed."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0", "--workers", "1", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.terminate()
            process.communicate(timeout=15)


def refused(*arguments: str) -> str:
    """Return the one sentence with which the command refuses, status 2."""
    done = CliRunner().invoke(main, ["serve", *arguments])
    assert done.exit_code == 2
    assert done.stdout == ""
    return done.stderr.strip().splitlines()[-1]


def test_it_says_where_it_listens_and_ends_cleanly() -> None:
    """One line with dialect, URL and what to try; strangers are no news; Ctrl-C ends with status 0."""
    with serving("--dialect", "funasr-offline") as (process, line):
        dialect, url = line.split()[0], line.split()[2]
        assert dialect == "funasr-offline"
        assert f"asrgate check {url}" in line
        with connect(url) as client:
            client.send('{"is_speaking":false}')
            assert json.loads(client.recv(10))["mode"] == "offline"
        with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as stranger:
            stranger.sendall(b"no HTTP at all\r\n\r\n")
            stranger.recv(100)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=15)
        assert (process.returncode, errors.strip()) == (0, "")


def test_the_authority_can_be_written(tmp_path: Path) -> None:
    """--ca-out is what --ca takes."""
    authority = tmp_path / "ca.pem"
    with serving("--tls", "--ca-out", str(authority)) as (_, line):
        url = line.split()[2]
        assert url.startswith("wss://")
        assert f"--ca {authority}" in line
        with connect(url, ssl=ssl.create_default_context(cafile=authority)) as client:
            client.send('{"chunk_size":[5,10,5],"is_speaking":false}')
            assert json.loads(client.recv(10))["is_final"] is True


def test_a_port_in_use_is_refused() -> None:
    """One sentence with the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1 port {port}" in refused("--port", str(port))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--dialect", "klingon"], "funasr-2pass"),
        (["--port", "70000"], "65535"),
        (["--workers", "0"], "workers"),
        (["--domain-text", "/no/such/file"], "/no/such/file"),
        (["--ca-out", "ca.pem"], "--ca-out needs --tls"),
        (["--host", "no.such.host.invalid"], "no.such.host.invalid"),
        (
            ["--tls", "--ca-out", "/no/such/folder/ca.pem", "--port", "0", "--workers", "1"],
            "/no/such/folder/ca.pem",
        ),
    ],
)
def test_wrong_use_is_refused(arguments: list[str], expected: str) -> None:
    """Status 2 and a sentence that names the option, what came or what is expected."""
    assert expected in refused(*arguments)
