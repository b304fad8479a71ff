"""`asrgate serve`: the embedded endpoint in the foreground."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from threading import Thread

import click

from asrgate.errors import UsageError
from asrgate.reference.handshake import MANNERS
from asrgate.reference.server import RunningServer, ServeOptions, serving
from asrgate.reference.workload import WORKLOADS, Workload


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=10095,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--dialect",
    default="funasr-2pass",
    show_default=True,
    type=click.Choice(list(MANNERS)),
    help="Which family of servers to speak like.",
)
@click.option("--tls/--no-tls", help="Speak wss, with a certificate made for this run.")
@click.option(
    "--ca-out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write the authority that verifies the certificate (for --ca).",
)
@click.option("--workers", type=click.IntRange(1), help="Decoder processes.  [default: one per core]")
@click.option(
    "--domain-text",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Sentences, one per line, whose word pairs the recogniser shall find likelier.",
)
@click.option(
    "--emissions",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a JSON line for each reply: when it was handed to the socket, and how much audio had come.",
)
@click.option(
    "--workload",
    type=click.Choice(WORKLOADS),
    help="Also compute a network of this shape with random weights: what it costs, not what it knows.",
)
@click.option(
    "--device",
    default="cpu",
    show_default=True,
    metavar="cpu|cuda|cuda:N",
    help="Where the workload computes.",
)
@click.option("--speakers", is_flag=True, help="Say who spoke; --dialect funasr-realtime can.")
@click.option("--embedded", is_flag=True, hidden=True, help="Print only the URL; end with standard input.")
def serve(
    host: str,
    port: int,
    dialect: str,
    tls: bool,
    ca_out: Path | None,
    workers: int | None,
    domain_text: Path | None,
    emissions: Path | None,
    workload: str | None,
    device: str,
    speakers: bool,
    embedded: bool,
) -> None:
    """Serve the embedded endpoint until Ctrl-C.

    It is a real recogniser for synthetic speech: what it says of people's voices means little.
    """
    if ca_out and not tls:
        raise click.UsageError("--ca-out needs --tls: without TLS there is no certificate to verify")
    options = ServeOptions(
        host=host,
        port=port,
        dialect=dialect,
        tls=tls,
        workers=workers,
        domain_text=domain_text,
        emissions=emissions,
        workload=Workload(workload, device) if workload else None,
        speakers=speakers,
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options, ca_out, embedded=embedded))


async def _serve(options: ServeOptions, ca_out: Path | None, *, embedded: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(
        NotImplementedError
    ):  # Windows has no signal handlers; Ctrl-C works there as well
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    async with serving(options) as server:
        if ca_out and server.authority_pem:
            _write_authority(ca_out, server.authority_pem)
        if embedded:
            click.echo(server.url)
            _when_input_ends(loop, stop)
        else:
            click.echo(_announcement(server, ca_out))
        await stop.wait()


def _write_authority(path: Path, pem: bytes) -> None:
    try:
        path.write_bytes(pem)
    except OSError as error:
        raise UsageError(f"cannot write the authority to {path}: {error.strerror}") from None


def _announcement(server: RunningServer, ca_out: Path | None) -> str:
    trust = "" if server.authority_pem is None else f" --ca {ca_out}" if ca_out else " --insecure"
    return f"{server.dialect} at {server.url} - try: asrgate check {server.url}{trust} (Ctrl-C ends)"


def _when_input_ends(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Stop when the process that started this one closes the pipe, or dies."""

    def watch() -> None:
        # Not through sys.stdin: a thread inside a buffered read breaks the end of the interpreter.
        while os.read(sys.stdin.fileno(), 1024):
            pass
        with contextlib.suppress(RuntimeError):  # the loop may have ended by itself
            loop.call_soon_threadsafe(stop.set)

    Thread(target=watch, daemon=True).start()
