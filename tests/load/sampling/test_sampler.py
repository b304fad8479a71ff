"""Sampling while something else goes on."""

import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from asrgate.errors import UsageError
from asrgate.load.sampling.process import ProcessSampler
from asrgate.load.sampling.readings import Gap, Reading, Sample, read_samples
from asrgate.load.sampling.sampler import Unsampled, sampling


@dataclass
class Scripted:
    """A sampler that does what it is told, and counts."""

    does: Callable[[float], Sequence[Sample]]
    subject: str = "scripted"
    reads: list[float] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)

    def read(self, at: float) -> Sequence[Sample]:
        """Do it."""
        self.reads.append(at)
        if len(self.reads) >= 5:
            self.enough.set()
        return self.does(at)

    def close(self) -> None:
        """Remember it."""
        self.closed.set()


def reading(at: float) -> list[Sample]:
    """A reading of nothing in particular."""
    return [Reading(at=at, source="process", device="process 1", values={"rss_bytes": 1.0})]


def broken(at: float) -> list[Sample]:
    """A surprise in a library."""
    raise ZeroDivisionError("division by zero")


def test_samples_come_while_it_goes_on(tmp_path: Path) -> None:
    """Samples are in the file before the context ends, on the calendar's clock, and the sampler is closed."""
    path = tmp_path / "samples.jsonl"
    sampler = Scripted(reading)
    before = time.time()
    with sampling([sampler], path, every_s=0.02):
        assert sampler.enough.wait(60)
        assert len(list(read_samples(path))) >= 4
    assert sampler.closed.wait(60)
    told = [it.at for it in read_samples(path) if it.at is not None]
    assert told == sampler.reads[: len(told)]
    assert before - 1 <= told[0] <= told[-1] <= time.time() + 1


def test_a_broken_sampler_hurts_nobody(tmp_path: Path) -> None:
    """An error in one sampler is a gap at its instant; the others go on, and so does what they watch."""
    path = tmp_path / "samples.jsonl"
    fine, wrong = Scripted(reading), Scripted(broken, subject="NVML")
    with sampling([wrong, fine], path, every_s=0.02):
        assert fine.enough.wait(60)
        assert wrong.enough.wait(60)
    samples = list(read_samples(path))
    gaps = [it for it in samples if isinstance(it, Gap)]
    assert len(gaps) >= 4
    assert {gap.reason for gap in gaps} == {"ZeroDivisionError: division by zero"}
    assert len(samples) - len(gaps) >= 4


def test_a_sampler_that_hangs_does_not_hold_the_end(tmp_path: Path) -> None:
    """The context ends although an exporter has not answered yet, and others were read meanwhile."""
    asked, answer = threading.Event(), threading.Event()

    def hang(at: float) -> Sequence[Sample]:
        asked.set()
        answer.wait(600)
        return []

    fine = Scripted(reading)
    try:
        with sampling([Scripted(hang), fine], tmp_path / "samples.jsonl", every_s=0.02):
            assert asked.wait(60)
            assert fine.enough.wait(60)
        assert not answer.is_set()
    finally:
        answer.set()


def test_what_lasts_is_told_once(tmp_path: Path) -> None:
    """A reason that holds for the whole run stands once in the file."""
    path = tmp_path / "samples.jsonl"
    sampler = Scripted(Unsampled("GPU", "not sampled").read)
    with sampling([sampler], path, every_s=0.02):
        assert sampler.enough.wait(60)
    assert list(read_samples(path)) == [Gap(subject="GPU", reason="not sampled")]


def test_folder_that_vanishes(tmp_path: Path) -> None:
    """When nothing can be written any more, the sampler stops and nothing is raised."""
    sampler = Scripted(reading)
    with sampling([sampler], tmp_path / "absent" / "samples.jsonl", every_s=0.02):
        assert sampler.closed.wait(60)


def test_an_error_inside_is_not_swallowed(tmp_path: Path) -> None:
    """What goes wrong in the load itself goes its way, and sampling ends."""
    sampler = Scripted(reading)
    with (
        pytest.raises(KeyboardInterrupt),
        sampling([sampler], tmp_path / "samples.jsonl", every_s=0.02),
    ):
        raise KeyboardInterrupt
    assert sampler.closed.wait(60)


def test_line_that_was_cut_off(tmp_path: Path) -> None:
    """A last line without its end is left out: the machine went down while it was written."""
    path = tmp_path / "samples.jsonl"
    with sampling([ProcessSampler(os.getpid())], path, every_s=0.02):
        deadline = time.monotonic() + 60
        while len(list(read_samples(path))) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    whole = list(read_samples(path))
    with path.open("a") as file:
        file.write('{"kind": "read')
    assert list(read_samples(path)) == whole


def test_no_file_is_no_samples(tmp_path: Path) -> None:
    """A run without samplers has none."""
    assert list(read_samples(tmp_path / "samples.jsonl")) == []


def test_line_that_is_none(tmp_path: Path) -> None:
    """A line that is no sample is named with its number."""
    path = tmp_path / "samples.jsonl"
    path.write_text(json.dumps({"kind": "gap", "subject": "x", "reason": "y"}) + "\n{}\n")
    with pytest.raises(UsageError, match=r"samples\.jsonl, line 2: "):
        list(read_samples(path))
