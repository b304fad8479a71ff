"""From a search to what the report says of it: the answer, what limits it, the curve, the plan."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.load.capacity import SHORT_S, Search, limiting
from asrgate.load.objectives import Attainment, attained
from asrgate.load.planning import fleet_for, streams_for_calls
from asrgate.load.running import LoadRun
from asrgate.load.scalability import FEWEST_POINTS, Parameter, Scalability, fitted
from asrgate.load.step import pooled_step
from asrgate.report.load_record import (
    CapacityRecord,
    CurveRecord,
    Estimate,
    PlanRecord,
    StepRecord,
    TrialRecord,
)

CURVE_POINTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a deployment shall carry, and what an instance costs; None for what was not said.

    Either `streams` at the peak, or `calls_per_hour` of `mean_length_s` of which the share `blocking` may
    find every stream busy.
    """

    streams: int | None = None
    calls_per_hour: float | None = None
    mean_length_s: float | None = None
    blocking: float = 0.01
    price: float | None = None
    currency: str = ""

    @property
    def peak_streams(self) -> int | None:
        """Streams at the peak, None when nothing is demanded."""
        if self.calls_per_hour is not None and self.mean_length_s is not None:
            return streams_for_calls(self.calls_per_hour, self.mean_length_s, self.blocking)
        return self.streams


def capacity_record(
    search: Search, run: LoadRun, *, gpus: int | None, demand: Demand
) -> CapacityRecord | None:
    """What a search has found so far; None before its first trial."""
    if not search.tried:
        return None
    answer = search.answer
    limit = limiting(search.tried, answer)
    steps = [measured.step for measured in search.at_answer]
    at_answer = attained(pooled_step(steps), run.objectives) if steps else ()
    curve = _curve(run.steps)
    return CapacityRecord(
        streams=answer.streams,
        interval=answer.interval,
        fails_at=answer.fails_at,
        searched_to=max(tried.trial.streams for tried in search.tried),
        limiting=None if limit is None else str(limit.objective),
        limiting_reason=_reason(search, limit),
        objectives={str(each.objective): each.value for each in at_answer},
        headroom={str(each.objective): _headroom(each) for each in at_answer},
        trials=tuple(
            TrialRecord(
                streams=tried.trial.streams,
                held=tried.trial.held,
                purpose=tried.purpose,
                step=tried.step,
            )
            for tried in search.tried
        ),
        curve=curve,
        curve_reason=None if curve else f"a curve needs {FEWEST_POINTS} different numbers of streams",
        gpus=gpus,
        streams_per_gpu=round(answer.streams / gpus, 2) if gpus else None,
        plan=_plan(answer.streams, demand),
        confirmed=answer.confirmed,
    )


def _reason(search: Search, limit: Attainment | None) -> str:
    if limit is not None:
        said = f"at {search.answer.fails_at} streams {limit.reason}"
    else:
        said = f"nothing failed up to {max(tried.trial.streams for tried in search.tried)} streams"
    if search.stopped is not None:
        said += f"; {search.stopped}"
    if not search.answer.confirmed:
        said += "; the answer was not confirmed by a second measurement"
    return said


def _headroom(attainment: Attainment) -> float | None:
    most = attainment.objective.most
    if attainment.value is None or not most:
        return None
    return round(1 - attainment.value / most, 4)


def _curve(steps: Sequence[StepRecord]) -> CurveRecord | None:
    """The scalability curve through the throughput of every step that was not given up or void."""
    points = [
        (step.streams, step.audio_seconds_per_second)
        for step in steps
        if step.audio_seconds_per_second and not step.generator.saturated and step.duration_s >= SHORT_S[0]
    ]
    curve = fitted([streams for streams, _ in points], [speed for _, speed in points])
    if curve is None:
        return None
    most = max(2, min(CURVE_POINTS, curve.most - curve.fewest + 1))
    spread = [curve.fewest + (curve.most - curve.fewest) * n / (most - 1) for n in range(most)]
    return CurveRecord(
        per_stream=_estimate(curve.per_stream),
        contention=_estimate(curve.contention),
        coherency=_estimate(curve.coherency),
        fewest=curve.fewest,
        most=curve.most,
        points=tuple((round(streams, 2), round(curve.throughput(streams), 3)) for streams in spread),
        knee=_knee(curve),
    )


def _knee(curve: Scalability) -> float | None:
    """Where throughput is largest, None beyond what was measured (Gunther 2007, section 4.2)."""
    if curve.coherency.value <= 0 or curve.contention.value >= 1:
        return None
    streams = math.sqrt((1 - curve.contention.value) / curve.coherency.value)
    return round(streams, 1) if curve.fewest <= streams <= curve.most else None


def _estimate(parameter: Parameter) -> Estimate:
    return Estimate(value=parameter.value, ci95=parameter.ci95)


def _plan(streams: int, demand: Demand) -> PlanRecord | None:
    peak = demand.peak_streams
    if peak is None or not streams:
        return None
    fleet = fleet_for(peak, streams, price_per_instance_hour=demand.price)
    by_calls = demand.calls_per_hour is not None
    return PlanRecord(
        peak_streams=peak,
        streams_per_instance=streams,
        instances=fleet.instances,
        spare=fleet.spare,
        calls_per_hour=demand.calls_per_hour,
        mean_length_s=demand.mean_length_s,
        blocking=demand.blocking if by_calls else None,
        price_per_instance_hour=demand.price,
        currency=demand.currency,
        cost_per_hour=fleet.cost_per_hour,
        cost_per_stream_hour=fleet.cost_per_stream_hour,
        cost_per_1000_audio_hours=fleet.cost_per_1000_audio_hours,
    )
