"""`asrgate worker`: callers on this host for a load run that another host commands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

import click

from asrgate.cli.address import ADDRESS
from asrgate.errors import UsageError

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
    click.echo(f"{_workers(processes)} for {host}:{port} (Ctrl-C ends)", err=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        while True:
            status = _served(command)
            if once or status == UsageError.exit_status:
                sys.exit(status)


def _served(command: list[str]) -> int:
    """Serve one load to its end; the status with which the callers ended: 2 where they can make no calls."""
    # In a session of their own: Ctrl-C is for this process, which passes it on once.
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True) as callers:
        try:
            return callers.wait()
        except KeyboardInterrupt:
            os.killpg(callers.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                callers.wait(STOP_S)
            with suppress(ProcessLookupError):
                os.killpg(callers.pid, signal.SIGKILL)
            raise


def _workers(count: int) -> str:
    return "1 worker" if count == 1 else f"{count} workers"
