"""From what was measured to what `run.json` holds of it: steps, workers, moments, calls that went wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from asrgate.load.clocks import Skew
from asrgate.load.figures import Figures
from asrgate.load.objectives import Attainment
from asrgate.load.pulse import Pulse
from asrgate.load.step import Generator, Step, paced
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


def worker_records(
    calls: Iterable[Figures],
    pulses: Sequence[Pulse],
    skews: Mapping[str, Skew],
    excluded: Mapping[str, str],
) -> tuple[WorkerRecord, ...]:
    """What each worker did, how it kept time by its pulses, and why it was not counted if it was not."""
    made = Counter(call.worker for call in calls)
    of_worker: dict[str, list[Pulse]] = {}
    for pulse in pulses:
        of_worker.setdefault(pulse.worker, []).append(pulse)
    return tuple(
        replace(
            _worker_record(name, made[name], beats),
            skew_ms=skews[name].ahead_ms if name in skews else None,
            excluded=excluded.get(name),
        )
        for name, beats in sorted(of_worker.items())
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


def moments(calls: Sequence[Figures], pulses: Sequence[Pulse], began_at: float) -> tuple[Moment, ...]:
    """The run from second to second, or coarser when it was long."""
    ended_at = max([call.ended_at for call in calls] + [pulse.at for pulse in pulses], default=began_at)
    every_s = float(max(1, int(np.ceil((ended_at - began_at) / MOST_MOMENTS))))
    in_turn = sorted(calls, key=lambda call: call.ended_at)
    beats = sorted(pulses, key=lambda pulse: pulse.at)
    ends = np.array([call.ended_at for call in in_turn])
    beaten = np.array([pulse.at for pulse in beats])
    edges = np.arange(began_at, ended_at + every_s, every_s)
    call_at, beat_at = np.searchsorted(ends, edges, "right"), np.searchsorted(beaten, edges, "right")
    speed = _throughput(calls, edges)
    return tuple(
        _moment(
            in_turn[call_at[n] : call_at[n + 1]],
            beats[beat_at[n] : beat_at[n + 1]],
            at_s=float(edges[n + 1] - began_at),
            speed=float(speed[n]),
        )
        for n in range(len(edges) - 1)
    )


def _moment(ended: Sequence[Figures], beats: Sequence[Pulse], *, at_s: float, speed: float) -> Moment:
    last = {pulse.worker: pulse for pulse in beats}
    first_partials = [call.first_partial_ms for call in ended if call.first_partial_ms is not None]
    finals = [call.final_ms for call in ended if call.final_ms is not None]
    lags = [lag for call in ended for lag in call.lags_ms]
    return Moment(
        at_s=round(at_s, 2),
        streams=sum(pulse.speaking for pulse in last.values()),
        sockets=sum(pulse.sockets for pulse in last.values()),
        ended=len(ended),
        errors=sum(call.error is not None for call in ended),
        first_partial_p95_ms=_p95(first_partials),
        final_p95_ms=_p95(finals),
        lag_p95_ms=_p95(lags),
        slip_p99_ms=paced(pulse.lateness for pulse in beats).p99_ms,
        audio_seconds_per_second=round(speed, 2),
        first_partial_largest_ms=max(first_partials, default=None),
        final_largest_ms=max(finals, default=None),
        lag_largest_ms=max(lags, default=None),
    )


def _throughput(calls: Iterable[Figures], edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Audio seconds per second between neighbouring edges, each call's audio spread over its time."""
    answered = [call for call in calls if call.error is None and call.ended_at > call.began_at]
    if not answered:
        return np.zeros(len(edges) - 1)
    began = np.array([call.began_at for call in answered])
    ended = np.array([call.ended_at for call in answered])
    speeds = np.array([call.audio_ms / 1000 for call in answered]) / (ended - began)
    at = np.concatenate([began, ended])
    in_turn = np.argsort(at, kind="stable")
    at, speed = at[in_turn], np.cumsum(np.concatenate([speeds, -speeds])[in_turn])
    spoken = np.concatenate([[0.0], np.cumsum(speed[:-1] * np.diff(at))])
    until: npt.NDArray[np.float64] = np.interp(edges, at, spoken)
    return np.diff(until) / np.diff(edges)


def _p95(samples: Iterable[float]) -> float | None:
    return distribution_of("", samples).p95


def _kind(call: Figures) -> str | None:
    return "crossed" if call.crossed else call.error or ("text" if call.mismatch else None)


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


def _worker_record(name: str, calls: int, beats: Sequence[Pulse]) -> WorkerRecord:
    generator = paced(pulse.lateness for pulse in beats)
    return WorkerRecord(
        name=name,
        host=beats[0].host,
        calls=calls,
        frames=generator.frames,
        pacing_slip_ms=_slip(generator),
        late_frames=generator.late_frames,
        cpu=round(sum(pulse.cpu for pulse in beats) / len(beats), 3),
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
