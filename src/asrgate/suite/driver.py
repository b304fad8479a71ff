"""Drives a plan in the background, a few connections at a time, and hands out exchanges as they come."""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from asrgate.audio.clips import ClipSet
from asrgate.audio.source import pcm_of
from asrgate.judge.aftermath import fate_of, in_short
from asrgate.suite.hazards import aftermath_of
from asrgate.suite.jobs import Job, NotDriven, Order
from asrgate.suite.patience import Patience
from asrgate.suite.plan import Plan
from asrgate.wire.dialects import Dialect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange
from asrgate.wire.recording import Recorder
from asrgate.wire.scenario import Close, Connect, Drop, Scenario
from asrgate.wire.session import Beside, drive


class DriverObserver(Protocol):
    """Who wants to know how far it is. Called in the driver's thread."""

    def began(self, scenario: Scenario) -> None:
        """A session is being opened."""

    def sent(self, audio_s: float) -> None:
        """So many more seconds of audio were sent."""

    def ended(self, scenario: Scenario) -> None:
        """A session is over."""


class Interlude(Protocol):
    """What has connections of its own: driven when all is that does no harm, before what may."""

    def run(self) -> None:
        """Drive it; called in a thread of its own."""

    def stop(self, reason: str) -> None:
        """Break it off, or leave it out."""


class Driver:
    """Drives each scenario of a plan once, with at most `streams` connections at a time.

    What is destructive is driven one by one, its canary being one of them, or a second. `lost` is None, or
    says in one sentence that the endpoint stopped answering, and `fatal` of which hostile input it did: what
    had not begun by then is not driven any more. `directory` gets a file for each exchange while it happens.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        endpoint: Endpoint,
        dialect: Dialect,
        clips: ClipSet,
        streams: int,
        directory: Path,
        observer: DriverObserver,
        interlude: Interlude | None = None,
    ) -> None:
        self.lost: str | None = None
        self.fatal: str | None = None
        self._plan = plan
        self._endpoint = endpoint
        self._dialect = dialect
        self._pcm = partial(pcm_of, clips=clips)
        self._streams = streams
        self._directory = directory
        self._observer = observer
        self._interlude = interlude
        self._results: dict[str, Future[Exchange]] = {s.fingerprint: Future() for s in plan.scenarios}
        self._patience = Patience()
        self._doubted = {f for phase in plan.phases for job in phase if job.watch is None for f in job.after}
        self._asking = asyncio.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="asrgate-driver", daemon=True)
        self._whole: asyncio.Task[None] | None = None
        # Not the end of the thread: in Python 3.11 a join that a signal interrupts takes it for ended.
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to drive."""
        self._thread.start()

    def __call__(self, job: Job) -> tuple[Exchange, ...]:
        """The exchanges of a job of the plan; blocks until they have been driven.

        Raises:
            NotDriven: they will not be.
        """
        return tuple(self._results[scenario.fingerprint].result() for scenario in job.scenarios)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Those that are there already, in the order of the plan."""
        done = (f for f in self._results.values() if f.done() and f.exception() is None)
        return tuple(future.result() for future in done)

    def wait(self) -> None:
        """Wait until the plan is done."""
        self._ended.wait()

    def stop(self) -> None:
        """Break off what is being driven; returns when every connection is closed."""
        if self._interlude is not None:
            self._interlude.stop("the run was interrupted")
        if self._thread.ident is None:
            self._loop.close()
            return
        if not self._ended.is_set() and self._whole is not None:
            # The loop may close at this very moment.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._whole.cancel)
        self._ended.wait()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._drive_plan())
        except asyncio.CancelledError:
            interrupted = NotDriven("the run was interrupted before this session was over")
            for result in self._results.values():
                if not result.done():
                    result.set_exception(interrupted)
        finally:
            self._ended.set()

    async def _drive_plan(self) -> None:
        self._whole = asyncio.current_task()
        harmless = [phase for phase in self._plan.phases if not any(job.destructive for job in phase)]
        for phase in harmless:
            await self._drive_phase(phase)
        if self._interlude is not None and self.lost is not None:
            self._interlude.stop(self.lost)
        elif self._interlude is not None:
            await asyncio.to_thread(self._interlude.run)
        for phase in self._plan.phases[len(harmless) :]:
            await self._drive_phase(phase)

    async def _drive_phase(self, jobs: tuple[Job, ...]) -> None:
        """Drive jobs in their order; a narrow one may overtake a wide one that has to wait for room."""
        waiting = list(jobs)
        widths: dict[asyncio.Task[None], int] = {}
        async with asyncio.TaskGroup() as running:
            while waiting or widths:
                for job in tuple(waiting):
                    width = self._streams if job.destructive else min(job.width, self._streams)
                    if sum(widths.values()) + width <= self._streams and self._may_begin(job):
                        waiting.remove(job)
                        widths[running.create_task(self._drive_job(job))] = width
                done, _ = await asyncio.wait(widths, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    del widths[task]

    def _may_begin(self, job: Job) -> bool:
        return all(self._results[fingerprint].done() for fingerprint in job.after)

    async def _drive_job(self, job: Job) -> None:
        if job.watch is not None:
            await self._drive_watched(job)
            return
        permits = asyncio.Semaphore(min(job.width, self._streams))

        async def drive_one(scenario: Scenario) -> None:
            async with permits:
                await self._drive_scenario(scenario, job)

        await asyncio.gather(*map(drive_one, job.scenarios))

    async def _drive_watched(self, job: Job) -> None:
        """Drive hostile sessions beside an idle one, then a probe; what kills the server ends it all."""
        results = [self._results[scenario.fingerprint] for scenario in job.scenarios]
        try:
            exchanges = await self._watched(job)
        except Exception as error:
            for result in results:
                result.set_exception(error)
        else:
            for result, exchange in zip(results, exchanges, strict=True):
                result.set_result(exchange)

    async def _watched(self, job: Job) -> list[Exchange]:
        assert job.watch is not None
        known = self._results[job.watch.known].result()
        if self.lost is not None or self.fatal is not None:
            raise NotDriven(self.lost or f"{self.fatal} before this was asked")
        canary, *hostile, probe = job.scenarios
        beside = Beside()
        watching = asyncio.create_task(self._exchange(canary, beside))
        held = asyncio.create_task(beside.held.wait())
        try:
            await asyncio.wait({watching, held}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                self.fatal = f"the endpoint accepted no idle session beside {job.watch.what}"
                raise NotDriven(f"{self.fatal}: {_why(watching.result())}")
            came = await self._hostile(hostile, job.order)
            asked = await self._exchange(probe)
            beside.over.set()
            exchanges = [await watching, *came, asked]
        finally:
            held.cancel()
            watching.cancel()
        aftermath = aftermath_of(job, exchanges, known)
        if fate_of(aftermath).fatal:
            self.fatal = in_short(aftermath)
        return exchanges

    async def _hostile(self, scenarios: list[Scenario], order: Order) -> list[Exchange]:
        # The canary takes the place of one.
        permits = asyncio.Semaphore(max(1, self._streams - 1) if order is Order.AT_ONCE else 1)

        async def drive_one(scenario: Scenario) -> Exchange:
            async with permits:
                return await self._exchange(scenario)

        return await asyncio.gather(*map(drive_one, scenarios))

    async def _drive_scenario(self, scenario: Scenario, job: Job) -> None:
        result = self._results[scenario.fingerprint]
        vital = self._asks_whether_it_lives(job)
        if self.lost is not None and not vital:
            result.set_exception(NotDriven(self.lost))
            return
        try:
            exchange = await self._exchange(self._patience.apply(scenario))
            self._patience.learn(exchange)
            gone = await self._went_away(scenario, exchange)
        except Exception as error:
            result.set_exception(error)
            return
        if gone and not vital and not self._is_suspect(scenario, exchange):
            result.set_exception(NotDriven(self.lost))
        else:
            result.set_result(exchange)

    async def _went_away(self, scenario: Scenario, exchange: Exchange) -> bool:
        """Whether nobody is served any more after this session."""
        if scenario.fingerprint in self._doubted and any(isinstance(s, Drop) for s in scenario.steps):
            # What dies of a client that is gone takes a moment to do so.
            await asyncio.sleep(_MOMENT_S)
            return await self._is_lost()
        return _broke(exchange) and await self._is_lost()

    def _is_suspect(self, scenario: Scenario, exchange: Exchange) -> bool:
        """Whether the endpoint went away in or right after a session of which that is asked."""
        return scenario.fingerprint in self._doubted and exchange.failure is None

    def _asks_whether_it_lives(self, job: Job) -> bool:
        """Whether the job is there to show that the endpoint survived others, of which some were driven."""
        return any(self._results[fingerprint].exception() is None for fingerprint in job.after)

    async def _exchange(self, scenario: Scenario, beside: Beside | None = None) -> Exchange:
        self._observer.began(scenario)
        try:
            with Recorder(self._directory / f"{scenario.name}-{scenario.fingerprint}.jsonl") as recorder:
                return await self._driven(scenario, recorder, beside)
        finally:
            self._observer.ended(scenario)

    async def _driven(
        self, scenario: Scenario, recorder: Recorder | None = None, beside: Beside | None = None
    ) -> Exchange:
        return await drive(
            scenario,
            endpoint=self._endpoint,
            dialect=self._dialect,
            pcm=self._pcm,
            recorder=recorder,
            on_audio=self._observer.sent,
            beside=beside,
        )

    async def _is_lost(self) -> bool:
        """Whether an ordinary connection fails as well; then nothing more is driven."""
        async with self._asking:
            if self.lost is None:
                failure = (await self._driven(_CANARY)).failure
                if failure is not None:
                    driven, planned = len(self.exchanges), len(self._results)
                    what = f"the endpoint stopped answering after {driven} of {planned} sessions"
                    self.lost = f"{what}: {failure.message.rstrip('.')}"
        return self.lost is not None


def _broke(exchange: Exchange) -> bool:
    """Whether the session may show that the endpoint went away: not opened, or cut off before its end."""
    steps = exchange.scenario.steps
    cut_off = any(
        done.outcome == "ended" and not isinstance(steps[done.step], Close) for done in exchange.steps
    )
    return exchange.failure is not None or (
        cut_off and exchange.closing is not None and not exchange.closing.clean
    )


def _why(canary: Exchange) -> str:
    return canary.failure.message.rstrip(".") if canary.failure is not None else "it was ended at once"


_MOMENT_S = 0.2
_CANARY = Scenario(name="canary", steps=(Connect(), Close()))
