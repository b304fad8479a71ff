"""Connections that are opened, configured and closed one after another, as many clients come and go."""

from collections.abc import Mapping
from typing import Any

import gevent

from asrgate.judge.pressure import CYCLES, Churn
from asrgate.load.line import Line, NoLine, open_line
from asrgate.wire.dialects import Dialect
from asrgate.wire.endpoint import Endpoint

AGAIN_S = 1.0
"""How long is waited before a connection that was refused is tried once more."""

BETWEEN_S = 0.01
"""So many come and go in a second at most that a server is not stormed: a hundred."""


def churned(
    endpoint: Endpoint, dialect: Dialect, settings: Mapping[str, Any], *, cycles: int = CYCLES
) -> Churn:
    """Open and close so many connections, and return how long each handshake took.

    One that is not let in is tried once more; when it is refused again, that ends it.

    Raises:
        UsageError: the endpoint's CA file cannot be used.
    """
    handshakes_ms: list[float] = []
    for _ in range(cycles):
        line = _opened(endpoint)
        if isinstance(line, str):
            return Churn(handshakes_ms=handshakes_ms, refused=f"the next one was not let in: {line}")
        handshakes_ms.append(line.opening.total_ms)
        for text in dialect.opening_texts(settings):
            line.send_text(text)
        line.close()
        gevent.sleep(BETWEEN_S)
    return Churn(handshakes_ms=handshakes_ms)


def _opened(endpoint: Endpoint) -> Line | str:
    """A line, or why there is none."""
    try:
        return open_line(endpoint)
    except NoLine:
        gevent.sleep(AGAIN_S)
    try:
        return open_line(endpoint)
    except NoLine as error:
        return f"{error.kind}: {error}"
