"""From an endpoint to a connected TCP socket, directly or through a proxy, and the time of each step."""

import asyncio
import socket
import struct
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from python_socks.async_.asyncio import Proxy

from asrgate.errors import ConnectStep
from asrgate.wire.endpoint import Endpoint

# struct linger: on, 0 s; Windows has shorter fields.
_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Stopwatch:
    """Tells which step of connecting is under way, and how long the steps before it took."""

    def __init__(self) -> None:
        self.step = ConnectStep.NAME
        self._began_ns = self._since_ns = time.monotonic_ns()
        self._took_ms: dict[ConnectStep, float] = {}

    def begin(self, step: ConnectStep) -> None:
        """End the step under way and begin this one."""
        now_ns = time.monotonic_ns()
        self._took_ms[self.step] = (now_ns - self._since_ns) / 1e6
        self.step, self._since_ns = step, now_ns

    def took_ms(self, step: ConnectStep) -> float | None:
        """Return how long a step took in ms, None when it was not passed."""
        return self._took_ms.get(step)

    @property
    def total_ms(self) -> float:
        """Time since the first step began, in ms."""
        return (time.monotonic_ns() - self._began_ns) / 1e6


async def connected_socket(endpoint: Endpoint, watch: Stopwatch) -> socket.socket:
    """Return a non-blocking TCP socket that is connected to the endpoint.

    The watch is at the step that failed when this raises, and past them all when it returns.

    Raises:
        OSError: the name does not resolve, or nothing answers; a `TimeoutError` is one.
        UnicodeError: the host name cannot be a host name.
        python_socks.ProxyError: the proxy refuses.
    """
    if endpoint.proxy is not None:
        watch.begin(ConnectStep.PROXY)
        return await _through_proxy(endpoint.proxy, endpoint)
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    watch.begin(ConnectStep.TCP)
    share_s = endpoint.connect_timeout_s / len(addresses)
    for family, kind, protocol, _, address in addresses[:-1]:
        try:
            async with asyncio.timeout(share_s):
                return await _connected(family, kind, protocol, address)
        except OSError:
            continue
    family, kind, protocol, _, address = addresses[-1]
    return await _connected(family, kind, protocol, address)


def reset(transport: asyncio.Transport) -> None:
    """Cut the connection with a TCP reset, as a client that crashes does."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


async def _connected(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> socket.socket:
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


async def _through_proxy(proxy_url: str, endpoint: Endpoint) -> socket.socket:
    """Return a tunnel; the proxy resolves the endpoint's name, as browsers have it done."""
    by_name = urlsplit(proxy_url).scheme != "http"
    proxy = Proxy.from_url(proxy_url.replace("socks5h://", "socks5://", 1), rdns=by_name or None)
    sock = await proxy.connect(endpoint.host, endpoint.port, timeout=endpoint.connect_timeout_s)
    sock.setblocking(False)
    return sock
