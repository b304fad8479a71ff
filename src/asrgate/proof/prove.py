"""The proof itself: a run without fault, then one for each fault, several at a time."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from asrgate import __version__
from asrgate.errors import UsageError
from asrgate.faults.fault import Fault
from asrgate.judge.catalogue import Requirement, load_catalogue
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
    interrupted = False
    with reached(settings, say) as ground, _workers(jobs) as workers:
        dialect = ground.dialect.name
        faults = tuple(fault for fault in chosen(dialect) if named_for(fault, catalogue, dialect))
        if not faults:
            raise UsageError("--faults: only load shows these: asrgate break, and asrgate load against it")
        spoken = replace(settings, dialect=dialect, recovery_s=_RECOVERY_S)
        trials = [_trial(fault, catalogue, ground.endpoint, spoken, full=full) for fault in faults]
        say(
            f"{ground.endpoint.public_url} speaks {dialect}: without a fault, then with each of {len(faults)}"
        )
        try:
            good = workers.submit(run_trial, _without_fault(trials)).result()
            _tell(good, say)
            running = {
                workers.submit(run_trial, _expecting(trial, good.features)): fault
                for fault, trial in zip(faults, trials, strict=True)
            }
            for done in as_completed(running):
                outcomes.append(_outcome(running[done], catalogue, dialect, done.result()))
                told(outcomes[-1])
        except KeyboardInterrupt:
            interrupted = True
            _break_off(workers)
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
        titles={id_: entry.title for id_, entry in catalogue.items() if dialect in entry.dialects},
        unproved={id_: entry.unproved for id_, entry in catalogue.items() if entry.unproved},
        planned=len(faults),
        interrupted=interrupted,
    )


def _trial(
    fault: Fault,
    catalogue: Mapping[str, Requirement],
    endpoint: Endpoint,
    settings: Settings,
    *,
    full: bool,
) -> Trial:
    """The suite against a fault. What upstream is known to do is no excuse there."""
    select = requirements_for(fault, catalogue, settings.dialect, full=full)
    destructive = any(catalogue[id_].destructive for id_ in select)
    asked = replace(settings, select=select, strict=True, destructive=destructive)
    return Trial(endpoint=endpoint, settings=asked, fault=fault.name)


def _without_fault(trials: Sequence[Trial]) -> Trial:
    """All that the trials judge, on the good endpoint, by its known deviations."""
    first = trials[0]
    select = tuple(dict.fromkeys(id_ for trial in trials for id_ in trial.settings.select))
    destructive = any(trial.settings.destructive for trial in trials)
    asked = replace(first.settings, select=select, strict=False, destructive=destructive)
    return replace(first, settings=asked, fault=None)


def _expecting(trial: Trial, features: tuple[str, ...]) -> Trial:
    """The trial of an endpoint that is known to have these features: a fault may not hide them."""
    return replace(trial, settings=replace(trial.settings, expect=features))


def _outcome(fault: Fault, catalogue: Mapping[str, Requirement], dialect: str, run: Verdicts) -> Outcome:
    named = named_for(fault, catalogue, dialect)
    return Outcome(fault=fault.name, family=fault.family, sentence=fault.sentence, named=named, run=run)


def _tell(good: Verdicts, say: Say) -> None:
    for failure in good.failed:
        say(f"without a fault {failure} fails: {good.reasons[failure]}")
    if good.error is not None:
        say(f"the run without a fault is not valid: {good.error}")


@contextmanager
def _workers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that run a trial each: they wait most of the time. They end with the context."""
    pool = ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=ignore_interrupts
    )
    try:
        yield pool
    except BaseException:
        _break_off(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _break_off(pool: ProcessPoolExecutor) -> None:
    """End the trials that are under way."""
    for process in list((pool._processes or {}).values()):
        process.terminate()
