"""Three hosts for one test: those of namespaces.py, or this one thrice where the kernel allows no more."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from asrgate.cli.address import WORKERS_PORT

from .namespaces import COMMAND_ADDRESS

_NAMESPACES = Path(__file__).with_name("namespaces.py")
_WAYS = {
    "user": "network namespaces of a user namespace",
    "root": "network namespaces",
}


@dataclass(frozen=True, slots=True)
class Host:
    """Where commands run; `pid` holds its namespaces, None for this host itself."""

    pid: int | None

    def command(self, *command: str) -> list[str]:
        """The command that runs this command there."""
        if self.pid is None:
            return list(command)
        return [sys.executable, str(_NAMESPACES), "enter", str(self.pid), *command]

    @contextmanager
    def running(
        self, *command: str, log: Path, env: Mapping[str, str] | None = None
    ) -> Iterator["subprocess.Popen[str]"]:
        """A command while it runs there; what it says on standard error is in `log`."""
        with (
            log.open("w") as said,
            subprocess.Popen(
                self.command(*command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env=os.environ | (env or {}),
            ) as process,
        ):
            try:
                yield process
            finally:
                process.terminate()


@dataclass(frozen=True, slots=True)
class Hosts:
    """The command's host, which all others reach at `address`, those of two workers, and what they are.

    `port` is free on the command's host.
    """

    command: Host
    workers: tuple[Host, Host]
    address: str
    port: int
    way: str


@contextmanager
def three_hosts() -> Iterator[Hosts]:
    """Hosts that are as apart as this machine permits."""
    refusals = []
    with ExitStack() as stack:
        for kind, way in _WAYS.items():
            holder = stack.enter_context(_holder(kind))
            assert holder.stdout is not None
            if line := holder.stdout.readline():
                command, *workers = (Host(pid) for pid in json.loads(line))
                first, second = workers
                yield Hosts(command, (first, second), COMMAND_ADDRESS, WORKERS_PORT, way)
                return
            assert holder.stderr is not None
            refusals.append(f"{way}: {_last(holder.stderr.read().splitlines())}")
        here = Host(None)
        yield Hosts(here, (here, here), "127.0.0.1", _free_port(), f"one host only ({'; '.join(refusals)})")


@contextmanager
def _holder(kind: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, str(_NAMESPACES), "hold", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _last(lines: Sequence[str]) -> str:
    return lines[-1] if lines else "it did not say why"
