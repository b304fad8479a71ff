"""The options that every command shares: how an endpoint is reached."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from asrgate.errors import UsageError
from asrgate.wire.dialects import DIALECTS, FUNASR_2PASS
from asrgate.wire.endpoint import DEFAULT_SUBPROTOCOLS, Endpoint
from asrgate.wire.tls import client_context
from asrgate.wire.waiting import wait_until_open

NO_SUBPROTOCOL = "none"

_PROXY_SCHEMES = ("http", "socks4", "socks5", "socks5h")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How endpoints are reached, as the shared options say; `wait_s`: how long to wait for a first answer."""

    ca_file: Path | None
    insecure: bool
    headers: tuple[tuple[str, str], ...]
    subprotocols: tuple[str, ...]
    proxy: str | None
    connect_timeout_s: float
    wait_s: float

    def endpoint(self, url: str) -> Endpoint:
        """Return the endpoint at `url`.

        Raises:
            UsageError: the URL is not a WebSocket URL.
        """
        return Endpoint(
            url=url,
            ca_file=self.ca_file,
            insecure=self.insecure,
            headers=self.headers,
            subprotocols=self.subprotocols,
            proxy=self.proxy,
            connect_timeout_s=self.connect_timeout_s,
        )

    async def wait_for(self, endpoint: Endpoint) -> None:
        """Wait until the endpoint answers a handshake, when `--wait` asks for it; says so on standard error.

        Raises:
            EndpointUnreachable: it does not in time.
        """
        if self.wait_s > 0:
            await wait_until_open(endpoint, self.wait_s, lambda sentence: click.echo(sentence, err=True))


class _Header(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    name = "header"
    # In the environment one header stands on each line, since headers contain spaces.
    envvar_list_splitter = "\n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return name and value; what is wrong is told without the value, which may be a secret."""
        if isinstance(value, tuple):
            return value
        name, colon, content = value.partition(":")
        name = name.strip()
        if not colon or not name or not name.isascii() or any(char.isspace() for char in name):
            self.fail("expected 'Name: value', for example 'Authorization: Bearer …'", param, ctx)
        if not content.isprintable():
            self.fail(f"the value of {name} holds characters that a header cannot carry", param, ctx)
        return name, content.strip()


class _ProxyUrl(click.ParamType):  # type: ignore[type-arg]
    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the URL; what is wrong is told without it, for it may hold a password."""
        try:
            parts = urlsplit(value)
            usable = parts.scheme in _PROXY_SCHEMES and bool(parts.hostname) and parts.port is not None
        except ValueError:
            usable = False
        if not usable:
            schemes = ", ".join(f"{scheme}://" for scheme in _PROXY_SCHEMES)
            self.fail(f"expected an address with its port, beginning with one of {schemes}", param, ctx)
        return value


_OPTIONS = (
    click.option(
        "--insecure",
        is_flag=True,
        envvar="ASRGATE_INSECURE",
        help="Go on when the certificate does not verify; the reason is reported.",
    ),
    click.option(
        "--ca",
        "ca_file",
        type=click.Path(path_type=Path),
        envvar="ASRGATE_CA",
        metavar="FILE",
        help="Certificates (PEM) to trust instead of the system's.",
    ),
    click.option(
        "--header",
        "headers",
        type=_Header(),
        multiple=True,
        envvar="ASRGATE_HEADER",
        metavar="'K: V'",
        help="Send this header with the upgrade request; may be repeated. Never written to a report.",
    ),
    click.option(
        "--subprotocol",
        "subprotocols",
        multiple=True,
        default=DEFAULT_SUBPROTOCOLS,
        show_default=True,
        envvar="ASRGATE_SUBPROTOCOL",
        metavar="NAME",
        help=f"Offer this subprotocol; may be repeated. '{NO_SUBPROTOCOL}' offers nothing.",
    ),
    click.option(
        "--proxy",
        type=_ProxyUrl(),
        envvar="ASRGATE_PROXY",
        metavar="URL",
        help="Go through this HTTP or SOCKS proxy: http://host:port, socks5://host:port.",
    ),
    click.option(
        "--timeout",
        "connect_timeout_s",
        type=click.FloatRange(0.1, 600),
        default=8.0,
        show_default=True,
        envvar="ASRGATE_TIMEOUT",
        metavar="S",
        help="Seconds for opening a session.",
    ),
    click.option(
        "--wait",
        "wait_s",
        type=click.FloatRange(0, 86400),
        default=0.0,
        envvar="ASRGATE_WAIT",
        metavar="S",
        help="Try for so many seconds until the endpoint answers: models take a minute to load.",
    ),
)


dialect_option = click.option(
    "--dialect",
    type=click.Choice(["auto", *DIALECTS]),
    default="auto",
    show_default=True,
    envvar="ASRGATE_DIALECT",
    callback=lambda ctx, param, value: None if value == "auto" else value,
    help="Take the endpoint for this dialect instead of asking it; the embedded one speaks it.",
)
"""`--dialect`; the command gets it as `dialect`, None for auto."""


def endpoint_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how an endpoint is reached; it gets them as `reach`, a `Reach`."""

    @wraps(command)
    def with_reach(
        *args: Any,
        insecure: bool,
        ca_file: Path | None,
        headers: tuple[tuple[str, str], ...],
        subprotocols: tuple[str, ...],
        proxy: str | None,
        connect_timeout_s: float,
        wait_s: float,
        **others: Any,
    ) -> Any:
        if ca_file is not None:
            client_context(ca_file, verify=not insecure)
        reach = Reach(
            ca_file=ca_file,
            insecure=insecure,
            headers=headers,
            subprotocols=_offer(subprotocols),
            proxy=proxy,
            connect_timeout_s=connect_timeout_s,
            wait_s=wait_s,
        )
        return command(*args, reach=reach, **others)

    described: Callable[..., Any] = with_reach
    for option in reversed(_OPTIONS):
        described = option(described)
    return described


@contextmanager
def endpoint_at(url: str | None, reach: Reach, embedded_dialect: str | None = None) -> Iterator[Endpoint]:
    """Give the endpoint at `url`, or without one the embedded endpoint, which runs while the context lasts.

    Raises:
        UsageError: the URL is not a WebSocket URL.
        InvalidRun: the embedded endpoint did not start.
    """
    if url is not None:
        yield reach.endpoint(url)
        return
    # Imported when it is needed: it brings the recogniser along.
    from asrgate.reference.embedded import embedded_endpoint

    with embedded_endpoint(embedded_dialect or FUNASR_2PASS.name) as running:
        yield reach.endpoint(running.url)


def _offer(subprotocols: tuple[str, ...]) -> tuple[str, ...]:
    if NO_SUBPROTOCOL not in subprotocols:
        return subprotocols
    if len(subprotocols) > 1:
        raise UsageError(f"--subprotocol: '{NO_SUBPROTOCOL}' offers nothing, so it stands alone.")
    return ()
