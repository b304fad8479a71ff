"""A step of a search becomes a trial; what limits is named; demand becomes a plan."""

from collections.abc import Sequence
from pathlib import Path

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.capacity import Tried, limiting, trial_of
from asrgate.load.capacity_report import Demand
from asrgate.load.engine import Load
from asrgate.load.figures import figures_of
from asrgate.load.findings import calls_of
from asrgate.load.objectives import KEEPS_REAL_TIME, attained
from asrgate.load.running import Measured
from asrgate.load.search import Answer, Trial
from asrgate.load.shapes import Window, constant
from asrgate.load.step import pooled_step, step_of
from asrgate.load.trace import Trace

from .traces import BEGAN_AT, answered, many, traced

CLIPS = load_clips(bundled_clips_directory())
CLIP = CLIPS.tagged("plain")[0]
NO_ANSWER = Answer(streams=8, interval=(7, 16), fails_at=16, confirmed=False)


def measured(streams: int, traces: Sequence[Trace]) -> Measured:
    """What these calls make of a step."""
    calls = tuple(figures_of(trace, CLIPS, {CLIP.id: CLIP.text}) for trace in traces)
    step = step_of(calls, Window(streams=streams, from_s=0, until_s=10), began_at=BEGAN_AT)
    return Measured(
        load=Load(shape=constant(streams, 10), dialect="funasr-2pass", fixtures=Path()),
        purpose=f"coarse {streams}",
        step=step,
        calls=calls,
        attainments=attained(step, KEEPS_REAL_TIME),
        at_s=10,
        speaking=streams,
    )


def tried(streams: int, traces: Sequence[Trace]) -> Tried:
    """A trial of a search."""
    found = measured(streams, traces)
    return Tried(trial_of(found, streams), "coarse", found, 0)


def test_a_few_samples_decide_a_short_step() -> None:
    """It holds provisionally; when too many are above the limit it fails for sure."""
    assert trial_of(measured(8, many(24, CLIP, CLIP.text, [300])), 8) == Trial(8, held=True, sure=False)
    assert trial_of(measured(16, many(24, CLIP, CLIP.text, [3000])), 16) == Trial(16, held=False, sure=True)


def test_enough_samples_hold_for_sure() -> None:
    """72 of which none is above the limit."""
    assert trial_of(measured(8, many(72, CLIP, CLIP.text, [300])), 8) == Trial(8, held=True, sure=True)


def test_a_step_in_which_nothing_ended_does_not_hold() -> None:
    """Silence is no success, but nothing is sure either."""
    assert trial_of(measured(8, []), 8) == Trial(8, held=False, sure=False)


def test_what_limits_is_what_was_missed_by_most_just_above() -> None:
    """At the smallest number that failed, not at a larger one that fails in everything."""
    dead = [traced(CLIP, error="refused", opening=None, lateness={}, end_sent_ms=None)] * 24
    found = limiting(
        [
            tried(8, many(24, CLIP, CLIP.text, [300])),
            tried(16, many(24, CLIP, CLIP.text, [4000])),
            tried(32, dead),
        ],
        NO_ANSWER,
    )
    assert found is not None
    assert found.objective.metric == "final_ms"
    assert "24 of 24 are above 1500" in found.reason


def test_nothing_limits_where_nothing_failed() -> None:
    """The search ended at its bound."""
    assert limiting([tried(8, many(24, CLIP, CLIP.text, [300]))], NO_ANSWER) is None


def test_steps_at_the_same_number_are_pooled() -> None:
    """Percentiles are those of all samples together: two short steps carry a claim that neither could."""
    halves = [measured(8, many(40, CLIP, CLIP.text, [100, 200])).step for _ in range(2)]
    whole = pooled_step(halves)
    assert (whole.sessions, whole.final.n) == (80, 80)
    assert whole.final.p95 == 200
    assert all(step.final.p95 is None for step in halves)


def test_calls_are_handed_to_the_judges() -> None:
    """By kind of error, with an example of each, and the finals of each caller."""
    refused = traced(CLIP, error="refused", opening=None, lateness={}, error_message="connection refused")
    calls = calls_of(measured(8, [answered(CLIP, CLIP.text), answered(CLIP, "别的", caller=2), refused]))
    assert (calls.sessions, calls.compared, calls.mismatches, calls.errors) == (3, 2, 1, {"refused": 1})
    assert calls.finals_ms["2"] == [100.0]
    assert "connection refused" in calls.examples["refused"]
    assert "别的" in calls.examples["text"]


def test_a_demand_in_calls_becomes_streams() -> None:
    """By Erlang B; a peak is what it is."""
    assert Demand(calls_per_hour=1200, mean_length_s=300).peak_streams == 117
    assert Demand(streams=50).peak_streams == 50
    assert Demand().peak_streams is None
