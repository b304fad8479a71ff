"""What a load run measured, as `run.json` holds it under `load` (docs/schemas/run.schema.json).

Times are ms unless the name says `_s`; rates are 0 to 1; instants in a timeline are seconds since the load
began. A number that cannot be justified is None, and a reason stands beside it.
"""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentiles:
    """A distribution without its samples, which lie in the traces; `reason` says why a number is missing."""

    n: int
    p50: float | None
    p95: float | None
    p99: float | None
    largest: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRecord:
    """One process of the generator. `skew_ms` is its clock against that of the command, None on one host.

    `excluded` says why its calls were not counted, None when they were.
    """

    name: str
    host: str
    calls: int
    frames: int
    pacing_slip_ms: Percentiles
    late_frames: int
    cpu: float | None
    skew_ms: float | None = None
    excluded: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorRecord:
    """Whether the generator kept its own time: how late frames left, and how many by a whole frame.

    `cpu` is the share of one core that its busiest process used. `saturated` decides whether the step says
    anything about the endpoint, `reason` why it does not.
    """

    pacing_slip_ms: Percentiles
    frames: int
    late_frames: int
    held_bytes: int
    cpu: float | None
    saturated: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttainmentRecord:
    """An objective as written (`final_ms.p95 <= 1500`), and whether a step held it; None if unknown."""

    objective: str
    value: float | None
    most: float
    held: bool | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """What was measured at one number of streams; `began_s` since the load began, without ramp and warm-up.

    `held` is None when there was too little to say so. `purpose` is the name of the shape, or what a search
    measured it for.
    """

    streams: int
    purpose: str
    began_s: float
    duration_s: float
    sessions: int
    errors: dict[str, int]
    error_rate: float | None
    error_rate_ci95: tuple[float, float] | None
    connect_ms: Percentiles
    first_partial_ms: Percentiles
    """From the onset of speech that the clip's facts give."""
    first_partial_from_audio_ms: Percentiles
    """From the first frame of audio."""
    sentence_ms: Percentiles
    """From the true end of speech to the sentence result."""
    final_ms: Percentiles
    """From the instant at which the end frame was due to the terminating message."""
    partial_lag_ms: Percentiles
    lag_slope_ms_per_s: Percentiles
    audio_seconds_per_second: float | None
    partials_per_audio_second: float | None
    text_mismatches: int
    texts_compared: int
    crossed: int
    """Sessions whose text holds what another session spoke."""
    generator: GeneratorRecord
    attainments: tuple[AttainmentRecord, ...] = ()
    held: bool | None = None
    gpu: dict[str, float | None] | None = None
    """Means over the step by metric, for example `utilisation`, `power_w`, `memory_bytes`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The load at one instant; latencies of the calls that ended since the moment before.

    The largest is known however few they are, p95 only of enough.
    """

    at_s: float
    streams: int
    """Callers that speak or wait for a final."""
    sockets: int
    """Open connections, speaking or not."""
    ended: int
    errors: int
    first_partial_p95_ms: float | None
    final_p95_ms: float | None
    lag_p95_ms: float | None
    slip_p99_ms: float | None
    audio_seconds_per_second: float | None
    """Of calls that were answered, their audio spread over the time that they took."""
    first_partial_largest_ms: float | None = None
    final_largest_ms: float | None = None
    lag_largest_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric of a machine over the run, on the clock of the load.

    `name` is the metric with its unit (`gpu_utilisation`, `gpu_power_w`, `gpu_memory_bytes`, `rss_bytes`,
    `cpu_cores`, `open_files`), `device` which GPU or process.
    """

    name: str
    source: Literal["nvml", "prometheus", "process"]
    device: str
    at_s: tuple[float, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Whether something grew under the same load: per hour, with its 95 % interval (docs/gpu.md).

    `grows` when that lies above 0 and the growth goes on; `reason` says why there is no slope, or no growth.
    """

    name: str
    device: str
    unit: str
    per_hour: float | None
    ci95: tuple[float, float] | None
    grows: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What was sampled beside the load, and what could not be, with the reason."""

    series: tuple[Series, ...] = ()
    slopes: tuple[Slope, ...] = ()
    energy_wh_per_audio_hour: float | None = None
    throttled: tuple[str, ...] = ()
    restarts: int | None = None
    gpus: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCall:
    """A call that went wrong, as an example: what was expected, what came, and how many spoke beside it."""

    at_s: float
    caller: int
    clip: str
    streams: int
    kind: str
    message: str
    expected: str | None
    heard: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeathRecord:
    """An instant at which the endpoint cut all calls: it died while `streams` calls were under way.

    Of these `cut` ended without their final; `refused` later ones were not let in, until it was back after
    `back_after_s`, None when it was not.
    """

    at_s: float
    streams: int
    cut: int
    refused: int
    back_after_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One measurement of a search; `step` is its index in `steps`."""

    streams: int
    held: bool
    purpose: str
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A fitted parameter with its 95 % interval."""

    value: float
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRecord:
    """The Universal Scalability Law fitted to audio seconds per second, from `fewest` to `most` streams.

    `points` are (streams, audio seconds per second) on the curve, within that range only.
    """

    per_stream: Estimate
    contention: Estimate
    coherency: Estimate
    fewest: int
    most: int
    points: tuple[tuple[float, float], ...]
    knee: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """How many instances a demand needs, one of them spare, and what they cost at the given price."""

    peak_streams: int
    streams_per_instance: int
    instances: int
    spare: int
    calls_per_hour: float | None = None
    mean_length_s: float | None = None
    blocking: float | None = None
    price_per_instance_hour: float | None = None
    currency: str = ""
    cost_per_hour: float | None = None
    cost_per_stream_hour: float | None = None
    cost_per_1000_audio_hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityRecord:
    """The largest number of streams that held every objective each time, and how sure that is.

    The answer lies in `interval`: from the largest number that always held to the largest that held at all.
    `limiting` is the objective that failed first above it, None when nothing failed up to `searched_to`.
    `objectives` holds the value of each at the answer. `headroom` is, for each objective at the answer, the
    share of its limit that is left. `confirmed` is whether the answer, and the number above it, were measured
    again and came out alike.
    """

    streams: int
    interval: tuple[int, int]
    fails_at: int | None
    searched_to: int
    limiting: str | None
    limiting_reason: str
    objectives: dict[str, float | None]
    headroom: dict[str, float | None]
    trials: tuple[TrialRecord, ...]
    curve: CurveRecord | None = None
    curve_reason: str | None = None
    gpus: int | None = None
    streams_per_gpu: float | None = None
    plan: PlanRecord | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRecord:
    """Everything that a load run measured."""

    shape: str
    asked: dict[str, Any]
    """What was asked of the callers, by option: streams, duration_s, mode, clips, shape, abuse, workers."""
    objectives: tuple[str, ...]
    steps: tuple[StepRecord, ...]
    timeline: tuple[Moment, ...] = ()
    workers: tuple[WorkerRecord, ...] = ()
    resources: Resources | None = None
    wrong: tuple[WrongCall, ...] = ()
    deaths: tuple[DeathRecord, ...] = ()
    alone: dict[str, str] | None = None
    """The text that each clip gave when nobody else was calling."""
    capacity: CapacityRecord | None = None
    described: dict[str, str] | None = None
    """The deployment as its owner states it: machine, model, flags."""
