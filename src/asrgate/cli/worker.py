"""`asrgate worker`: callers on this host for a load run that another host commands."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

import click

DEFAULT_PORT = 5557
STOP_S = 10.0
"""How long callers may take to end after Ctrl-C."""


class _Address(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return host and port."""
        if isinstance(value, tuple):
            return value
        host, colon, port = value.rpartition(":") if value.count(":") == 1 else (value, "", "")
        if not host or (colon and not (port.isdecimal() and 0 < int(port) < 65536)):
            self.fail(f"expected HOST or HOST:PORT as `asrgate load --listen` says it; got {value}")
        return (host, int(port or DEFAULT_PORT))


ADDRESS = _Address()


@click.command()
@click.argument("master", type=ADDRESS, metavar="HOST[:PORT]")
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="Workers to run here, a core each; the command counts each of them.",
)
@click.option("--once", is_flag=True, help="End with the first load, instead of waiting for the next.")
def worker(master: tuple[str, int], processes: int, once: bool) -> None:
    """Make calls for the load run that HOST commands, until Ctrl-C.

    HOST runs `asrgate load … --workers N --listen 0.0.0.0:5557` and waits until N workers have come. What is
    measured here is copied there; nothing is left on this host.
    """
    from asrgate.load.engine import locustfile

    host, port = master
    command = [sys.executable, "-m", "locust", "--locustfile", str(locustfile()), "--worker"]
    command += ["--master-host", host, "--master-port", str(port), "--loglevel", "WARNING"]
    if processes > 1:
        command += ["--processes", str(processes)]
    click.echo(f"{_workers(processes)} for {host}:{port} (Ctrl-C ends)", err=True)
    while True:
        status = _served(command)
        if once:
            sys.exit(status)


def _served(command: list[str]) -> int:
    """Serve one master to its end; the status with which the callers ended."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as callers:
        with suppress(ValueError):  # only the main thread may
            signal.signal(signal.SIGTERM, _interrupt)
        try:
            return callers.wait()
        except KeyboardInterrupt:
            callers.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                callers.wait(STOP_S)
            callers.kill()
            raise


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _workers(count: int) -> str:
    return "1 worker" if count == 1 else f"{count} workers"
