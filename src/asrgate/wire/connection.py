"""Open one WebSocket session, step by step, and say how far it came."""

import asyncio
import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.frames import Frame, Opcode
from websockets.protocol import Event
from websockets.typing import Origin, Subprotocol

from asrgate.errors import ConnectStep
from asrgate.wire.diagnosis import Diagnosis, diagnose
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Handshake, TlsFacts
from asrgate.wire.scenario import Connect
from asrgate.wire.tls import client_context, tls_facts
from asrgate.wire.transport import Stopwatch, connected_socket

LARGEST_MESSAGE_BYTES = 64 * 2**20
"""A server message beyond this ends the session with 1009 instead of filling the memory."""

_MASK = "***"
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})
_ACCEPT_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

OnControl = Callable[[Frame], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What trying to open a session came to: a session, or the diagnosis of why there is none."""

    session: ClientConnection | None
    handshake: Handshake | None
    tls: TlsFacts | None
    diagnosis: Diagnosis | None = None


class _Observed(ClientConnection):
    """A connection that tells when its transport is up and which pings and pongs the server sent."""

    def __init__(
        self, protocol: ClientProtocol, *, watch: Stopwatch, on_control: OnControl, **options: Any
    ) -> None:
        super().__init__(protocol, **options)
        self._watch = watch
        self._on_control = on_control

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the transport: TCP, and TLS where there is any, are done."""
        self._watch.begin(ConnectStep.HTTP)
        super().connection_made(transport)

    def process_event(self, event: Event) -> None:
        """Pass on what the protocol read, after a look at the control frames."""
        if isinstance(event, Frame) and event.opcode in (Opcode.PING, Opcode.PONG):
            self._on_control(event)
        super().process_event(event)


async def open_session(
    endpoint: Endpoint,
    step: Connect,
    *,
    on_control: OnControl = lambda frame: None,
    close_timeout_s: float = 10.0,
) -> Attempt:
    """Try once to open a session; failures are values here, never exceptions.

    The library's own keepalive pings are off, so that nothing is sent but what the scenario says.

    Raises:
        UsageError: the endpoint's CA file cannot be used.
    """
    tls_settings = _tls_settings(endpoint)
    watch = Stopwatch()
    made: list[_Observed] = []

    def make(protocol: ClientProtocol, **options: Any) -> _Observed:
        made.append(_Observed(protocol, watch=watch, on_control=on_control, **options))
        return made[-1]

    try:
        async with asyncio.timeout(endpoint.connect_timeout_s):
            sock = await connected_socket(endpoint, watch)
            watch.begin(ConnectStep.TLS if endpoint.secure else ConnectStep.HTTP)
            session = await connect(
                _address(endpoint, step),
                sock=sock,
                subprotocols=[Subprotocol(name) for name in _offered(endpoint, step)] or None,
                compression="deflate" if step.compression else None,
                origin=Origin(step.origin) if step.origin else None,
                additional_headers=() if step.anonymous else endpoint.headers,
                proxy=None,
                open_timeout=None,
                ping_interval=None,
                close_timeout=close_timeout_s,
                max_size=LARGEST_MESSAGE_BYTES,
                create_connection=cast(type[ClientConnection], make),
                **tls_settings,
            )
    except Exception as error:
        answered = made[-1].response if made else None
        return Attempt(
            session=None,
            handshake=_handshake(made[-1], endpoint, watch) if made else None,
            tls=None,
            diagnosis=await diagnose(endpoint, watch.step, error, answered),
        )
    watch.begin(ConnectStep.WEBSOCKET)
    handshake = _handshake(session, endpoint, watch)
    return Attempt(session=session, handshake=handshake, tls=await tls_facts(session.transport, endpoint))


def _tls_settings(endpoint: Endpoint) -> dict[str, Any]:
    if not endpoint.secure:
        return {}
    context = client_context(endpoint.ca_file, verify=not endpoint.insecure)
    return {"ssl": context, "server_hostname": endpoint.host}


def _offered(endpoint: Endpoint, step: Connect) -> tuple[str, ...]:
    return endpoint.subprotocols if step.subprotocols is None else step.subprotocols


def _address(endpoint: Endpoint, step: Connect) -> str:
    if step.path is None:
        return endpoint.url
    parts = urlsplit(endpoint.url)
    return urlunsplit((parts.scheme, parts.netloc, step.path, "", ""))


def _handshake(session: ClientConnection, endpoint: Endpoint, watch: Stopwatch) -> Handshake | None:
    """Return the facts of the opening handshake, None when the upgrade was not even asked for."""
    if session.request is None:
        return None
    response = session.response
    answered = response.headers if response else Headers()
    proxied_ms = watch.took_ms(ConnectStep.PROXY)
    return Handshake(
        request_headers=masked(session.request.headers.raw_items(), endpoint),
        status=response.status_code if response else None,
        response_headers=masked(answered.raw_items(), endpoint),
        subprotocol=session.subprotocol,
        accept_valid=_accept_valid(session.request.headers, answered),
        name_ms=watch.took_ms(ConnectStep.NAME) if proxied_ms is None else None,
        tcp_ms=watch.took_ms(ConnectStep.TCP) if proxied_ms is None else proxied_ms,
        tls_ms=watch.took_ms(ConnectStep.TLS),
        upgrade_ms=watch.took_ms(ConnectStep.HTTP),
        total_ms=watch.total_ms,
    )


def masked(headers: Iterable[tuple[str, str]], endpoint: Endpoint) -> tuple[tuple[str, str], ...]:
    """Return headers as they may be shown: without what the user or a gateway keeps secret."""
    secret = _SECRET_HEADERS | {name.lower() for name, _ in endpoint.headers}
    return tuple((name, _MASK if name.lower() in secret else value) for name, value in headers)


def _accept_valid(request: Headers, response: Headers) -> bool:
    """Whether the server proved that it read our key (RFC 6455, section 4.2.2, item 5.4)."""
    key = request["Sec-WebSocket-Key"].encode()
    expected = base64.b64encode(hashlib.sha1(key + _ACCEPT_GUID).digest()).decode()
    return response.get_all("Sec-WebSocket-Accept") == [expected]
