"""The worker processes that decode, seen from the server's event loop.

Each connection is pinned to the worker with the fewest connections. What a client sends ahead is limited,
so that an upload without pace waits in its own socket and not in memory. A worker that dies is replaced;
its connections are told.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType

from asrgate.errors import AsrgateError
from asrgate.reference.pipe import HEADER_BYTES, SLICE_BYTES, Kind, pack, unpack_header
from asrgate.reference.workload import Workload

logger = logging.getLogger(__name__)

MOST_AHEAD_BYTES = 4 * 2**20
"""What one connection may have waiting to be decoded: two minutes of 16 kHz audio."""
_FRAME_COST_BYTES = 256
_RESTART_PAUSE_S = 1.0
_END_TIMEOUT_S = 5.0


class DecoderLost(AsrgateError):
    """The conversation cannot go on, because its decoder is gone."""


class DecodedStream:
    """One connection's way to its voice, which lives in a worker."""

    def __init__(self, worker: _Worker, number: int) -> None:
        self._worker = worker
        self._number = number
        self._replies: asyncio.Queue[tuple[Kind, bytes]] = asyncio.Queue()
        self._costs: deque[int] = deque()
        self._room = asyncio.Event()
        self._room.set()
        self._lost = False
        self.ahead_bytes = 0
        """What was sent and is not decoded, or whose replies were not taken yet."""

    async def send(self, message: str | bytes) -> None:
        """Hand over a client's message; wait while too much of what came before is not decoded yet.

        Raises:
            DecoderLost: the worker died, or the voice broke on an error.
        """
        if isinstance(message, str):
            # Lone surrogates cannot come from a WebSocket text message, which is UTF-8.
            await self._send(Kind.TEXT, message.encode())
            return
        for start in range(0, len(message), SLICE_BYTES):
            await self._send(Kind.AUDIO, message[start : start + SLICE_BYTES])

    async def replies(self) -> AsyncIterator[str]:
        """Yield the replies in order.

        A message counts as decoded only after its replies were taken from here, so that a client that does
        not read is not read from either.

        Raises:
            DecoderLost: the worker died, or the voice broke on an error.
        """
        while True:
            kind, payload = await self._replies.get()
            if kind is Kind.REPLY:
                yield payload.decode()
            elif kind is Kind.DONE:
                self._release()
            else:
                raise DecoderLost(payload.decode(errors="replace"))

    def close(self) -> None:
        """Forget the connection; what was still waiting is not decoded."""
        self._worker.forget(self._number)

    def deliver(self, kind: Kind, payload: bytes) -> None:
        """Take a frame that came for this connection."""
        self._replies.put_nowait((kind, payload))
        if kind is Kind.FAILED:
            self._lost = True
            self._room.set()

    async def _send(self, kind: Kind, payload: bytes) -> None:
        await self._room.wait()
        if self._lost:
            raise DecoderLost("the decoder process ended")
        self._costs.append(len(payload) + _FRAME_COST_BYTES)
        self.ahead_bytes += self._costs[-1]
        if self.ahead_bytes >= MOST_AHEAD_BYTES:
            self._room.clear()
        await self._worker.send(pack(kind, self._number, payload))

    def _release(self) -> None:
        self.ahead_bytes -= self._costs.popleft()
        if self.ahead_bytes < MOST_AHEAD_BYTES:
            self._room.set()


class _Worker:
    """One worker process and the connections pinned to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._to_worker = process.stdin
        self._from_worker = process.stdout
        self.streams: dict[int, DecodedStream] = {}

    @classmethod
    async def start(cls, domain_text: Path | None, workload: Workload | None) -> _Worker:
        """Start a process and wait until its recogniser is loaded."""
        arguments = ["--domain-text", str(domain_text)] if domain_text else []
        arguments += ["--workload", workload.name, "--device", workload.device] if workload else []
        worker = cls(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "asrgate.reference.worker", *arguments),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        )
        try:
            kind, _, _ = await worker._read()
        except BaseException as error:
            await worker.end()
            if isinstance(error, asyncio.IncompleteReadError):
                raise DecoderLost("a decoder process ended before it was ready") from None
            raise
        assert kind is Kind.READY
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    async def listen(self) -> None:
        """Deliver what the worker says, until it is gone."""
        while True:
            try:
                kind, number, payload = await self._read()
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            if stream := self.streams.get(number):
                stream.deliver(kind, payload)
        for stream in self.streams.values():
            stream.deliver(Kind.FAILED, b"the decoder process ended")

    async def send(self, frame: bytes) -> None:
        try:
            self._to_worker.write(frame)
            await self._to_worker.drain()
        except ConnectionError:
            # The listener notices the death as well, and tells every stream once.
            logger.debug("worker %d takes no more frames", self.pid)

    def forget(self, number: int) -> None:
        if self.streams.pop(number, None) and not self._to_worker.is_closing():
            self._to_worker.write(pack(Kind.CLOSE, number))

    async def end(self) -> None:
        """End the process: its standard input ends, and after a while it is killed."""
        self._to_worker.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END_TIMEOUT_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _read(self) -> tuple[Kind, int, bytes]:
        kind, number, length = unpack_header(await self._from_worker.readexactly(HEADER_BYTES))
        return kind, number, await self._from_worker.readexactly(length)


class DecoderPool:
    """As many workers as asked for, as long as the context lasts."""

    def __init__(
        self, workers: int, domain_text: Path | None = None, workload: Workload | None = None
    ) -> None:
        self._count = workers
        self._domain_text = domain_text
        self._workload = workload
        self._workers: dict[int, _Worker] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._numbers = itertools.count(1)
        self._available = asyncio.Condition()

    @property
    def worker_pids(self) -> list[int]:
        """The process IDs of the workers that are ready."""
        return [worker.pid for worker in self._workers.values()]

    @property
    def connections(self) -> list[int]:
        """How many connections each worker has."""
        return [len(worker.streams) for worker in self._workers.values()]

    async def __aenter__(self) -> DecoderPool:
        """Start the workers together and wait until all are ready.

        Raises:
            DecoderLost: one of them did not start.
        """
        starts = (_Worker.start(self._domain_text, self._workload) for _ in range(self._count))
        results = await asyncio.gather(*starts, return_exceptions=True)
        self._workers = {slot: w for slot, w in enumerate(results) if isinstance(w, _Worker)}
        for result in results:
            if isinstance(result, BaseException):
                await self._end_workers()
                raise result
        self._keepers = [asyncio.create_task(self._keep(*item)) for item in self._workers.items()]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all workers."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await self._end_workers()

    async def open(self, dialect: str, *, speakers: bool = False) -> DecodedStream:
        """Return a stream for a new connection; wait for a worker when none is ready."""
        async with self._available:
            await self._available.wait_for(lambda: self._workers)
            worker = min(self._workers.values(), key=lambda worker: len(worker.streams))
            number = next(self._numbers)
            stream = worker.streams[number] = DecodedStream(worker, number)
        opening = {"dialect": dialect, "speakers": speakers, "epoch_ms": time.time_ns() // 1_000_000}
        await worker.send(pack(Kind.OPEN, number, json.dumps(opening).encode()))
        return stream

    async def _end_workers(self) -> None:
        await asyncio.gather(*(worker.end() for worker in self._workers.values()))

    async def _keep(self, slot: int, worker: _Worker) -> None:
        """Listen to a worker, and replace it whenever it dies."""
        while True:
            await worker.listen()
            del self._workers[slot]
            logger.warning("decoder process %d ended; starting another one", worker.pid)
            await worker.end()
            worker = await self._replacement()
            async with self._available:
                self._workers[slot] = worker
                self._available.notify_all()

    async def _replacement(self) -> _Worker:
        while True:
            try:
                return await _Worker.start(self._domain_text, self._workload)
            except (DecoderLost, OSError) as error:
                logger.error("no decoder process could be started: %s", error)
                await asyncio.sleep(_RESTART_PAUSE_S)
