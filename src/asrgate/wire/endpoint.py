"""The endpoint under test: a URL with everything that is needed to reach it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from asrgate.errors import UsageError

DEFAULT_SUBPROTOCOLS = ("binary",)
"""Offered unless told otherwise: one server family refuses clients that offer nothing (docs/protocol.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How to reach a deployment. `url` is `ws://` or `wss://`; times are seconds."""

    url: str
    ca_file: Path | None = None
    insecure: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    subprotocols: tuple[str, ...] = DEFAULT_SUBPROTOCOLS
    proxy: str | None = None
    connect_timeout_s: float = 8.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
        except ValueError as error:
            raise UsageError(f"endpoint {self.url!r} is not a URL: {error}") from error
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise UsageError(
                f"endpoint {self.url!r} is not a WebSocket URL: "
                "expected ws://host:port or wss://host:port, for example wss://127.0.0.1:10095"
            )
        if parts.fragment:
            raise UsageError(f"endpoint {self.url!r} has a fragment, which WebSocket URLs do not allow (#…)")
        try:
            port = parts.port
        except ValueError as error:
            raise UsageError(f"endpoint {self.url!r} has no usable port: {error}") from error
        if port == 0:
            raise UsageError(f"endpoint {self.url!r} names port 0; expected 1 to 65535")

    @property
    def secure(self) -> bool:
        """Whether the URL asks for TLS."""
        return urlsplit(self.url).scheme == "wss"

    @property
    def host(self) -> str:
        """Host name or address, without brackets."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """TCP port, 80 or 443 when the URL names none (RFC 6455, section 3)."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def public_url(self) -> str:
        """The URL without user, password and query: what may stand in a report."""
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in self.host else self.host
        netloc = host if parts.port is None else f"{host}:{parts.port}"
        return urlunsplit((parts.scheme, netloc, parts.path, "", ""))
