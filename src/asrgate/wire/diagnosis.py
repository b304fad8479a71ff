"""Why no session could be opened: one sentence with the step that failed, what came, and what to try."""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from websockets.exceptions import InvalidMessage
from websockets.http11 import Response

from asrgate.errors import ConnectStep, EndpointUnreachable
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.tls import client_context, verify_failure
from asrgate.wire.transport import Stopwatch, connected_socket

_SECOND_LOOK_S = 2.0
_WAIT = "--wait 120 if the server is still loading its models"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The step that failed, what came, what to try, and whether the same may work later (`--wait`)."""

    url: str
    step: ConnectStep
    came: str
    hint: str
    may_pass: bool

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return f"{self.url}: the {self.step} step failed: {self.came}; {self.hint}."

    def as_error(self) -> EndpointUnreachable:
        """Return the error that a command ends with."""
        return EndpointUnreachable(self.step, self.sentence)


async def diagnose(
    endpoint: Endpoint, step: ConnectStep, error: Exception, response: Response | None
) -> Diagnosis:
    """Say why `step` failed with `error`, after the server's HTTP response where there was one.

    Where ws and wss may have been confused, the port is asked once more in the other language (2 s at most).
    """
    if response is not None and response.status_code == 101:
        step = ConnectStep.WEBSOCKET
    match step:
        case ConnectStep.NAME:
            came, hint, may_pass = _name(endpoint, error)
        case ConnectStep.PROXY:
            came, hint, may_pass = _proxy(endpoint, error)
        case ConnectStep.TCP:
            came, hint, may_pass = _tcp(endpoint, error)
        case ConnectStep.TLS:
            came, hint, may_pass = await _tls(endpoint, error)
        case ConnectStep.HTTP:
            came, hint, may_pass = await (
                _no_response(endpoint, error) if response is None else _refusal(endpoint, response)
            )
        case ConnectStep.WEBSOCKET:
            came = f"101 came, but the answer to the upgrade is not valid ({words_of(error)})"
            hint, may_pass = "check what stands between here and the server", False
    return Diagnosis(endpoint.public_url, step, came, hint, may_pass)


_Reason = tuple[str, str, bool]


def _name(endpoint: Endpoint, error: Exception) -> _Reason:
    if isinstance(error, TimeoutError):
        came = f"no answer for the name {endpoint.host!r} within {endpoint.connect_timeout_s:g} s"
        return came, "check the network and its name servers", True
    reason = error.strerror if isinstance(error, socket.gaierror) else "not a host name"
    came = f"the host name {endpoint.host!r} does not resolve ({reason})"
    return came, "check its spelling, or give the address as numbers", isinstance(error, socket.gaierror)


def _proxy(endpoint: Endpoint, error: Exception) -> _Reason:
    parts = urlsplit(endpoint.proxy or "")
    shown = f"{parts.scheme}://{parts.hostname}:{parts.port}"
    came = f"the proxy {shown} gave no connection to {endpoint.host} port {endpoint.port} ({words_of(error)})"
    return came, "check --proxy, or leave it out", True


def _tcp(endpoint: Endpoint, error: Exception) -> _Reason:
    where = f"{endpoint.host} port {endpoint.port}"
    if isinstance(error, ConnectionRefusedError):
        return (
            f"nothing listens on {where} (connection refused)",
            f"check host and port, or give {_WAIT}",
            True,
        )
    if isinstance(error, TimeoutError):
        came = f"no answer from {where} within {endpoint.connect_timeout_s:g} s"
        return came, "check host and port, and the firewalls in between", True
    return f"{where} is not reachable ({words_of(error)})", "check host and port, and the network", True


async def _tls(endpoint: Endpoint, error: Exception) -> _Reason:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(endpoint, error)
    if await _answers_http(endpoint):
        return "the port speaks plain HTTP, not TLS", f"try {_with_scheme(endpoint, 'ws')}", False
    if isinstance(error, TimeoutError):
        came = f"no answer to the TLS greeting within {endpoint.connect_timeout_s:g} s"
        return came, "check that this port is the WebSocket server's", True
    came = f"the server broke the TLS handshake off ({words_of(error)})"
    return came, "check that this port speaks TLS 1.2 or newer", True


def _certificate(endpoint: Endpoint, error: ssl.SSLCertVerificationError) -> _Reason:
    reason = verify_failure(error)
    came = f"the certificate of {endpoint.host} does not verify ({reason})"
    if "expired" in reason:
        return came, "renew it, or go on without verification by --insecure", False
    if "mismatch" in reason:
        return came, "use a host name that it names, or --insecure", False
    return came, "give --ca FILE with the authority that signed it, or --insecure", False


async def _no_response(endpoint: Endpoint, error: Exception) -> _Reason:
    if not endpoint.secure and await _answers_tls(endpoint):
        return "the port speaks TLS, not plain HTTP", f"try {_with_scheme(endpoint, 'wss')}", False
    if isinstance(error, TimeoutError):
        waited = f"{endpoint.connect_timeout_s:g} s"
        came = f"the connection was accepted, but no answer to the upgrade request came within {waited}"
        return came, f"check that this port is a WebSocket server's, or give {_WAIT}", True
    if isinstance(error, InvalidMessage) and not isinstance(error.__cause__, EOFError):
        if await _answers_http(endpoint):
            came = "a web server of HTTP/1.0 answered, which cannot upgrade to WebSocket"
            return came, "check port and path", False
        return "what answered does not speak HTTP", "check that this port is a WebSocket server's", False
    came = "the server closed the connection instead of answering the upgrade request"
    return came, f"check that this port is a WebSocket server's, or give {_WAIT}", True


async def _refusal(endpoint: Endpoint, response: Response) -> _Reason:
    status = response.status_code
    body = (response.body or b"")[:2000].decode(errors="replace").lower()
    came = f"the server answered HTTP {status} {response.reason_phrase}".rstrip() + ", expected 101"
    match status:
        case 400 if "subprotocol" in body:
            return f"{came} (it says: {_first_line(body)})", "try --subprotocol binary", False
        case 400 if not endpoint.secure and await _answers_tls(endpoint):
            return f"{came}: the port speaks TLS", f"try {_with_scheme(endpoint, 'wss')}", False
        case 400:
            hint = "check the path" if endpoint.subprotocols else "try --subprotocol binary"
            return came, hint, False
        case 401 | 403 | 407:
            return came, "it wants to know who asks: try --header 'Authorization: Bearer …'", False
        case 404:
            return came, "check the path of the URL", False
        case 502 | 503 | 504:
            return came, f"a gateway answered for a server that does not: give {_WAIT}", True
        case _ if 300 <= status < 400 and "Location" in response.headers:
            return came, f"it redirects to {response.headers['Location']}: use that address", False
        case _ if status < 300:
            return came, "this is a web server, not a WebSocket server: check port and path", False
    return came, "check port and path", status >= 500


async def _answers_tls(endpoint: Endpoint) -> bool:
    """Whether the port completes a TLS handshake, whatever its certificate."""
    context = client_context(None, verify=False)
    try:
        async with asyncio.timeout(min(_SECOND_LOOK_S, endpoint.connect_timeout_s)):
            sock = await connected_socket(endpoint, Stopwatch())
            _, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=endpoint.host)
    except Exception:
        return False
    writer.transport.abort()
    return True


async def _answers_http(endpoint: Endpoint) -> bool:
    """Whether the port answers a plain HTTP request."""
    try:
        async with asyncio.timeout(min(_SECOND_LOOK_S, endpoint.connect_timeout_s)):
            sock = await connected_socket(endpoint, Stopwatch())
            reader, writer = await asyncio.open_connection(sock=sock)
            try:
                writer.write(f"GET / HTTP/1.1\r\nHost: {endpoint.host}\r\nConnection: close\r\n\r\n".encode())
                return (await reader.readexactly(5)) == b"HTTP/"
            finally:
                writer.transport.abort()
    except Exception:
        return False


def _with_scheme(endpoint: Endpoint, scheme: str) -> str:
    return urlunsplit(urlsplit(endpoint.public_url)._replace(scheme=scheme))


def words_of(error: Exception) -> str:
    """Return what an error of a connection says, in a few words."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:120]
