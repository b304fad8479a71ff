"""`asrgate worker`: callers on this host for a load run that another host commands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from asrgate.cli.address import ADDRESS
from asrgate.errors import UsageError

LOOK_S = 0.5
STOP_S = 10.0
"""How long callers may take to end after Ctrl-C."""


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
    ended: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: ended.append(number))
    click.echo(f"{_workers(processes)} for {host}:{port} (Ctrl-C ends)", err=True)
    while not ended:
        status = _served(command, ended)
        if not ended and (once or status == UsageError.exit_status):
            sys.exit(status)


def _served(command: list[str], ended: Sequence[int]) -> int:
    """Serve one load until it is over or somebody `ended` that; 2 where the callers can make no calls."""
    # In a session of their own: Ctrl-C is for this process, which tells them once.
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True) as callers:
        while not ended and callers.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                callers.wait(LOOK_S)
        if ended:
            with suppress(ProcessLookupError):
                os.killpg(callers.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                callers.wait(STOP_S)
            with suppress(ProcessLookupError):
                os.killpg(callers.pid, signal.SIGKILL)
        return callers.wait()


def _workers(count: int) -> str:
    return "1 worker" if count == 1 else f"{count} workers"
