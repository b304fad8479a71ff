"""A line: one caller's connection, whose replies are noted as they arrive, with no greenlet waiting for them.

The opening handshake waits as gevent waits. From then on the socket never blocks: prepared frames go straight
to the operating system, and the event loop calls back when there is something to read. The rules of WebSocket
are those of the `websockets` library's Sans-I/O protocol.
"""

import errno
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from urllib.parse import urlsplit

import gevent
from gevent import monkey
from gevent import socket as cooperative
from gevent.event import Event
from python_socks import ProxyConnectionError, ProxyError
from python_socks.sync import Proxy
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from asrgate.wire.endpoint import Endpoint
from asrgate.wire.tls import client_context

_READ_BYTES = 65536
_WHOLE_TEXT = 0x81
_LENGTH_FOLLOWS = 126
"""The length of a frame's payload is in the two bytes behind its header."""
_PLAIN_SOCKET: type[socket.socket] = monkey.get_original("socket", "socket")

Refusal = Literal["name", "proxy", "refused", "tls", "upgrade", "timeout", "exhausted"]

_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM})
"""What the operating system says when this machine, and not the endpoint, has nothing left."""


class NoLine(Exception):
    """The connection could not be opened; `kind` says in which way."""

    def __init__(self, kind: Refusal, message: str) -> None:
        super().__init__(message)
        self.kind: Refusal = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How long opening a line took, in ms; `tls_ms` is None without TLS."""

    tcp_ms: float
    tls_ms: float | None
    upgrade_ms: float

    @property
    def total_ms(self) -> float:
        """All of it."""
        return self.tcp_ms + (self.tls_ms or 0.0) + self.upgrade_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """How a line ended: who began it, and with which close code, None when there was no close frame."""

    who: Literal["client", "server", "network"]
    code: int | None
    at_ns: int


class Line:
    """An open connection. `replies` are the server's messages with the instants at which they were read."""

    def __init__(
        self, sock: socket.socket, protocol: ClientProtocol, tls: "_Tls | None", opening: Opening
    ) -> None:
        self.opening = opening
        self.replies: list[tuple[int, str]] = []
        self.hangup: Hangup | None = None
        self.held_bytes = 0
        """The most that the operating system would not take at once: the server or the way to it is slow."""
        self.on_reply: Callable[[int, str], object] = lambda at_ns, text: None
        self.ended = Event()
        self._socket = sock
        self._protocol = protocol
        self._tls = tls
        self._unsent = bytearray()
        self._unread: bytes | None = None
        """What came so far of a text message in several frames."""
        self._closing = False
        loop = gevent.get_hub().loop
        self._readable = loop.io(sock.fileno(), 1)
        self._writable = loop.io(sock.fileno(), 2)
        self._readable.start(self._read)

    def send_frame(self, frame: bytes) -> None:
        """Send a WebSocket frame that carries its mask already; never waits and never raises."""
        if self.hangup is None:
            self._write(frame if self._tls is None else self._tls.sealed(frame))

    def send_text(self, text: str) -> None:
        """Send a text message."""
        self.send_frame(Frame(Opcode.TEXT, text.encode()).serialize(mask=True))

    def close(self, timeout_s: float = 10.0) -> None:
        """Close with 1000 and wait until the connection has ended, or cut it after `timeout_s`."""
        if self.hangup is None and self._protocol.state is State.OPEN:
            self._closing = True
            self._protocol.send_close(1000)
            self._flush_protocol()
            self.ended.wait(timeout_s)
        self.cut()

    def cut(self) -> None:
        """End the connection without a closing handshake, if it has not ended."""
        self._end("client")

    def stop_reading(self) -> None:
        """Leave what the server sends with the operating system, which soon takes no more of it."""
        self._readable.stop()

    def read_again(self) -> None:
        """Read what lies there, and what comes."""
        if self.hangup is None:
            self._readable.start(self._read)

    def _write(self, data: bytes) -> None:
        if not self._unsent:
            try:
                sent = self._socket.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._end("network")
                return
            if sent == len(data):
                return
            data = data[sent:]
            self._writable.start(self._write_unsent)
        self._unsent += data
        self.held_bytes = max(self.held_bytes, len(self._unsent))

    def _write_unsent(self) -> None:
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            return
        except OSError:
            self._end("network")
            return
        del self._unsent[:sent]
        if not self._unsent:
            self._writable.stop()

    def _read(self) -> None:
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._end("network")
            return
        at_ns = time.monotonic_ns()
        if data and self._tls is not None:
            data = self._tls.opened(data)
            if not data:
                return
        if self._is_one_text(data):
            self._note(data[2 if data[1] < _LENGTH_FOLLOWS else 4 :], at_ns)
            return
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._take(event, at_ns)
        self._flush_protocol()
        if self._protocol.close_expected() or self._protocol.state is State.CLOSED:
            self._end("client" if self._closing else "server" if self._protocol.close_rcvd else "network")

    def _take(self, frame: Frame, at_ns: int) -> None:
        """Note a text message, in one frame or in several, when its last one has come."""
        if frame.opcode is Opcode.TEXT or (frame.opcode is Opcode.CONT and self._unread is not None):
            read = (self._unread or b"") + bytes(frame.data)
            self._unread = None if frame.fin else read
            if frame.fin:
                self._note(read, at_ns)

    def _is_one_text(self, data: bytes) -> bool:
        """Whether this is a text message in one unmasked frame, and nothing else (RFC 6455, section 5.2).

        Nearly every reply comes so, and the protocol takes several times as long to read it. What comes
        behind a header that came alone is not mistaken for one: no UTF-8 text begins with this byte.
        """
        if len(data) < 4 or data[0] != _WHOLE_TEXT or data[1] > _LENGTH_FOLLOWS:
            return False
        length = 2 + data[1] if data[1] < _LENGTH_FOLLOWS else 4 + (data[2] << 8 | data[3])
        if length != len(data) or self._unread is not None or self._protocol.reader.buffer:
            return False
        return self._protocol.state is State.OPEN

    def _note(self, message: bytes, at_ns: int) -> None:
        text = message.decode("utf-8", "replace")
        self.replies.append((at_ns, text))
        self.on_reply(at_ns, text)

    def _flush_protocol(self) -> None:
        for data in self._protocol.data_to_send():
            if data and self.hangup is None:
                self._write(data if self._tls is None else self._tls.sealed(data))

    def _end(self, who: Literal["client", "server", "network"]) -> None:
        if self.hangup is not None:
            return
        received = self._protocol.close_rcvd
        self.hangup = Hangup(who=who, code=received.code if received else None, at_ns=time.monotonic_ns())
        self._readable.close()
        self._writable.close()
        self._socket.close()
        # Both lead back to the protocol that holds them: cycles, for which nobody searches (load/garbage.py).
        self._protocol.parser.close()
        self._protocol.parser_exc = None
        self.ended.set()


def open_line(endpoint: Endpoint, *, receive_bytes: int | None = None) -> Line:
    """Open a connection as the endpoint says, whose socket holds `receive_bytes` of unread replies if given.

    Raises:
        NoLine: it could not be opened.
        UsageError: the endpoint's CA file cannot be used.
    """
    context = client_context(endpoint.ca_file, verify=not endpoint.insecure) if endpoint.secure else None
    try:
        with gevent.Timeout(endpoint.connect_timeout_s, TimeoutError):
            return _opened(endpoint, context, receive_bytes)
    except TimeoutError as error:
        raise NoLine("timeout", f"not open within {endpoint.connect_timeout_s:g} s") from error
    except ssl.SSLError as error:
        raise NoLine("tls", f"TLS failed: {error.reason or error}") from error
    except socket.gaierror as error:
        raise NoLine("name", f"{endpoint.host} does not resolve") from error
    except OSError as error:
        kind: Refusal = "exhausted" if error.errno in _EXHAUSTED else "refused"
        raise NoLine(kind, error.strerror or str(error)) from error
    except InvalidHandshake as error:
        # What a server's headers hold need not be text.
        raise NoLine("upgrade", str(error).encode(errors="backslashreplace").decode()) from error


def _opened(endpoint: Endpoint, context: ssl.SSLContext | None, receive_bytes: int | None) -> Line:
    marks = [time.monotonic_ns()]
    with _connected(endpoint) as sock:
        if receive_bytes is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        marks.append(time.monotonic_ns())
        tls = None if context is None else _Tls(context, endpoint.host)
        if tls is not None:
            tls.shake_hands(sock)
            marks.append(time.monotonic_ns())
        protocol = _upgraded(sock, tls, endpoint)
        marks.append(time.monotonic_ns())
        plain = _PLAIN_SOCKET(fileno=sock.detach())
    plain.setblocking(False)
    took_ms = [(later - earlier) / 1e6 for earlier, later in pairwise(marks)]
    tls_ms = took_ms[1] if tls is not None else None
    return Line(plain, protocol, tls, Opening(tcp_ms=took_ms[0], tls_ms=tls_ms, upgrade_ms=took_ms[-1]))


def _connected(endpoint: Endpoint) -> "cooperative.socket":
    if endpoint.proxy is None:
        return cooperative.create_connection((endpoint.host, endpoint.port))
    # The proxy resolves the endpoint's name, unless it is one of those that cannot.
    by_name = urlsplit(endpoint.proxy).scheme != "http"
    proxy = Proxy.from_url(endpoint.proxy.replace("socks5h://", "socks5://", 1), rdns=by_name or None)
    try:
        return proxy.connect(endpoint.host, endpoint.port, timeout=endpoint.connect_timeout_s)
    except (ProxyError, ProxyConnectionError) as error:
        raise NoLine("proxy", f"the proxy gave no connection: {error}") from error


def _upgraded(sock: "cooperative.socket", tls: "_Tls | None", endpoint: Endpoint) -> ClientProtocol:
    offered = [Subprotocol(name) for name in endpoint.subprotocols]
    protocol = ClientProtocol(parse_uri(endpoint.url), subprotocols=offered or None, max_size=2**26)
    request = protocol.connect()
    for name, value in endpoint.headers:
        request.headers[name] = value
    protocol.send_request(request)
    for data in protocol.data_to_send():
        sock.sendall(data if tls is None else tls.sealed(data))
    while not any(isinstance(event, Response) for event in protocol.events_received()):
        data = sock.recv(_READ_BYTES)
        if not data:
            protocol.receive_eof()
        elif plain := data if tls is None else tls.opened(data):
            protocol.receive_data(plain)
        if protocol.handshake_exc is not None:
            raise protocol.handshake_exc
    if protocol.handshake_exc is not None:
        raise protocol.handshake_exc
    return protocol


class _Tls:
    """TLS without a socket: what to send for some bytes, and what some bytes mean."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._session = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def shake_hands(self, sock: "cooperative.socket") -> None:
        while True:
            try:
                self._session.do_handshake()
            except ssl.SSLWantReadError:
                sock.sendall(self._outgoing.read())
                data = sock.recv(_READ_BYTES)
                if not data:
                    raise ConnectionResetError("the connection ended within the TLS handshake") from None
                self._incoming.write(data)
            else:
                sock.sendall(self._outgoing.read())
                return

    def sealed(self, data: bytes) -> bytes:
        self._session.write(data)
        return self._outgoing.read()

    def opened(self, data: bytes) -> bytes:
        self._incoming.write(data)
        plain = bytearray()
        try:
            while part := self._session.read(_READ_BYTES):
                plain += part
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            pass
        return bytes(plain)
