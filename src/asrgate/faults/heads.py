"""Heads of the opening handshake: read, changed, made (RFC 9112, RFC 6455 section 4)."""

_EOL = b"\r\n"


def header(head: bytes, name: str) -> str | None:
    """The value of a header, None when there is none."""
    wanted = name.lower()
    for line in head.split(_EOL)[1:]:
        key, colon, value = line.decode("latin-1").partition(":")
        if colon and key.strip().lower() == wanted:
            return value.strip()
    return None


def with_header(head: bytes, name: str, value: str) -> bytes:
    """The head with one header of this name, in place of those it had."""
    first, *lines = head.removesuffix(2 * _EOL).split(_EOL)
    kept = [
        line for line in lines if line.decode("latin-1").partition(":")[0].strip().lower() != name.lower()
    ]
    return _EOL.join([first, *kept, f"{name}: {value}".encode("latin-1")]) + 2 * _EOL


def without_header(head: bytes, name: str) -> bytes:
    """The head without headers of this name."""
    first, *lines = head.removesuffix(2 * _EOL).split(_EOL)
    kept = [
        line for line in lines if line.decode("latin-1").partition(":")[0].strip().lower() != name.lower()
    ]
    return _EOL.join([first, *kept]) + 2 * _EOL


def refusal(status: int, reason: str) -> bytes:
    """A whole answer without a body."""
    return f"HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode("latin-1")


def is_upgrade(head: bytes) -> bool:
    """Whether a request asks for a WebSocket."""
    return (header(head, "Upgrade") or "").lower() == "websocket"


def path_of(head: bytes) -> str:
    """The path that a request asks for, without its query."""
    parts = head.split(_EOL)[0].decode("latin-1").split(" ")
    return parts[1].partition("?")[0] if len(parts) > 1 else ""
