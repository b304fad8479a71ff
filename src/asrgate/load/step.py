"""A step of a load run: what some calls at one number of streams took, pooled over all workers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from asrgate.audio.clips import ClipSet
from asrgate.load.heard import Heard
from asrgate.load.trace import Trace
from asrgate.measure.latency import Distribution, distribution_of
from asrgate.measure.normalisation import TEXT

FRAME_MS = 60.0
"""Length of a frame as FunASR's own clients cut them: what lateness is measured against."""

FEWEST_SESSIONS = 5
MOST_LATE_SHARE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """Whether the generator kept its own time: how late frames left (ms), and how many by a whole frame."""

    frames: int
    p50_ms: float | None
    p99_ms: float | None
    late_frames: int
    held_bytes: int

    @property
    def saturated(self) -> str | None:
        """Why nothing may be concluded about the endpoint, or None when the generator was in order."""
        if not self.frames:
            return "no frame was sent"
        if self.p99_ms is not None and self.p99_ms > FRAME_MS / 2:
            return f"one frame in a hundred left more than {self.p99_ms:.0f} ms late, half a frame is allowed"
        if self.late_frames > MOST_LATE_SHARE * self.frames:
            share = self.late_frames / self.frames
            return f"{share:.1%} of the frames left late by a whole frame, {MOST_LATE_SHARE:.0%} are allowed"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was measured at `streams` callers. Rates are 0 to 1; distributions in ms, each with its n."""

    streams: int
    duration_s: float
    sessions: int
    errors: dict[str, int]
    connect: Distribution
    first_partial: Distribution
    sentence: Distribution
    final: Distribution
    partial_lag: Distribution
    lag_slope: Distribution
    """Here in ms per second."""
    audio_seconds_per_second: float | None
    partials_per_audio_second: float | None
    text_mismatches: int
    texts_compared: int
    crossed: int
    generator: Generator

    @property
    def error_rate(self) -> float | None:
        """Calls that failed among all, None without any."""
        return sum(self.errors.values()) / self.sessions if self.sessions else None

    @property
    def text_mismatch_rate(self) -> float | None:
        """Calls whose text is not what the clip gave alone, None when none could be compared."""
        return self.text_mismatches / self.texts_compared if self.texts_compared else None


def step_of(
    traces: Iterable[Trace], *, streams: int, duration_s: float, clips: ClipSet, alone: Mapping[str, str]
) -> Step:
    """Pool the calls of a step. `alone` is the text that each clip gave when nobody else was calling."""
    calls = [Heard(trace, clips.get(trace.clip)) for trace in traces]
    whole = [heard for heard in calls if heard.trace.error is None]
    compared = [heard for heard in whole if heard.trace.clip in alone]
    wrong = [heard for heard in compared if TEXT(heard.text) != TEXT(alone[heard.trace.clip])]
    audio_s = sum(heard.trace.audio_ms for heard in whole) / 1000
    return Step(
        streams=streams,
        duration_s=duration_s,
        sessions=len(calls),
        errors=dict(Counter(heard.trace.error for heard in calls if heard.trace.error is not None)),
        connect=distribution_of("connect", _known(h.connect_ms for h in calls)),
        first_partial=distribution_of("first-partial", _known(h.first_partial_ms for h in calls)),
        sentence=distribution_of("sentence", _known(h.sentence_ms for h in whole)),
        final=distribution_of("final", _known(h.final_ms for h in whole)),
        partial_lag=distribution_of("partial-lag", (lag for h in calls for lag in h.lags_ms)),
        lag_slope=distribution_of("lag-slope", _known(h.lag_slope for h in calls)),
        audio_seconds_per_second=round(audio_s / duration_s, 2) if duration_s else None,
        partials_per_audio_second=round(sum(h.partials for h in whole) / audio_s, 3) if audio_s else None,
        text_mismatches=len(wrong),
        texts_compared=len(compared),
        crossed=sum(_is_foreign(heard, alone) for heard in wrong),
        generator=_generator([heard.trace for heard in calls]),
    )


def _is_foreign(heard: Heard, alone: Mapping[str, str]) -> bool:
    """Whether the text is what another clip gives."""
    return any(
        TEXT(heard.text) == TEXT(text) for clip, text in alone.items() if clip != heard.trace.clip and text
    )


def _generator(traces: Sequence[Trace]) -> Generator:
    """Exact to a tenth of ms, however many workers and frames there were."""
    counts: Counter[int] = Counter()
    for trace in traces:
        counts.update(trace.lateness)
    frames = counts.total()
    tenths = np.array(sorted(counts), dtype=float)
    reached = np.cumsum([counts[round(tenth)] for tenth in tenths])

    def percentile(share: float) -> float | None:
        return float(tenths[np.searchsorted(reached, share * frames)] / 10) if frames else None

    return Generator(
        frames=frames,
        p50_ms=percentile(0.5),
        p99_ms=percentile(0.99),
        late_frames=sum(count for tenth, count in counts.items() if tenth / 10 > FRAME_MS),
        held_bytes=max((trace.held_bytes for trace in traces), default=0),
    )


def _known(numbers: Iterable[float | None]) -> Iterable[float]:
    return (number for number in numbers if number is not None)
