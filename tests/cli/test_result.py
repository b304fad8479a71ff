"""What a run says on a terminal."""

import io

from rich.console import Console

from asrgate.cli.result import tables
from asrgate.report.record import Run
from report.sample import NOTHING_BESIDES, sample_run
from report.test_timing import measured


def told(run: Run) -> list[str]:
    """The lines of its tables, spaces single."""
    console = Console(file=io.StringIO(), width=160)
    for table in tables(run):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_emission_latency_is_told_for_each_mode_with_partials() -> None:
    """The median, and a dash for a percentile that so few words do not allow."""
    lines = told(sample_run(accuracy=measured(), **NOTHING_BESIDES))
    assert "Emission latency of words, 2pass 715 ms p95 — n = 68" in lines
    assert "Emission latency of words, 2pass~3,6,3 625 ms p95 — n = 68" in lines
    assert not any(line.startswith("Emission latency of words, offline") for line in lines)


def test_without_the_pace_of_speech_it_is_not() -> None:
    """There is no number to tell."""
    lines = told(sample_run(accuracy=measured(pace=None), **NOTHING_BESIDES))
    assert not any("Emission" in line for line in lines)
