"""The proof itself: a run without fault, then one for each fault, several at a time."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from asrgate import __version__
from asrgate.faults.fault import Fault
from asrgate.judge.catalogue import Requirement, load_catalogue
from asrgate.judge.finding import Level
from asrgate.proof.machine import machine
from asrgate.proof.record import Outcome, Proof, Verdicts
from asrgate.proof.selection import named_for, requirements_for
from asrgate.proof.trial import Trial, ignore_interrupts, run_trial
from asrgate.suite.ground import reached
from asrgate.suite.locations import requirements_file
from asrgate.suite.settings import Settings
from asrgate.wire.endpoint import Endpoint

_RECOVERY_S = 3.0
"""A server that a fault has killed stays dead: nobody waits for it."""

Say = Callable[[str], None]
Told = Callable[[Outcome], None]
Chosen = Callable[[str], tuple[Fault, ...]]
"""The faults to prove, when it is known what the endpoint speaks."""


def prove(settings: Settings, chosen: Chosen, *, full: bool, jobs: int, say: Say, told: Told) -> Proof:
    """Prove the suite on the endpoint of `settings`, or on the embedded one.

    `told` hears of every fault when it has been proved. Ctrl-C leaves what was proved until then.

    Raises:
        AsrgateError: the endpoint was not reached, or an option is wrong.
    """
    catalogue = load_catalogue(requirements_file())
    began, began_s = datetime.now(UTC), time.monotonic()
    outcomes: list[Outcome] = []
    good = Verdicts(verdicts={}, reasons={}, duration_s=0.0)
    with reached(settings, say) as ground, _workers(jobs) as workers:
        dialect = ground.dialect.name
        faults = tuple(f for f in chosen(dialect) if named_for(f, catalogue, dialect))
        spoken = replace(settings, dialect=dialect, select=(), recovery_s=_RECOVERY_S)
        interrupted = False
        try:
            where = f"{ground.endpoint.public_url} speaks {dialect}"
            say(f"{where}: first without a fault, then {len(faults)} faults")
            good = workers.submit(run_trial, Trial(endpoint=ground.endpoint, settings=spoken)).result()
            for failure in good.failed:
                say(f"without a fault {failure} fails: {good.reasons[failure]}")
            if good.error is not None:
                say(f"the run without a fault is not valid: {good.error}")
            running = {
                workers.submit(run_trial, trial): (fault, named)
                for fault, named, trial in _trials(
                    faults, catalogue, ground.endpoint, spoken, good.features, full=full
                )
            }
            for done in as_completed(running):
                outcomes.append(_outcome(done, *running[done]))
                told(outcomes[-1])
        except KeyboardInterrupt:
            interrupted = True
        order = [fault.name for fault in faults]
        return Proof(
            started_at=began.isoformat(timespec="seconds"),
            duration_s=round(time.monotonic() - began_s, 1),
            version=__version__,
            command=settings.command,
            machine=machine(),
            endpoint=ground.endpoint.public_url,
            dialect=dialect,
            good=good,
            outcomes=tuple(sorted(outcomes, key=lambda outcome: order.index(outcome.fault))),
            titles={id_: entry.title for id_, entry in catalogue.items() if _can_fail(entry, dialect)},
            unproved={id_: entry.unproved for id_, entry in catalogue.items() if entry.unproved},
            planned=len(faults),
            interrupted=interrupted,
        )


def _can_fail(entry: Requirement, dialect: str) -> bool:
    return dialect in entry.dialects and entry.level is not Level.MAY


def _trials(
    faults: tuple[Fault, ...],
    catalogue: Mapping[str, Requirement],
    endpoint: Endpoint,
    settings: Settings,
    features: tuple[str, ...],
    *,
    full: bool,
) -> Iterator[tuple[Fault, tuple[str, ...], Trial]]:
    dialect = settings.dialect
    for fault in faults:
        named = named_for(fault, catalogue, dialect)
        asked = replace(
            settings,
            select=requirements_for(fault, catalogue, dialect, full=full),
            strict=True,
            destructive=any(catalogue[id_].destructive for id_ in named),
            expect=features,
        )
        yield fault, named, Trial(endpoint=endpoint, settings=asked, fault=fault.name)


def _outcome(done: Future[Verdicts], fault: Fault, named: tuple[str, ...]) -> Outcome:
    return Outcome(
        fault=fault.name, family=fault.family, sentence=fault.sentence, named=named, run=done.result()
    )


@contextmanager
def _workers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that run a trial each: they wait most of the time. They end with the context."""
    pool = ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=ignore_interrupts
    )
    try:
        yield pool
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
