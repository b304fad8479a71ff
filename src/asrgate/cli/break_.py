"""`asrgate break`: the fault proxy in front of an endpoint, by hand."""

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from asrgate.cli.options import Reach, endpoint_options
from asrgate.faults.catalogue import FAULTS, fault_named
from asrgate.faults.fault import Fault
from asrgate.faults.proxy import Proxy, listener_at, url_of
from asrgate.wire.detection import detect
from asrgate.wire.dialects import DIALECTS, Dialect, dialect_named
from asrgate.wire.endpoint import Endpoint

_AUTO = "auto"
_PIPE_COLUMNS = 200


@click.command("break")
@click.argument("url", required=False, envvar="ASRGATE_ENDPOINT")
@endpoint_options
@click.option(
    "--fault",
    "names",
    multiple=True,
    metavar="NAME",
    help="What to break; repeat for several. Without any the proxy only passes on.",
)
@click.option(
    "--listen",
    default="127.0.0.1:10096",
    show_default=True,
    metavar="HOST:PORT",
    help="Where clients connect; port 0 takes a free one.",
)
@click.option(
    "--dialect",
    type=click.Choice([_AUTO, *DIALECTS]),
    default=_AUTO,
    show_default=True,
    help="What the endpoint speaks: a fault must know a sentence from a partial.",
)
@click.option("--list", "listing", is_flag=True, help="Say which faults there are, and what must catch them.")
def break_(
    url: str | None, reach: Reach, names: tuple[str, ...], listen: str, dialect: str, listing: bool
) -> None:
    """Put a proxy in front of the endpoint at URL that breaks one thing, until Ctrl-C.

    For those who want to see how a client, or this suite, takes it.
    """
    if listing:
        _list(FAULTS.values() if dialect == _AUTO else [f for f in FAULTS.values() if dialect in f.dialects])
        return
    if url is None:
        raise click.UsageError("which endpoint? expected a URL, as in asrgate break ws://127.0.0.1:10095")
    faults = [fault_named(name) for name in names]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(reach.endpoint(url), faults, _address(listen), dialect))


async def _serve(endpoint: Endpoint, faults: list[Fault], address: tuple[str, int], dialect: str) -> None:
    """Chain a proxy for each fault, the last one where clients connect."""
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    spoken = await _spoken(endpoint, dialect)
    behind = endpoint
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="asrgate-break-"))
        chain: list[Fault | None] = [*faults] or [None]
        for place, fault in enumerate(chain):
            last = place == len(chain) - 1
            front = fault.front() if fault is not None and fault.front is not None else None
            listener = stack.enter_context(listener_at(*address) if last else listener_at("127.0.0.1", 0))
            proxy = Proxy(behind, fault.breaks(spoken) if fault is not None else None)
            await stack.enter_async_context(proxy.listening(listener, front.context if front else None))
            ca_file = None
            if front is not None and front.authority_pem is not None:
                ca_file = Path(folder, f"authority-{place}.pem")
                ca_file.write_bytes(front.authority_pem)
            behind = Endpoint(
                url=url_of(listener, endpoint, tls=front is not None),
                ca_file=ca_file,
                insecure=front is not None and ca_file is None,
            )
        trust = f" --ca {behind.ca_file}" if behind.ca_file else " --insecure" if behind.insecure else ""
        what = " and ".join(fault.name for fault in faults) or "nothing broken"
        click.echo(f"{what}: {behind.url} - try: asrgate check {behind.url}{trust} (Ctrl-C ends)")
        await stop.wait()


async def _spoken(endpoint: Endpoint, dialect: str) -> Dialect:
    if dialect != _AUTO:
        return dialect_named(dialect)
    return (await detect(endpoint)).dialect


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise click.UsageError(f"--listen {listen}: expected HOST:PORT, for example 127.0.0.1:10096")
    return host.strip("[]"), int(port)


def _list(faults: Iterable[Fault]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPE_COLUMNS)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("Fault", "What it does", "Must be caught by"):
        table.add_column(title, overflow="fold", no_wrap=title == "Fault")
    for fault in faults:
        table.add_row(fault.name, fault.sentence, ", ".join(fault.caught_by))
    console.print(table)
