"""Sessions that are opened and then stay idle, beside the one that is looked at."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection

from asrgate.wire.connection import open_session
from asrgate.wire.diagnosis import Diagnosis
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.scenario import Connect

_AT_ONCE = 10


@asynccontextmanager
async def idle_sessions(endpoint: Endpoint, count: int) -> AsyncIterator[tuple[int, Diagnosis | None]]:
    """Hold `count` idle sessions open, ten opening at a time, and close them in the end.

    Gives how many were accepted, and why one was not; after the first refusal no more are tried.

    Raises:
        UsageError: the endpoint's CA file cannot be used.
    """
    permits = asyncio.Semaphore(_AT_ONCE)
    opened: list[ClientConnection] = []
    refusals: list[Diagnosis] = []

    async def open_one() -> None:
        async with permits:
            if refusals:
                return
            attempt = await open_session(endpoint, Connect(), close_timeout_s=1.0)
            if attempt.session is not None:
                opened.append(attempt.session)
            if attempt.diagnosis is not None:
                refusals.append(attempt.diagnosis)

    try:
        await asyncio.gather(*(open_one() for _ in range(count)))
        yield len(opened), refusals[0] if refusals else None
    finally:
        await asyncio.gather(*(session.close() for session in opened))
