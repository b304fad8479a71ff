"""Driving generated sessions: a few at a time, at a bounded rate, beside an idle canary."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from asrgate.audio.clips import ClipSet
from asrgate.audio.source import pcm_of
from asrgate.wire.dialects import Dialect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Close, Connect, Listen, Scenario
from asrgate.wire.session import drive

MOST_STREAMS = 4
"""Sessions at a time: with many more that come and go, the C++ server dies by itself (section 11.4)."""

MOST_PER_S = 20.0
"""New connections per second, for the same reason."""

CANARY_S = 20.0
"""How long one canary stays: no server and few proxies drop a connection that was silent for so long."""

_T = TypeVar("_T")


class Interrupted(Exception):
    """Nothing is driven any more: somebody asked to stop."""


class Sessions:
    """Drives scenarios against an endpoint while the context lasts, in a thread of its own.

    `canary_lost` is set when an idle connection was ended by the other side, or a new one was not accepted.
    """

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        dialect: Dialect,
        clips: ClipSet,
        streams: int,
        most_per_s: float = MOST_PER_S,
    ) -> None:
        self.canary_lost: Exchange | None = None
        self._endpoint = endpoint
        self._dialect = dialect
        self._pcm = partial(pcm_of, clips=clips)
        # One of the connections is the canary's, where there is more than one.
        self._streams = min(max(1, streams - 1), MOST_STREAMS)
        self._has_canary = streams > 1
        self._most_per_s = most_per_s
        self._next_s = 0.0
        self._stopped = False
        self._canary: asyncio.Task[None] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="asrgate-fuzz", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def stop(self) -> None:
        """Break off what is being driven, and drive nothing more; may be called from any thread."""
        self._stopped = True
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop)

    def drive(self, scenarios: Iterable[Scenario], on_end: Callable[[Exchange], bool]) -> None:
        """Drive scenarios, a few at a time; `on_end` gets each exchange, and ends it all with False.

        `on_end` is called in this object's thread. What has begun when it ends is driven to its end.

        Raises:
            Interrupted: nothing is driven any more.
        """
        self._await(self._drive_all(scenarios, on_end))

    def drive_one(self, scenario: Scenario) -> Exchange:
        """Drive one scenario, beside nothing but the canary.

        Raises:
            Interrupted: nothing is driven any more.
        """
        return self._await(self._drive(scenario))

    def answers(self) -> bool:
        """Whether a new connection is accepted."""
        return self._await(self._drive(_GREETING)).failure is None

    def answers_within(self, seconds: float) -> bool:
        """Whether a new connection is accepted, now or within so many seconds."""
        return self._await(self._wait(seconds))

    def _await(self, work: Coroutine[Any, Any, _T]) -> _T:
        if self._stopped:
            work.close()
            raise Interrupted
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except CancelledError:
            raise Interrupted from None

    async def _drive_all(self, scenarios: Iterable[Scenario], on_end: Callable[[Exchange], bool]) -> None:
        waiting = iter(tuple(scenarios))
        going = True

        async def worker() -> None:
            nonlocal going
            for scenario in waiting:
                if not going:
                    return
                exchange = await self._drive(scenario)
                going = going and on_end(exchange)

        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._streams):
                    workers.create_task(worker())
        except ExceptionGroup as group:
            # One of them says what is broken; the group says only that something is.
            raise group.exceptions[0] from None

    async def _drive(self, scenario: Scenario) -> Exchange:
        self._keep_canary()
        loop = asyncio.get_running_loop()
        begin_s = max(self._next_s, loop.time())
        self._next_s = begin_s + 1 / self._most_per_s
        await asyncio.sleep(begin_s - loop.time())
        return await drive(
            scenario,
            endpoint=self._endpoint,
            dialect=self._dialect,
            pcm=self._pcm,
        )

    def _keep_canary(self) -> None:
        if self._has_canary and (self._canary is None or self._canary.done()):
            self._canary = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        """Hold an idle connection, and after a while another one."""
        while self.canary_lost is None:
            exchange = await drive(_CANARY, endpoint=self._endpoint, dialect=self._dialect, pcm=self._pcm)
            closing = exchange.closing
            if exchange.failure is not None or closing is None or closing.who != "client":
                self.canary_lost = exchange

    async def _wait(self, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + seconds
        while (await self._drive(_GREETING)).failure is not None:
            if loop.time() >= deadline_s:
                return False
            await asyncio.sleep(0.5)
        self.canary_lost = None
        self._keep_canary()
        return True

    async def _cancel_all(self) -> None:
        tasks = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


_GREETING = Scenario(name="greeting", steps=(Connect(), Close()))
_CANARY = Scenario(name="canary", steps=(Connect(), Listen(seconds=CANARY_S), Close()))
