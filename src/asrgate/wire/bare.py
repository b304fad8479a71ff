"""Drive what comes before a WebSocket session: TCP or TLS, and HTTP that is no upgrade or is refused."""

import asyncio
import ssl
import warnings
from email.errors import MessageError
from http.client import HTTPException, parse_headers
from io import BytesIO

from websockets.datastructures import Headers
from websockets.headers import build_authorization_basic, build_host
from websockets.http11 import Request
from websockets.uri import parse_uri

from asrgate.errors import ConnectStep
from asrgate.wire.connection import masked
from asrgate.wire.diagnosis import words_of
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Failure, Handshake, Outcome
from asrgate.wire.scenario import AwaitEnd, AwaitReply, Drop, Listen, OpenTransport, SendRequest, Step
from asrgate.wire.tls import client_context, tls_facts
from asrgate.wire.transport import Stopwatch, connected_socket, reset
from asrgate.wire.witness import SessionEnded, Witness

_HTTP = b"HTTP/"
_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_OUR_OWN_FAULT = frozenset({"NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE", "NO_CIPHER_MATCH"})


async def run_bare(
    opening: OpenTransport, steps: tuple[Step, ...], endpoint: Endpoint, witness: Witness
) -> None:
    """Open the transport, execute the steps, and leave the connection closed.

    Raises:
        ValueError: one of the steps needs a session.
        UsageError: the endpoint's CA file cannot be used.
    """
    watch = Stopwatch()
    bare = _Bare(endpoint, watch, witness)
    if not await _open(opening, endpoint, watch, bare, witness):
        witness.note_step(0, "failed")
        return
    witness.note_step(0, "done")
    try:
        for index, step in enumerate(steps, 1):
            witness.step = index
            began_ns = witness.now_ns
            witness.note_step(began_ns, await _outcome(bare, step, witness))
            if witness.closing is not None:
                return
    finally:
        if witness.closing is None:
            witness.note_drop()
            bare.transport.abort()
            await witness.ended()


class _Bare(asyncio.Protocol):
    """A connection without a session: takes down what comes, and the head of an HTTP response."""

    transport: asyncio.Transport

    def __init__(self, endpoint: Endpoint, watch: Stopwatch, witness: Witness) -> None:
        self.endpoint = endpoint
        self._watch = watch
        self._witness = witness
        self._asked: tuple[tuple[str, str], ...] = ()
        self._came = b""
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the transport: TCP, and TLS where there is any, are done."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, request: Request) -> None:
        """Send an HTTP request."""
        self._asked = masked(request.headers.raw_items(), self.endpoint)
        self._watch.begin(ConnectStep.HTTP)
        payload = request.serialize()
        # Not a byte of it is kept: a secret may be in the path.
        self._witness.note_sent("raw", "other", payload)
        self.transport.write(payload)

    def data_received(self, data: bytes) -> None:
        """Take down bytes; an answer is whole with the head of a response, or at once when it is no HTTP."""
        self._witness.on_bytes(data)
        if self._answered:
            return
        self._came += data
        if not self._came.startswith(_HTTP[: len(self._came)]):
            self._answered = True
        elif b"\r\n\r\n" in self._came:
            self._answered = True
            self._note_response(*_response(self._came))
        if self._answered:
            self._witness.on_answer()

    def connection_lost(self, error: Exception | None) -> None:
        """Take down that the connection ended."""
        self._witness.on_transport_end(error)

    def _note_response(self, status: int | None, headers: tuple[tuple[str, str], ...]) -> None:
        self._watch.begin(ConnectStep.WEBSOCKET)
        proxied_ms = self._watch.took_ms(ConnectStep.PROXY)
        self._witness.write(
            Handshake(
                request_headers=self._asked,
                status=status,
                response_headers=masked(headers, self.endpoint),
                subprotocol=None,
                accept_valid=False,
                name_ms=self._watch.took_ms(ConnectStep.NAME) if proxied_ms is None else None,
                tcp_ms=self._watch.took_ms(ConnectStep.TCP) if proxied_ms is None else proxied_ms,
                tls_ms=self._watch.took_ms(ConnectStep.TLS),
                upgrade_ms=self._watch.took_ms(ConnectStep.HTTP),
                total_ms=self._watch.total_ms,
            )
        )


async def _open(
    opening: OpenTransport, endpoint: Endpoint, watch: Stopwatch, bare: _Bare, witness: Witness
) -> bool:
    loop = asyncio.get_running_loop()
    context = _context(opening, endpoint)
    try:
        async with asyncio.timeout(opening.timeout_s):
            sock = await connected_socket(endpoint, watch)
            watch.begin(ConnectStep.HTTP if context is None else ConnectStep.TLS)
            await loop.create_connection(
                lambda: bare,
                sock=sock,
                ssl=context,
                server_hostname=None if context is None else endpoint.host,
                ssl_handshake_timeout=None if context is None else 2 * opening.timeout_s,
            )
    except Exception as error:
        own = isinstance(error, ssl.SSLError) and error.reason in _OUR_OWN_FAULT
        came = f"no answer in {opening.timeout_s:g} s" if isinstance(error, TimeoutError) else words_of(error)
        said = f"{endpoint.public_url}: the {watch.step} step failed: {came}."
        witness.write(Failure(step=None if own else watch.step, message=said))
        return False
    facts = await tls_facts(bare.transport, endpoint)
    if facts is not None:
        witness.write(facts)
    return True


def _context(opening: OpenTransport, endpoint: Endpoint) -> ssl.SSLContext | None:
    """Return the settings of the TLS client, None where there is to be no TLS."""
    if opening.tls == "none" or endpoint.secure == (opening.tls == "other"):
        return None
    if opening.newest_tls is None:
        return client_context(None, verify=False)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        # That these versions are not to be used is the very point.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion[opening.newest_tls.replace(".", "_")]
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


async def _outcome(bare: _Bare, step: Step, witness: Witness) -> Outcome:
    try:
        return await _execute(bare, step, witness)
    except SessionEnded:
        return "ended"


async def _execute(bare: _Bare, step: Step, witness: Witness) -> Outcome:
    now_s = asyncio.get_running_loop().time()
    match step:
        case SendRequest():
            bare.send(_request(bare.endpoint, step.version))
        case AwaitReply():
            before = witness.replies
            return await witness.wait("reply", lambda: witness.replies > before, now_s + step.timeout_s)
        case AwaitEnd():
            return await witness.wait("ended", lambda: False, now_s + step.timeout_s)
        case Listen():
            await witness.wait("done", lambda: False, now_s + step.seconds)
        case Drop():
            witness.note_drop()
            reset(bare.transport)
            await witness.ended()
        case _:
            raise ValueError(f"a step of kind {step.kind!r} needs a session; this scenario opens none")
    return "done"


def _request(endpoint: Endpoint, version: int | None) -> Request:
    """Return a GET for the endpoint's path: plain, or asking for the upgrade to this WebSocket version."""
    uri = parse_uri(endpoint.url)
    headers = Headers([("Host", build_host(uri.host, uri.port, uri.secure))])
    if uri.user_info is not None:
        headers["Authorization"] = build_authorization_basic(*uri.user_info)
    if version is not None:
        headers.update({"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": _KEY})
        headers["Sec-WebSocket-Version"] = str(version)
        if endpoint.subprotocols:
            headers["Sec-WebSocket-Protocol"] = ", ".join(endpoint.subprotocols)
    for name, value in endpoint.headers:
        headers[name] = value
    return Request(uri.resource_name, headers)


def _response(came: bytes) -> tuple[int | None, tuple[tuple[str, str], ...]]:
    """Return status and headers of an HTTP response; no status when it cannot be read."""
    line, _, rest = came.partition(b"\r\n")
    try:
        status = int(line.split()[1])
        return status, tuple(parse_headers(BytesIO(rest)).items())
    except (ValueError, IndexError, HTTPException, MessageError):
        return None, ()
