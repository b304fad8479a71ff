"""The generated sessions of a run: planned with it, and driven once, after what does no harm by design."""

from concurrent.futures import Future
from pathlib import Path

from asrgate.fuzz.campaign import RunningCampaign
from asrgate.fuzz.driving import Sessions
from asrgate.fuzz.planning import campaign_of
from asrgate.fuzz.sessions import Ground as Material
from asrgate.fuzz.store import Store
from asrgate.judge.generated import Broken, Generated
from asrgate.report.record import FuzzFailure, FuzzRecord
from asrgate.suite.ground import Ground
from asrgate.suite.jobs import NotDriven
from asrgate.suite.observer import Observer
from asrgate.suite.settings import Settings
from asrgate.wire.recording import write_exchange


class Fuzzing:
    """What `--fuzz` asks for; `directory` gets the exchanges of the smallest failing sessions."""

    def __init__(self, settings: Settings, ground: Ground, directory: Path, observer: Observer) -> None:
        assert settings.fuzz is not None
        self._settings = settings
        self._ground = ground
        self._directory = directory
        self._observer = observer
        self._campaign = campaign_of(Material.of(ground.dialect, ground.clips), settings.fuzz, settings.seed)
        self._driving: Sessions | None = None
        self._stopped: str | None = None
        self._result: Future[Generated] = Future()

    @property
    def announcement(self) -> str:
        """What will be sent, in one sentence."""
        return self._campaign.announcement()

    def run(self) -> None:
        """Drive everything, until it is done or stopped."""
        try:
            result = self._run()
        except Exception as error:
            self._result.set_exception(error)
        else:
            self._result.set_result(result)

    def stop(self, reason: str) -> None:
        """Break off, keeping what was found so far, or leave it out. May be called from any thread."""
        if self._result.done():
            return
        self._stopped = self._stopped or reason
        if self._driving is not None:
            self._driving.stop()

    def result(self) -> Generated:
        """What came of it; blocks until it is over.

        Raises:
            NotDriven: it did not come to it.
        """
        if self._stopped is not None and self._driving is None:
            raise NotDriven(f"{self._stopped} before sessions were generated")
        return self._result.result()

    @property
    def record(self) -> FuzzRecord | None:
        """What the report tells of it, None when it did not come to it."""
        if not self._result.done() or self._result.exception() is not None:
            return None
        found = self._result.result()
        return FuzzRecord(
            budget=found.budget,
            seed=found.seed,
            sessions=found.sessions,
            further=found.further,
            duration_s=found.duration_s,
            failures=tuple(map(_failure, found.broken)),
            fixed=found.fixed,
            unsteady=found.unsteady,
            ended=found.ended,
        )

    def _run(self) -> Generated:
        ground = self._ground
        with Sessions(
            endpoint=ground.endpoint,
            dialect=ground.dialect,
            clips=ground.clips,
            streams=self._settings.streams,
        ) as driving:
            self._driving = driving
            if self._stopped is not None:
                driving.stop()
            running = RunningCampaign(
                self._campaign,
                driving,
                self._store(),
                self._observer,
                recovery_s=self._settings.recovery_s,
            )
            running.run()
        for broken in running.result.broken:
            write_exchange(broken.exchange, self._directory / f"{broken.exchange.id}.jsonl")
        return running.result

    def _store(self) -> Store:
        # The embedded endpoint has another port each time.
        endpoint = self._settings.endpoint
        name = endpoint.public_url if endpoint is not None else "embedded"
        return Store(self._settings.fuzz_store, name, self._ground.dialect.name)


def _failure(broken: Broken) -> FuzzFailure:
    return FuzzFailure(
        cause=broken.cause,
        reason=broken.sentence,
        steps=broken.steps,
        exchange=f"exchanges/{broken.exchange.id}.jsonl",
        again=broken.again,
    )
