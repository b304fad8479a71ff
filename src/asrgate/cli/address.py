"""Where a load run and its workers on other hosts meet: an address as people write it."""

from typing import Any

import click

WORKERS_PORT = 5557
"""Locust's own."""


class _Address(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    name = "address"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return host and port."""
        if isinstance(value, tuple):
            return value
        host, _, port = value.rpartition(":") if ":" in value else (value, ":", str(WORKERS_PORT))
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            self.fail(f"expected HOST or HOST:PORT, like 10.0.0.5:{WORKERS_PORT}; got {value!r}", param, ctx)
        return host, int(port)


ADDRESS = _Address()
