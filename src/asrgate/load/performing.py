"""A whole load run: the endpoint reached, each clip heard alone, the load put on, the report written."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from asrgate.errors import InvalidRun, UsageError
from asrgate.load.afterwards import Afterwards
from asrgate.load.baseline import Alone, heard_alone
from asrgate.load.calling import Calling, judged
from asrgate.load.engine import Load
from asrgate.load.findings import Evidence, findings_under_load
from asrgate.load.hardship import ANNOUNCED
from asrgate.load.result import Clock, run_of
from asrgate.load.running import LoadRun, Measured, Watcher
from asrgate.load.sampling.record import with_resources
from asrgate.load.sampling.sampler import EVERY_S, Sampler, sampling
from asrgate.load.shapes import Shape
from asrgate.report.files import write_run
from asrgate.report.load_record import CapacityRecord
from asrgate.report.record import Run
from asrgate.suite.ground import Ground, reached
from asrgate.suite.running import LOADS_FOLDER
from asrgate.suite.settings import Settings, default_directory

SAMPLES_FILE = "samples.jsonl"

_NICE = 5

Work = Callable[[LoadRun, Load], None]
"""Puts load on the endpoint."""

Found = Callable[[LoadRun], CapacityRecord | None]
"""What a search has found so far, None of a run that searches for nothing."""

Claimed = Callable[[LoadRun], Sequence[Measured]]
"""The steps whose load the endpoint is said to bear."""

Carried = Callable[[], int]
"""How many streams that are, once the load has ended."""


def perform(
    settings: Settings,
    calling: Calling,
    shape: Shape,
    work: Work,
    intent: str,
    watcher: Watcher,
    *,
    found: Found = lambda run: None,
    claimed: Claimed = lambda run: run.measured,
    carried: Carried | None = None,
    samplers: Callable[[Ground], list[Sampler]] = lambda ground: [],
    every_s: float = EVERY_S,
) -> tuple[Run, Path]:
    """Put load on the endpoint and write the report, also when it was interrupted; run and page.

    `intent` is what will be asked of the endpoint, as a part of a sentence.

    Raises:
        AsrgateError: the endpoint was not reached, an option is wrong, or nothing can be written.
    """
    clock = Clock.started()
    directory = settings.directory or default_directory(settings.endpoint)
    _make_writable(directory)
    with _ended_by_sigterm(), reached(settings, watcher.say) as ground:
        said = calling.repertoire(ground.clips)
        objectives, left_out = judged(calling, said.spoken)
        load = calling.load(shape, ground, settings)
        watched = samplers(ground)
        run = LoadRun(ground.endpoint, said.clips, objectives, directory / LOADS_FOLDER, watcher)
        watcher.say(f"{ground.endpoint.public_url} speaks {ground.dialect.name}: {intent}.")
        if settings.destructive:
            watcher.say(ANNOUNCED)
        interrupted, failure = False, None
        afterwards, ended_at = Afterwards(), None

        def hear(name: str) -> Alone:
            single = replace(load, tag=said.heard_tag, long_sessions=0)
            folder = directory / LOADS_FOLDER / name.replace(" ", "-")
            return heard_alone(single, ground.endpoint, said.clips, said.heard, folder, told=watcher.alone)

        _let_go_first(ground)
        try:
            heard = hear("alone")
            run.alone, run.excused = said.texts(heard.texts), frozenset(heard.broken)
            for id_, reason in heard.broken.items():
                watcher.say(f"{id_} is broken without load, too, and not counted under it: {reason}")
            if left_out is not None:
                watcher.say(left_out)
            with sampling(watched, directory / SAMPLES_FILE, every_s=every_s):
                run.begin()
                work(run, load)
                ended_at = time.time()
                afterwards.look_at_canary(hear, heard, said.clips, watcher.say)
                if settings.destructive:
                    afterwards.try_hard(
                        ground.endpoint,
                        load,
                        shape.most_streams if carried is None else carried(),
                        run.apart(),
                        directory / SAMPLES_FILE,
                        hear=hear,
                        before=heard,
                        clips=said.clips,
                    )
        except KeyboardInterrupt:
            interrupted = True
        except InvalidRun as error:
            failure = str(error)
        audio_s = sum(call.audio_ms for call in run.calls) / 1000
        record = replace(
            run.record(shape=shape.name, asked=calling.asked(load), described=calling.described),
            capacity=found(run),
        )
        record = with_resources(
            record,
            directory / SAMPLES_FILE,
            began_at=run.began_at,
            audio_s=audio_s,
            ended_at=ended_at,
        )
        evidence = Evidence(
            claimed=claimed(run),
            everything=run.measured,
            long_sessions=run.long_sessions,
            resources=record.resources,
            canaries=afterwards.canaries,
            churn=afterwards.churn,
            overload=afterwards.overload,
        )
        result = run_of(
            record,
            settings,
            ground,
            clock,
            sessions=len(run.calls),
            audio_s=audio_s,
            findings=findings_under_load(evidence, ground.dialect.name),
            interrupted=interrupted,
            failure=failure,
        )
        return result, write_run(result, directory, language=settings.language)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """A pipeline that is cancelled sends SIGTERM: what was measured is as good as after Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _let_go_first(ground: Ground) -> None:
    """Let the generator go before the embedded endpoint, with which it shares the machine."""
    if ground.server_pid is not None and hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PGRP, ground.server_pid, _NICE)


def _make_writable(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / SAMPLES_FILE).write_text("", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"--out {directory}: {error.strerror}; expected a folder that can be written"
        ) from error
