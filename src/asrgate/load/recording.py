"""From what was measured to what `run.json` holds of it: steps, workers, moments, calls that went wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
from scipy.stats import binomtest

from asrgate.load.figures import Figures
from asrgate.load.objectives import Attainment
from asrgate.load.step import Generator, Step, generator_of
from asrgate.measure.latency import Distribution, distribution_of
from asrgate.report.load_record import (
    AttainmentRecord,
    GeneratorRecord,
    Moment,
    Percentiles,
    StepRecord,
    WorkerRecord,
    WrongCall,
)

MOST_MOMENTS = 600
"""A timeline of a long run is no finer than that."""

MOST_WRONG = 20
"""So many examples of calls that went wrong are kept, spread over their kinds."""


def step_record(
    step: Step,
    attainments: Sequence[Attainment],
    *,
    purpose: str,
    began_s: float,
    gpu: dict[str, float | None] | None = None,
) -> StepRecord:
    """The record of a step; `began_s` is when its window began, since the run did."""
    return StepRecord(
        streams=step.streams,
        purpose=purpose,
        began_s=round(began_s, 2),
        duration_s=round(step.window.until_s - step.window.from_s, 2),
        sessions=step.sessions,
        errors=step.errors,
        error_rate=step.error_rate,
        error_rate_ci95=rate_ci95(step.failed, step.sessions),
        connect_ms=percentiles_of(step.connect),
        first_partial_ms=percentiles_of(step.first_partial),
        first_partial_from_audio_ms=percentiles_of(step.first_partial_from_audio),
        sentence_ms=percentiles_of(step.sentence),
        final_ms=percentiles_of(step.final),
        partial_lag_ms=percentiles_of(step.partial_lag),
        lag_slope_ms_per_s=percentiles_of(step.lag_slope),
        audio_seconds_per_second=step.audio_seconds_per_second,
        partials_per_audio_second=step.partials_per_audio_second,
        text_mismatches=step.text_mismatches,
        texts_compared=step.texts_compared,
        crossed=step.crossed,
        generator=_generator_record(step.generator),
        attainments=tuple(
            AttainmentRecord(
                objective=str(attainment.objective),
                value=attainment.value,
                most=attainment.objective.most,
                held=attainment.held,
                reason=attainment.reason,
            )
            for attainment in attainments
        ),
        held=held(attainments) if step.generator.saturated is None else None,
        gpu=gpu,
    )


def held(attainments: Sequence[Attainment]) -> bool | None:
    """Whether every objective was held; None when one could not be told, or there is none."""
    if any(attainment.held is False for attainment in attainments):
        return False
    if not attainments or any(attainment.held is None for attainment in attainments):
        return None
    return True


def percentiles_of(distribution: Distribution) -> Percentiles:
    """A distribution without its samples."""
    return Percentiles(
        n=distribution.n,
        p50=distribution.median,
        p95=distribution.p95,
        p99=distribution.p99,
        largest=distribution.largest,
        reason=distribution.reason,
    )


def rate_ci95(count: int, n: int) -> tuple[float, float] | None:
    """The 95 % interval of a rate by E. B. Wilson (1927), None without any calls."""
    if not n:
        return None
    interval = binomtest(count, n).proportion_ci(method="wilson")
    return (round(float(interval.low), 6), round(float(interval.high), 6))


def worker_records(calls: Iterable[Figures], host: str) -> tuple[WorkerRecord, ...]:
    """What each worker did, and how it kept time."""
    by_worker = sorted(calls, key=lambda call: call.worker)
    return tuple(
        _worker_record(worker, list(group), host)
        for worker, group in groupby(by_worker, key=lambda call: call.worker)
    )


def wrong_calls(calls: Iterable[Figures], began_at: float) -> tuple[WrongCall, ...]:
    """Examples of calls that went wrong, the first of each kind and then others."""
    everything = list(calls)
    kept: list[Figures] = []
    seen: Counter[str] = Counter()
    for call in everything:
        kind = _kind(call)
        if kind is not None and seen[kind] < MOST_WRONG // 4:
            seen[kind] += 1
            kept.append(call)
    kept = sorted(kept, key=lambda call: call.began_at)[:MOST_WRONG]
    return tuple(
        WrongCall(
            at_s=round(call.began_at - began_at, 2),
            caller=call.caller,
            clip=call.clip,
            streams=sum(o.began_at <= call.ended_at and o.ended_at >= call.began_at for o in everything),
            kind=_kind(call) or "",
            message=call.message,
            expected=call.expected,
            heard=call.heard or None,
        )
        for call in kept
    )


def moments(calls: Sequence[Figures], began_at: float) -> tuple[Moment, ...]:
    """The run from second to second, or coarser when it was long."""
    if not calls:
        return ()
    ended_at = max(call.ended_at for call in calls)
    every_s = float(max(1, int(np.ceil((ended_at - began_at) / MOST_MOMENTS))))
    return tuple(_moments(sorted(calls, key=lambda call: call.ended_at), began_at, ended_at, every_s))


def _moments(calls: Sequence[Figures], began_at: float, ended_at: float, every_s: float) -> Iterator[Moment]:
    starts = np.sort(np.array([call.began_at for call in calls]))
    ends = np.array([call.ended_at for call in calls])
    at = began_at + every_s
    while at < ended_at + every_s:
        first, last = map(int, np.searchsorted(ends, [at - every_s, at], "right"))
        ended = calls[first:last]
        speaking = int(np.searchsorted(starts, at, "right") - np.searchsorted(ends, at, "right"))
        audio_s = sum(call.audio_ms for call in ended if call.error is None) / 1000
        yield Moment(
            at_s=round(at - began_at, 2),
            streams=speaking,
            sockets=speaking,
            ended=len(ended),
            errors=sum(call.error is not None for call in ended),
            first_partial_p95_ms=_p95(c.first_partial_ms for c in ended),
            final_p95_ms=_p95(c.final_ms for c in ended),
            lag_p95_ms=_p95(lag for c in ended for lag in c.lags_ms),
            slip_p99_ms=generator_of(ended).p99_ms,
            audio_seconds_per_second=round(audio_s / every_s, 2) if ended else None,
        )
        at += every_s


def _p95(samples: Iterable[float | None]) -> float | None:
    return distribution_of("", (sample for sample in samples if sample is not None)).p95


def _kind(call: Figures) -> str | None:
    return call.error or ("crossed" if call.crossed else "text" if call.mismatch else None)


def _generator_record(generator: Generator) -> GeneratorRecord:
    return GeneratorRecord(
        pacing_slip_ms=_slip(generator),
        frames=generator.frames,
        late_frames=generator.late_frames,
        held_bytes=generator.held_bytes,
        cpu=generator.cpu,
        saturated=generator.saturated is not None,
        reason=generator.saturated,
    )


def _worker_record(worker: str, calls: Sequence[Figures], host: str) -> WorkerRecord:
    generator = generator_of(calls)
    return WorkerRecord(
        name=worker,
        host=host,
        calls=len(calls),
        frames=generator.frames,
        pacing_slip_ms=_slip(generator),
        late_frames=generator.late_frames,
        cpu=generator.cpu,
    )


def _slip(generator: Generator) -> Percentiles:
    return Percentiles(
        n=generator.frames,
        p50=generator.p50_ms,
        p95=generator.p95_ms,
        p99=generator.p99_ms,
        largest=generator.largest_ms,
        reason=None if generator.frames else "no frame was sent",
    )
