"""What calls took, pooled: every number from planned instants, and only those that the count allows."""

from pathlib import Path

import numpy as np
import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.errors import UsageError
from asrgate.load.figures import figures_of
from asrgate.load.lag import Lag, lags, slope_ms_per_s
from asrgate.load.objectives import attained, parse_objective, read_objectives
from asrgate.load.shapes import Window
from asrgate.load.step import Step, step_of
from asrgate.load.trace import Trace, TraceFile, read_traces
from asrgate.wire.dialects import FUNASR_2PASS

from .traces import BEGAN_AT, answered, final, many, partial, traced

CLIPS = load_clips(bundled_clips_directory())
CLIP, *_MORE = CLIPS.tagged("plain")
OTHER = next(clip for clip in _MORE if clip.text != CLIP.text)


def pooled(*traces: Trace) -> Step:
    """A step of one minute, with the texts that both clips give alone."""
    alone = {CLIP.id: CLIP.text, OTHER.id: OTHER.text}
    calls = [figures_of(trace, CLIPS, alone) for trace in traces]
    return step_of(calls, Window(streams=10, from_s=0, until_s=60), began_at=BEGAN_AT)


def test_percentiles_are_those_of_the_pooled_samples() -> None:
    """Exactly, whatever worker a call came from."""
    finals_ms = [float(n) for n in range(100, 300)]
    step = pooled(*many(200, CLIP, CLIP.text, finals_ms))
    assert step.final.n == 200
    assert step.final.p95 == pytest.approx(np.percentile(finals_ms, 95))
    assert step.final.p99 is None


def test_times_count_from_the_planned_instants() -> None:
    """First partial from the onset of speech, sentence from its true end, final from when the end was due."""
    assert CLIP.speech_start_ms is not None
    assert CLIP.speech_end_ms is not None
    onset, end = CLIP.speech_start_ms, CLIP.speech_end_ms
    call = traced(CLIP, (onset + 700, partial("阿里")), (CLIP.duration_ms + 80, final(CLIP.text)))
    step = pooled(call)
    assert step.first_partial.samples == (700.0,)
    assert step.sentence.samples == (CLIP.duration_ms + 80 - end,)
    assert step.final.samples == (80.0,)


def test_a_wrong_text_is_counted_and_a_foreign_one_is_named() -> None:
    """A fast wrong answer is an error; the text of another clip means that sessions were crossed."""
    step = pooled(answered(CLIP, CLIP.text), answered(CLIP, "别的"), answered(CLIP, OTHER.text))
    assert (step.texts_compared, step.text_mismatches, step.crossed) == (3, 2, 1)


def test_errors_are_counted_by_kind() -> None:
    """A call that failed gives no final, and no text to compare."""
    mute = traced(CLIP, error="mute", error_message="no final within 12 s")
    refused = traced(CLIP, error="refused", opening=None, lateness={}, end_sent_ms=None)
    step = pooled(answered(CLIP, CLIP.text), mute, refused, refused)
    assert step.errors == {"mute": 1, "refused": 2}
    assert step.error_rate == 0.75
    assert step.connect.n == 2
    assert step.texts_compared == 1


@pytest.mark.parametrize(
    ("lateness", "why"),
    [
        ({1: 980, 10: 20}, None),
        (
            {1: 980, 320: 20},
            "one frame in a hundred left more than 32 ms late, half a frame (30 ms) is allowed",
        ),
        ({1: 985, 601: 15}, "one frame in a hundred"),
        ({}, None),
    ],
)
def test_a_late_generator_concludes_nothing(lateness: dict[int, int], why: str | None) -> None:
    """Half a frame at the 99th percentile, or a hundredth of the frames late by a whole one, is too much."""
    saturated = pooled(answered(CLIP, CLIP.text, lateness=lateness)).generator.saturated
    assert (saturated or "").startswith(why or "")
    assert bool(saturated) is bool(why)


def test_lag_counts_from_the_last_word_that_was_recognised() -> None:
    """Two words recognised: the lag is the time since the second had been spoken; sentences start anew."""
    words = CLIP.words
    call = traced(
        CLIP,
        (words[1].end_ms + 300, partial(words[0].text + words[1].text)),
        (words[3].end_ms + 500, partial(words[2].text + words[3].text)),
    )
    assert lags(call, CLIP, FUNASR_2PASS) == (
        Lag(words[1].end_ms + 300, 300),
        Lag(words[3].end_ms + 500, 500),
    )


def test_lag_that_grows_has_a_slope() -> None:
    """20 ms in each second, with one partial far off the line."""
    growing = [Lag(1000.0 * n, 300 + 20.0 * n) for n in range(20)]
    assert slope_ms_per_s(growing) == 20
    assert slope_ms_per_s([*growing[:-1], Lag(19000, 9000)]) == pytest.approx(20, abs=1)
    assert slope_ms_per_s(growing[:5]) is None


def test_objectives_hold_or_not_or_cannot_be_told(tmp_path: Path) -> None:
    """A percentile that the count does not allow says so instead of passing."""
    file = tmp_path / "slo.toml"
    file.write_text('objectives = ["final_ms.p95 <= 150", "final_ms.p99 <= 500", "errors.rate <= 0.001"]')
    step = pooled(*many(100, CLIP, CLIP.text, [100, 200]))
    p95, p99, errors = attained(step, read_objectives(file))
    assert (p95.held, p95.reason) == (False, "final_ms.p95 is 200, 150 at most")
    assert p99.held is None
    assert "368" in p99.reason
    assert errors.held is True


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("final_ms.p95 < 3", "expected metric.statistic <= number"),
        ("finel_ms.p95 <= 3", "no such metric"),
        ("errors.p95 <= 3", "no such metric"),
        ("final_ms.p95 <= 1.2.3", "is no number"),
    ],
)
def test_a_wrong_objective_is_told_in_one_sentence(line: str, told: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=told):
        parse_objective(line, "--slo x.toml")


def test_traces_are_read_back_equal_and_a_cut_line_is_left_out(tmp_path: Path) -> None:
    """A worker that dies while writing loses that call alone."""
    traces = [answered(CLIP, CLIP.text), traced(CLIP, error="mute")]
    path = tmp_path / "calls-1.jsonl"
    with TraceFile(path) as file:
        for trace in traces:
            file.write(trace)
    with path.open("a") as cut:
        cut.write('{"worker": 1, "cal')
    assert list(read_traces([path])) == traces


def test_a_broken_trace_is_told_by_file_and_line(tmp_path: Path) -> None:
    """The error names what is missing."""
    path = tmp_path / "calls-1.jsonl"
    path.write_text('{"worker": "1"}\n')
    with pytest.raises(UsageError, match=r"calls-1\.jsonl, line 1: caller"):
        list(read_traces([path]))
