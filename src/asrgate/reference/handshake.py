"""How each dialect's server shakes hands and what it takes: docs/protocol.md section 2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from asrgate import __version__
from asrgate.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What the WebSocket library is told for one family of servers."""

    max_message_bytes: int
    open_timeout_s: float
    subprotocols: Sequence[Subprotocol] | None
    compression: str | None
    server_header: str | None = None
    versions: str = "13"
    ping_interval_s: float | None = None

    def refuse_version(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer a WebSocket version other than 13 with the versions that are spoken."""
        version = request.headers.get("Sec-WebSocket-Version")
        if version in (None, "13"):
            return None
        headers = Headers(
            {"Sec-WebSocket-Version": self.versions, "Connection": "close", "Content-Length": "0"}
        )
        return Response(HTTPStatus.BAD_REQUEST.value, HTTPStatus.BAD_REQUEST.phrase, headers)

    def as_recorded(self, connection: ServerConnection, request: Request, response: Response) -> None:
        """Leave out the header that the C++ servers do not send."""
        if self.server_header and response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            del response.headers["Date"]

    def options(self) -> dict[str, Any]:
        """Return the arguments of `websockets.asyncio.server.serve`."""
        header = {"server_header": self.server_header} if self.server_header else {}
        return header | {
            "max_size": self.max_message_bytes,
            "open_timeout": self.open_timeout_s,
            "subprotocols": self.subprotocols,
            "compression": self.compression,
            "process_request": self.refuse_version,
            "process_response": self.as_recorded,
            "ping_interval": self.ping_interval_s,
            # A client that is late with its pong is not gone (#3528).
            "ping_timeout": None,
        }


_CPP = Manners(
    max_message_bytes=32_000_000,
    open_timeout_s=5,
    subprotocols=None,
    compression=None,
    server_header=f"WebSocket++/0.8.2 (asrgate/{__version__})",
    versions="0,7,8,13",
)
_PYTHON = Manners(
    max_message_bytes=2**20,
    open_timeout_s=10,
    subprotocols=[Subprotocol("binary")],
    compression="deflate",
)
_REALTIME = Manners(
    max_message_bytes=10 * 2**20,
    open_timeout_s=10,
    subprotocols=None,
    compression="deflate",
    ping_interval_s=20,
)

MANNERS: dict[str, Manners] = {
    "funasr-2pass": _CPP,
    "funasr-2pass-0.1": _CPP,
    "funasr-offline": _CPP,
    "funasr-python": _PYTHON,
    "funasr-realtime": _REALTIME,
}


def manners_of(dialect: str) -> Manners:
    """Return how servers of this dialect behave.

    Raises:
        UsageError: there is no such dialect.
    """
    try:
        return MANNERS[dialect]
    except KeyError:
        raise UsageError(f"no dialect {dialect!r}; expected one of {', '.join(MANNERS)}") from None
