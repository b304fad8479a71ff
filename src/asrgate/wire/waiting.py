"""Wait until an endpoint answers a handshake: models take a minute to load."""

import asyncio
from collections.abc import Callable

from asrgate.wire.connection import open_session
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.scenario import Connect

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0


async def wait_until_open(endpoint: Endpoint, wait_s: float, say: Callable[[str], None]) -> None:
    """Return as soon as a session can be opened; it is closed again at once.

    A refusal that waiting does not cure, such as a certificate that does not verify, ends it early.

    Args:
        endpoint: Where.
        wait_s: How long to go on trying, in seconds.
        say: Called with one sentence after each attempt in vain.

    Raises:
        EndpointUnreachable: no session could be opened in time; it says why the last attempt failed.
    """
    loop = asyncio.get_running_loop()
    began_s, pause_s = loop.time(), _FIRST_PAUSE_S
    while True:
        attempt = await open_session(endpoint, Connect())
        if attempt.session is not None:
            await attempt.session.close()
            return
        assert attempt.diagnosis is not None
        left_s = began_s + wait_s - loop.time()
        if left_s <= 0 or not attempt.diagnosis.may_pass:
            raise attempt.diagnosis.as_error()
        say(f"{endpoint.public_url}: {attempt.diagnosis.came}; trying for up to {left_s:.0f} s more.")
        await asyncio.sleep(min(pause_s, left_s))
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
