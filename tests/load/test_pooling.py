"""What several workers measured gives, merged, exactly what all of it gives when one had measured it."""

import random
from array import array
from pathlib import Path

import numpy as np
import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.figures import figures_of
from asrgate.load.pulse import tenths_of
from asrgate.load.shapes import Window
from asrgate.load.step import Step, paced, step_of
from asrgate.load.trace import Trace, TraceFile, read_traces

from .traces import BEGAN_AT, answered

CLIPS = load_clips(bundled_clips_directory())
CLIP = CLIPS.tagged("plain")[0]
CHANCE = random.Random(4)


def a_call(worker: str, final_ms: float) -> Trace:
    """A call of a worker; some workers are later than others."""
    late = array("q", (CHANCE.randrange(9_000_000) for _ in range(100)))
    return answered(CLIP, CLIP.text, final_ms=final_ms, worker=worker, lateness=tenths_of(late))


def measured_by(directory: Path) -> Step:
    """A step of what lies in the files of workers."""
    traces = read_traces(sorted(directory.glob("calls-*.jsonl")))
    calls = [figures_of(trace, CLIPS, {CLIP.id: CLIP.text}) for trace in traces]
    return step_of(calls, Window(streams=10, from_s=0, until_s=60), began_at=BEGAN_AT)


def test_merged_percentiles_are_those_of_the_pooled_samples(tmp_path: Path) -> None:
    """Two workers, one of them much slower than the other, give finals and lateness as one worker does."""
    finals_ms = [CHANCE.lognormvariate(5, 1) * (1 + n % 2) for n in range(500)]
    calls = [a_call(f"worker-{n % 2}", round(took, 3)) for n, took in enumerate(finals_ms)]
    for call in calls:
        for name in (f"two/calls-{call.worker}.jsonl", "one/calls-all.jsonl"):
            with TraceFile(tmp_path / name) as file:
                file.write(call)
    merged, pooled = measured_by(tmp_path / "two"), measured_by(tmp_path / "one")
    assert merged.final.n == 500
    for share, percentile in ((50, merged.final.median), (95, merged.final.p95), (99, merged.final.p99)):
        assert percentile == pytest.approx(np.percentile(finals_ms, share), abs=0.001)
    assert sorted(merged.final.samples) == sorted(pooled.final.samples)
    assert merged.final.p99 == pooled.final.p99
    assert merged.generator == pooled.generator


def test_lateness_is_merged_to_a_tenth_of_a_millisecond() -> None:
    """Histograms of two workers tell the percentiles of all their frames."""
    quick = array("q", (CHANCE.randrange(2_000_000) for _ in range(20_000)))
    slow = array("q", (CHANCE.randrange(40_000_000) for _ in range(1_000)))
    generator = paced([tenths_of(quick), tenths_of(slow)])
    both_ms = np.concatenate([np.array(quick), np.array(slow)]) / 1e6
    assert generator.frames == 21_000
    for share, percentile in ((50, generator.p50_ms), (95, generator.p95_ms), (99, generator.p99_ms)):
        assert percentile == pytest.approx(np.percentile(both_ms, share, method="inverted_cdf"), abs=0.06)
