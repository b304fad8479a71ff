"""Samples beside the load: every sampler in a thread of its own, at absolute instants, into one file."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from asrgate.load.sampling.readings import Gap, Sample, SampleFile

EVERY_S = 1.0

LAST_ANSWER_S = 2.0
"""How long a sampler may take to end its last reading; an exporter that hangs does not hold the command."""


class Sampler(Protocol):
    """Something that can be read again and again, such as the GPUs of this machine or an exporter."""

    @property
    def subject(self) -> str:
        """What it samples, as a sentence begins: a URL without secrets, `process 123`."""

    def read(self, at: float) -> Sequence[Sample]:
        """What its devices say now, and what could not be had; `at` is now, in seconds of the epoch."""

    def close(self) -> None:
        """Let go of what it holds."""


@dataclass(frozen=True, slots=True)
class Unsampled:
    """Stands for something that is not sampled, so that the record says why."""

    subject: str
    reason: str

    def read(self, at: float) -> Sequence[Sample]:
        """The reason."""
        return [Gap(subject=self.subject, reason=self.reason)]

    def close(self) -> None:
        """Nothing is held."""


@contextmanager
def sampling(samplers: Sequence[Sampler], path: Path, *, every_s: float = EVERY_S) -> Iterator[None]:
    """Sample while the context lasts, and append to the file as the samples come.

    Nothing that goes wrong in a sampler reaches the caller: it becomes a gap in the file.
    """
    file = SampleFile(path)
    over = Event()
    threads = [
        Thread(target=_sample, args=(sampler, file, every_s, over), name=sampler.subject, daemon=True)
        for sampler in samplers
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        deadline = time.monotonic() + LAST_ANSWER_S
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def _sample(sampler: Sampler, file: SampleFile, every_s: float, over: Event) -> None:
    # Instants are counted by the monotonic clock from one look at the calendar: if somebody sets the clock
    # of the machine, energy and rates stay what they were.
    epoch_s = time.time() - time.monotonic()
    began_s = time.monotonic()
    taken = 0
    while not over.is_set():
        try:
            file.write(tuple(_read(sampler, round(time.monotonic() + epoch_s, 4))))
        except OSError:
            break  # the disk is full or the folder is gone: the load itself says so
        # A reading that took too long is not made up for by readings in haste.
        taken = max(taken + 1, int((time.monotonic() - began_s) / every_s))
        over.wait(max(0.0, began_s + taken * every_s - time.monotonic()))
    sampler.close()


def _read(sampler: Sampler, at: float) -> Sequence[Sample]:
    try:
        return sampler.read(at)
    except Exception as error:  # a load run of hours does not end by a surprise in a driver's library
        return [Gap(at=at, subject=sampler.subject, reason=f"{type(error).__name__}: {error}")]
