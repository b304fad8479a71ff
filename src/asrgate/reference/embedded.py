"""The embedded endpoint as a process of its own, for the commands that are given no URL."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from asrgate.errors import InvalidRun

_END_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class EmbeddedEndpoint:
    """A running endpoint in the process `pid`; `ca_file` verifies it when it speaks TLS."""

    url: str
    ca_file: Path | None
    pid: int


@contextmanager
def embedded_endpoint(
    dialect: str = "funasr-2pass",
    *,
    tls: bool = False,
    workers: int | None = None,
    domain_text: Path | None = None,
    emissions: Path | None = None,
    speakers: bool = False,
) -> Iterator[EmbeddedEndpoint]:
    """Run `asrgate serve` on a free loopback port while the context lasts.

    The process is a session of its own, so that Ctrl-C ends the caller first and leaves it a server to the
    last report; it watches its standard input, so that it ends even when the caller dies without a word.

    Raises:
        InvalidRun: the endpoint did not start; the message repeats what it said.
    """
    with tempfile.TemporaryDirectory(prefix="asrgate-") as folder:
        ca_file = Path(folder, "ca.pem") if tls else None
        command = [sys.executable, "-m", "asrgate", "serve", "--embedded"]
        command += ["--host", "127.0.0.1", "--port", "0", "--dialect", dialect]
        command += ["--tls", "--ca-out", str(ca_file)] if ca_file else ["--no-tls"]
        command += ["--workers", str(workers)] if workers else []
        command += ["--domain-text", str(domain_text)] if domain_text else []
        command += ["--emissions", str(emissions)] if emissions else []
        command += ["--speakers"] if speakers else []
        said = Path(folder, "stderr.txt")
        with (
            said.open(
                "wb"
            ) as stderr,  # a file, because nobody reads along and a full pipe would block the endpoint
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                start_new_session=True,
            ) as process,
        ):
            try:
                yield EmbeddedEndpoint(_url_of(process, said), ca_file, process.pid)
            finally:
                _end(process)


def _url_of(process: subprocess.Popen[str], said: Path) -> str:
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    if not url:
        process.wait()
        raise InvalidRun(f"the embedded endpoint did not start: {said.read_text(errors='replace').strip()}")
    return url


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
