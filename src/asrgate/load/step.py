"""A step of a load run: what the calls at one number of streams took, pooled over all workers."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from asrgate.load.figures import Figures
from asrgate.load.shapes import Window
from asrgate.measure.latency import Distribution, distribution_of

FRAME_MS = 60.0
"""Length of a frame as FunASR's own clients cut them: what lateness is measured against."""

MOST_LATE_SHARE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """Whether the generator kept its own time: how late frames left (ms), and how many by a whole frame.

    `cpu` is the share of a core that its busiest process used, None when that was not measured. `trouble` is
    what else went wrong with it, such as a worker that died.
    """

    frames: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    largest_ms: float | None = None
    late_frames: int = 0
    held_bytes: int = 0
    cpu: float | None = None
    trouble: str | None = None

    @property
    def saturated(self) -> str | None:
        """Why nothing may be concluded about the endpoint, or None when the generator was in order."""
        if self.trouble is not None:
            return self.trouble
        if self.p99_ms is not None and self.p99_ms > FRAME_MS / 2:
            allowed = f"half a frame ({FRAME_MS / 2:.0f} ms) is allowed"
            return f"one frame in a hundred left more than {self.p99_ms:.0f} ms late, {allowed}"
        if self.late_frames > MOST_LATE_SHARE * self.frames:
            share = self.late_frames / self.frames
            return f"{share:.1%} of the frames left late by a whole frame, {MOST_LATE_SHARE:.0%} are allowed"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was measured in a window of a load. Rates are 0 to 1; distributions in ms, each with its n."""

    window: Window
    sessions: int
    errors: dict[str, int]
    connect: Distribution
    first_partial: Distribution
    first_partial_from_audio: Distribution
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
    def streams(self) -> int:
        """How many callers there were."""
        return self.window.streams

    @property
    def failed(self) -> int:
        """Calls that failed."""
        return sum(self.errors.values())

    @property
    def error_rate(self) -> float | None:
        """Calls that failed among all, None without any."""
        return self.failed / self.sessions if self.sessions else None

    @property
    def text_mismatch_rate(self) -> float | None:
        """Calls whose text is not what the clip gave alone, None when none could be compared."""
        return self.text_mismatches / self.texts_compared if self.texts_compared else None


def step_of(
    calls: Iterable[Figures], window: Window, *, began_at: float, generator: Generator | None = None
) -> Step:
    """Pool the calls that began within the window of a load that began at `began_at`, s of the epoch.

    Without a `generator`, which knows of the frames of all calls, it is told by the calls that count.

    Throughput also has the parts of other calls that lie in it: those that were under way when it began or
    ended did speak in it.
    """
    from_at, until_at = began_at + window.from_s, began_at + window.until_s
    length_s = window.until_s - window.from_s
    near = [call for call in calls if call.began_at < until_at and call.ended_at >= from_at]
    begun = counted(near, window, began_at=began_at)
    whole = [call for call in begun if call.error is None]
    audio_s = sum(call.audio_ms for call in whole) / 1000
    spoken_s = sum(_spoken_s(call, from_at, until_at) for call in near if call.error is None)
    return Step(
        window=window,
        sessions=len(begun),
        errors=dict(Counter(call.error for call in begun if call.error is not None)),
        connect=distribution_of("connect", _known(call.connect_ms for call in begun)),
        first_partial=distribution_of("first-partial", _known(call.first_partial_ms for call in begun)),
        first_partial_from_audio=distribution_of(
            "first-partial-from-audio", _known(call.first_partial_from_audio_ms for call in begun)
        ),
        sentence=distribution_of("sentence", _known(call.sentence_ms for call in begun)),
        final=distribution_of("final", _known(call.final_ms for call in begun)),
        partial_lag=distribution_of("partial-lag", (lag for call in begun for lag in call.lags_ms)),
        lag_slope=distribution_of("lag-slope", _known(call.lag_slope for call in begun)),
        audio_seconds_per_second=round(spoken_s / length_s, 2) if length_s > 0 else None,
        partials_per_audio_second=round(sum(c.partials for c in whole) / audio_s, 3) if audio_s else None,
        text_mismatches=sum(bool(call.mismatch) for call in begun),
        texts_compared=sum(call.mismatch is not None for call in begun),
        crossed=sum(call.crossed for call in begun),
        generator=generator or generator_of(begun),
    )


def counted(calls: Iterable[Figures], window: Window, *, began_at: float) -> tuple[Figures, ...]:
    """The calls that began within the window of a load that began at `began_at`."""
    from_at, until_at = began_at + window.from_s, began_at + window.until_s
    return tuple(call for call in calls if from_at <= call.began_at < until_at)


def pooled_step(steps: Sequence[Step]) -> Step:
    """Several steps at the same number of streams as one: all their samples together.

    Throughput is the mean, the window that of the last, the generator the worst of them.
    """
    speeds = [speed for step in steps if (speed := step.audio_seconds_per_second) is not None]
    errors: Counter[str] = Counter()
    for step in steps:
        errors.update(step.errors)

    def together(of: Callable[[Step], Distribution]) -> Distribution:
        return distribution_of(of(steps[0]).name, (sample for step in steps for sample in of(step).samples))

    return replace(
        steps[-1],
        sessions=sum(step.sessions for step in steps),
        errors=dict(errors),
        connect=together(lambda step: step.connect),
        first_partial=together(lambda step: step.first_partial),
        first_partial_from_audio=together(lambda step: step.first_partial_from_audio),
        sentence=together(lambda step: step.sentence),
        final=together(lambda step: step.final),
        partial_lag=together(lambda step: step.partial_lag),
        lag_slope=together(lambda step: step.lag_slope),
        audio_seconds_per_second=round(sum(speeds) / len(speeds), 2) if speeds else None,
        text_mismatches=sum(step.text_mismatches for step in steps),
        texts_compared=sum(step.texts_compared for step in steps),
        crossed=sum(step.crossed for step in steps),
        generator=max((step.generator for step in steps), key=lambda it: it.p99_ms or 0.0),
    )


def generator_of(calls: Sequence[Figures]) -> Generator:
    """How the generator kept time in some calls."""
    held_bytes = max((call.held_bytes for call in calls), default=0)
    return paced((call.lateness for call in calls), held_bytes=held_bytes)


def paced(
    lateness: Iterable[Mapping[int, int]],
    *,
    held_bytes: int = 0,
    cpu: float | None = None,
    trouble: str | None = None,
) -> Generator:
    """How frames were paced that are counted by tenths of ms; exact to that, whatever worker sent them."""
    counts: Counter[int] = Counter()
    for some in lateness:
        counts.update(some)
    frames = counts.total()
    tenths = np.array(sorted(counts), dtype=float)
    reached = np.cumsum([counts[round(tenth)] for tenth in tenths])

    def percentile(share: float) -> float | None:
        return float(tenths[np.searchsorted(reached, share * frames)] / 10) if frames else None

    return Generator(
        frames=frames,
        p50_ms=percentile(0.5),
        p95_ms=percentile(0.95),
        p99_ms=percentile(0.99),
        largest_ms=float(tenths[-1] / 10) if frames else None,
        late_frames=sum(count for tenth, count in counts.items() if tenth / 10 > FRAME_MS),
        held_bytes=held_bytes,
        cpu=cpu,
        trouble=trouble,
    )


def _spoken_s(call: Figures, from_at: float, until_at: float) -> float:
    """The audio of a call that was answered between two instants, in s: in proportion to its time there."""
    took_s = max(call.ended_at - call.began_at, 1e-3)
    inside_s = min(call.ended_at, until_at) - max(call.began_at, from_at)
    return call.audio_ms / 1000 * max(0.0, inside_s) / took_s


def _known(numbers: Iterable[float | None]) -> Iterable[float]:
    return (number for number in numbers if number is not None)
