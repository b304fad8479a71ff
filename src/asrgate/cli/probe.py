"""`asrgate probe`: what an endpoint speaks, and how fast it answers."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from asrgate.cli.options import Reach, dialect_option, endpoint_at, endpoint_options
from asrgate.wire.detection import Detection, detect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Handshake, TlsFacts


@click.command()
@click.argument("url", required=False)
@dialect_option
@endpoint_options
@click.option("--json", "as_json", is_flag=True, help="All facts as JSON on standard output, nothing else.")
def probe(url: str | None, dialect: str | None, reach: Reach, as_json: bool) -> None:
    """Connect to URL, name its dialect and the facts it was told by, and time it. Harmless.

    One utterance without audio and three pings are sent; only an endpoint that answers nothing gets a second
    connection. Without URL the embedded endpoint is probed.
    """
    with endpoint_at(url, reach, dialect) as endpoint:
        found = asyncio.run(_found(endpoint, reach, dialect))
        if as_json:
            click.echo(json.dumps(_record(endpoint, found), ensure_ascii=False, indent=2))
            return
        for label, value in _lines(endpoint, found):
            click.echo(f"{label:<12}{value}")


async def _found(endpoint: Endpoint, reach: Reach, dialect: str | None) -> Detection:
    await reach.wait_for(endpoint)
    return await detect(endpoint, forced=dialect)


def _record(endpoint: Endpoint, found: Detection) -> dict[str, Any]:
    exchange = found.exchanges[0]
    return {
        "url": endpoint.public_url,
        "dialect": found.dialect.name,
        **found.as_record(),
        "handshake": asdict(exchange.handshake) if exchange.handshake else None,
        "tls": asdict(exchange.tls) if exchange.tls else None,
    }


def _lines(endpoint: Endpoint, found: Detection) -> Iterator[tuple[str, str]]:
    record, exchange = found.as_record(), found.exchanges[0]
    yield "endpoint", endpoint.public_url
    yield "dialect", f"{found.dialect.name}: {found.dialect.title}"
    for fact in found.facts:
        yield "", fact
    if exchange.handshake is not None:
        yield "connect", _connect_times(exchange.handshake)
    yield "ping", f"{_ms(record['ping_ms'])} (median of three)"
    yield "answer", f"{_ms(record['empty_final_ms'])} from the end frame of an utterance without audio"
    if exchange.tls is not None:
        yield from _tls_lines(exchange.tls)


def _connect_times(handshake: Handshake) -> str:
    steps = (
        ("name", handshake.name_ms),
        ("TCP", handshake.tcp_ms),
        ("TLS", handshake.tls_ms),
        ("upgrade", handshake.upgrade_ms),
    )
    parts = ", ".join(f"{name} {_ms(took_ms)}" for name, took_ms in steps if took_ms is not None)
    return f"{_ms(handshake.total_ms)}: {parts}"


def _tls_lines(tls: TlsFacts) -> Iterator[tuple[str, str]]:
    yield "TLS", f"{tls.version}, {tls.cipher}"
    verified = "verifies" if tls.verified else f"does not verify: {tls.verify_error}"
    yield "certificate", verified
    yield "", f"subject {tls.subject}"
    yield "", f"issuer {tls.issuer}"
    yield "", f"names {', '.join(tls.names) or 'none'}"
    yield "", f"valid from {tls.not_before} to {tls.not_after}"
    yield "", f"SHA-256 {tls.fingerprint_sha256}"


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} ms"
