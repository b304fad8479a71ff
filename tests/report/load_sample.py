"""Loads built in code: an endpoint that carries 8 streams in real time and falls behind from 9 on."""

import math
from dataclasses import replace

from asrgate.measure.latency import FEWEST_FOR_MEDIAN, FEWEST_FOR_P95, FEWEST_FOR_P99
from asrgate.report.load_record import (
    AttainmentRecord,
    CapacityRecord,
    CurveRecord,
    Estimate,
    GeneratorRecord,
    LoadRecord,
    Moment,
    Percentiles,
    PlanRecord,
    Resources,
    Series,
    Slope,
    StepRecord,
    TrialRecord,
    WorkerRecord,
    WrongCall,
)
from asrgate.report.record import Run
from report.sample import HOSTILE, NOTHING_BESIDES, sample_run

CARRIES = 8
STEP_S = 120.0
PAUSE_S = 20.0
MOMENT_S = 5.0
OBJECTIVES = {
    "final_ms.p95": 1500.0,
    "partial_lag_ms.p95": 2500.0,
    "lag_slope_ms_per_s.p95": 20.0,
    "errors.rate": 0.001,
    "text_mismatch.rate": 0.01,
}
_WAVE = (0.0, 0.31, -0.22, 0.12, -0.4, 0.27, 0.05)


def spread(n: int, middle: float) -> Percentiles:
    """A distribution of n values around this median, with only what its count allows."""
    reason = None
    if n < FEWEST_FOR_P99:
        needs = next(f for f in (FEWEST_FOR_MEDIAN, FEWEST_FOR_P95, FEWEST_FOR_P99) if n < f)
        reason = f"{n} samples: a higher percentile needs {needs}"
    return Percentiles(
        n=n,
        p50=round(middle, 1) if n >= FEWEST_FOR_MEDIAN else None,
        p95=round(middle * 1.9, 1) if n >= FEWEST_FOR_P95 else None,
        p99=round(middle * 2.6, 1) if n >= FEWEST_FOR_P99 else None,
        largest=round(middle * 3.4, 1) if n else None,
        reason=reason,
    )


def health(streams: int, *, saturated: bool = False) -> GeneratorRecord:
    """How the generator kept its time."""
    frames = int(streams * STEP_S / 0.06)
    return GeneratorRecord(
        pacing_slip_ms=spread(frames, 30.0 if saturated else 0.4 + streams / 40),
        frames=frames,
        late_frames=frames // 9 if saturated else frames // 40_000,
        held_bytes=0,
        cpu=0.97 if saturated else 0.03 + streams * 0.004,
        saturated=saturated,
        reason="p99 of the lateness of frames is 78 ms, 30 ms at most" if saturated else None,
    )


def step(streams: int, place: int = 0, purpose: str = "coarse", **changes: object) -> StepRecord:
    """What is measured with so many streams."""
    over = max(0.0, streams - CARRIES)
    sessions = int(streams * STEP_S / 7)
    wobble = 1 + 0.05 * _WAVE[place % len(_WAVE)]
    lag = (420 + 35 * streams) * wobble + 700 * over
    errors = {"timeout": round(sessions * 0.004 * over), "closed early": int(over > 3)}
    if streams > 14:
        errors |= {"protocol": 3, "refused": 2}
    failed = sum(errors.values())
    rate = failed / sessions
    mismatches = round(sessions * 0.003 * over)
    values = {
        "final_ms.p95": (260 + 24 * streams) * wobble * 1.9 + 400 * over,
        "partial_lag_ms.p95": lag * 1.9,
        "lag_slope_ms_per_s.p95": 2.1 + 31 * over,
        "errors.rate": rate,
        "text_mismatch.rate": mismatches / sessions,
    }
    enough = sessions >= FEWEST_FOR_P95
    attainments = tuple(
        AttainmentRecord(
            objective=f"{metric} <= {most:g}",
            value=round(values[metric], 4) if enough else None,
            most=most,
            held=values[metric] <= most if enough else None,
            reason=f"{metric} is {values[metric]:.4g}, {most:g} at most"
            if enough
            else f"{sessions} samples: p95 needs {FEWEST_FOR_P95}",
        )
        for metric, most in OBJECTIVES.items()
    )
    fields: dict[str, object] = {
        "streams": streams,
        "purpose": f"{purpose} {streams}",
        "began_s": 5.0 + place * (STEP_S + PAUSE_S),
        "duration_s": STEP_S,
        "sessions": sessions,
        "errors": {kind: n for kind, n in errors.items() if n},
        "error_rate": rate,
        "error_rate_ci95": (max(0.0, rate - 0.004), rate + 3.84 / sessions),
        "connect_ms": spread(sessions, 3.2),
        "first_partial_ms": spread(sessions, (610 + 12 * streams) * wobble + 300 * over),
        "first_partial_from_audio_ms": spread(sessions, (820 + 12 * streams) * wobble + 300 * over),
        "sentence_ms": spread(sessions, (480 + 20 * streams) * wobble + 380 * over),
        "final_ms": spread(sessions, values["final_ms.p95"] / 1.9),
        "partial_lag_ms": spread(sessions * 5, lag),
        "lag_slope_ms_per_s": spread(sessions, values["lag_slope_ms_per_s.p95"] / 1.9),
        "audio_seconds_per_second": round(throughput(streams) * (1 + 0.01 * _WAVE[place % len(_WAVE)]), 3),
        "partials_per_audio_second": 1.6,
        "text_mismatches": mismatches,
        "texts_compared": sessions,
        "crossed": 0,
        "generator": health(streams),
        "attainments": attainments,
        "held": all(a.held for a in attainments) if enough else None,
        "gpu": {"utilisation": min(1.0, streams / 10), "power_w": 62 + 21.0 * min(streams, 10)},
    }
    return StepRecord(**(fields | changes))  # type: ignore[arg-type]


def throughput(streams: float) -> float:
    """Audio seconds per second by the law that the curve is fitted with."""
    return 0.86 * streams / (1 + 0.02 * (streams - 1) + 0.004 * streams * (streams - 1))


def moments(steps: tuple[StepRecord, ...]) -> tuple[Moment, ...]:
    """The load every few seconds; percentiles where calls enough ended."""
    return tuple(_moment(one, n) for one in steps for n in range(int(one.duration_s / MOMENT_S)))


def _moment(one: StepRecord, n: int) -> Moment:
    wave = _WAVE[n % 7]
    first, final = 900 + 20 * one.streams + 60 * wave, 480 + 40 * one.streams + 60 * wave
    lag = 800 + 60 * one.streams + 90 * wave + max(0, one.streams - CARRIES) * 60.0 * n
    enough = one.streams >= 4
    return Moment(
        at_s=one.began_s + MOMENT_S * (n + 1),
        streams=one.streams,
        sockets=one.streams + 1,
        ended=one.streams,
        errors=int(one.error_rate is not None and one.error_rate > 0.01 and n % 7 == 3),
        first_partial_p95_ms=first if enough else None,
        final_p95_ms=final if enough else None,
        lag_p95_ms=lag if enough else None,
        slip_p99_ms=1.0 + 0.4 * wave,
        audio_seconds_per_second=round(throughput(one.streams) * (1 + 0.04 * wave), 2),
        first_partial_largest_ms=round(first * 1.2, 1),
        final_largest_ms=round(final * 1.3, 1),
        lag_largest_ms=round(lag * 1.15, 1),
    )


def sampled(until_s: float, **changes: object) -> Resources:
    """Two GPUs and the server's process; two samples of the second GPU are missing."""
    at = tuple(float(s) for s in range(0, int(until_s), 10))
    grown = tuple(1.1e9 + 9e4 * s for s in at)
    busy = tuple(0.35 + 0.3 * math.sin(s / 200) for s in at)
    with_gap = tuple(None if 200 <= s < 330 else value * 0.9 for s, value in zip(at, busy, strict=True))
    series = (
        ("gpu_utilisation", "nvml", "GPU 0", busy),
        ("gpu_utilisation", "nvml", "GPU 1", with_gap),
        ("gpu_memory_bytes", "nvml", "GPU 0", tuple(9.2e9 + 2e5 * s for s in at)),
        ("gpu_power_w", "nvml", "GPU 0", tuple(80 + 120 * value for value in busy)),
        ("gpu_sm_clock_mhz", "nvml", "GPU 0", tuple(1980.0 if s < 800 else 1600.0 for s in at)),
        ("rss_bytes", "process", "pid 4242", grown),
        ("cpu_cores", "process", "pid 4242", tuple(1.2 + value for value in busy)),
        ("open_files", "process", "pid 4242", tuple(40.0 + s // 300 for s in at)),
    )
    fields: dict[str, object] = {
        "series": tuple(
            Series(name=name, source=source, device=device, at_s=at, values=values)  # type: ignore[arg-type]
            for name, source, device, values in series
        ),
        "slopes": (
            Slope(
                name="rss_bytes",
                device="pid 4242",
                unit="bytes",
                per_hour=3.24e8,
                ci95=(3.1e8, 3.4e8),
                grows=True,
            ),
            Slope(
                name="open_files",
                device="pid 4242",
                unit="files",
                per_hour=0.4,
                ci95=(-0.8, 1.6),
                grows=False,
            ),
            Slope(
                name="gpu_memory_bytes",
                device="GPU 1",
                unit="bytes",
                per_hour=None,
                ci95=None,
                grows=False,
                reason="2 samples, 10 are needed",
            ),
        ),
        "energy_wh_per_audio_hour": 21.4,
        "throttled": ("GPU 0: power cap from 812 s to 840 s",),
        "restarts": 0,
        "gpus": ("NVIDIA L20 0, driver 570.1", "NVIDIA L20 1, driver 570.1"),
        "missing": ("http://asr.example:9400/metrics: connection refused",),
    }
    return Resources(**(fields | changes))  # type: ignore[arg-type]


WORKERS = (
    WorkerRecord(
        name="worker-1",
        host="gen-a",
        calls=812,
        frames=96_000,
        pacing_slip_ms=spread(96_000, 0.5),
        late_frames=2,
        cpu=0.21,
        skew_ms=0.3,
    ),
    WorkerRecord(
        name="worker-2",
        host="gen-b",
        calls=790,
        frames=94_100,
        pacing_slip_ms=spread(94_100, 0.6),
        late_frames=1,
        cpu=0.2,
        skew_ms=-1.8,
    ),
    WorkerRecord(
        name="worker-3",
        host="gen-c",
        calls=64,
        frames=7_700,
        pacing_slip_ms=spread(7_700, 41.0),
        late_frames=900,
        cpu=1.0,
        skew_ms=2210.0,
        excluded="its clock stepped by 2.2 s at 312 s",
    ),
)

WRONG = (
    WrongCall(
        at_s=640.2,
        caller=11,
        clip="digits-07",
        streams=16,
        kind="text",
        message="5 of 8 digits are those of caller 3",
        expected="三 九 二 七",
        heard=f"七 一 二 七 {HOSTILE}",
    ),
    WrongCall(
        at_s=655.0,
        caller=4,
        clip="guide",
        streams=16,
        kind="timeout",
        message="no terminating message within 10 s of the end frame",
        expected=None,
        heard=None,
    ),
    WrongCall(
        at_s=661.7,
        caller=9,
        clip="guide",
        streams=16,
        kind="protocol",
        message="END-01: 2 finals came for 1 end frame",
        expected=None,
        heard=None,
    ),
)

SEARCHED = tuple(
    step(streams, place, purpose)
    for place, (streams, purpose) in enumerate(
        (
            (1, "coarse"),
            (2, "coarse"),
            (4, "coarse"),
            (8, "coarse"),
            (16, "coarse"),
            (12, "halving"),
            (10, "halving"),
            (9, "halving"),
            (8, "confirmation"),
            (8, "confirmation"),
            (9, "confirmation above"),
        )
    )
)


def capacity(**changes: object) -> CapacityRecord:
    """What the search over SEARCHED came to."""
    answer = SEARCHED[8]
    fields: dict[str, object] = {
        "streams": CARRIES,
        "interval": (8, 9),
        "fails_at": 9,
        "searched_to": 64,
        "limiting": "partial_lag_ms.p95 <= 2500",
        "limiting_reason": "partial_lag_ms.p95 is 2745, 2500 at most",
        "objectives": {a.objective: a.value for a in answer.attainments},
        "headroom": {
            a.objective: None if a.value is None else 1 - a.value / a.most for a in answer.attainments
        },
        "trials": tuple(
            TrialRecord(streams=one.streams, held=one.held is not False, purpose=one.purpose, step=place)
            for place, one in enumerate(SEARCHED)
        ),
        "curve": CurveRecord(
            per_stream=Estimate(value=0.86, ci95=(0.84, 0.88)),
            contention=Estimate(value=0.02, ci95=(0.008, 0.032)),
            coherency=Estimate(value=0.004, ci95=(0.0029, 0.0051)),
            fewest=1,
            most=16,
            points=tuple((float(n), throughput(n)) for n in range(1, 17)),
            knee=11.6,
        ),
        "gpus": 2,
        "streams_per_gpu": 4.0,
        "plan": PlanRecord(
            peak_streams=57,
            streams_per_instance=8,
            instances=9,
            spare=1,
            calls_per_hour=900.0,
            mean_length_s=180.0,
            blocking=0.01,
            price_per_instance_hour=1.2,
            currency="EUR",
            cost_per_hour=10.8,
            cost_per_stream_hour=0.1895,
            cost_per_1000_audio_hours=189.5,
        ),
    }
    return CapacityRecord(**(fields | changes))  # type: ignore[arg-type]


def load(*steps: StepRecord, **changes: object) -> LoadRecord:
    """A load of these steps, and nothing sampled beside it."""
    fields: dict[str, object] = {
        "shape": "steps",
        "asked": {"streams": max(one.streams for one in steps), "duration_s": STEP_S, "mode": "2pass"},
        "objectives": tuple(f"{metric} <= {most:g}" for metric, most in OBJECTIVES.items()),
        "steps": steps,
        "timeline": moments(steps),
        "workers": WORKERS[:1],
    }
    return LoadRecord(**(fields | changes))  # type: ignore[arg-type]


def searched(**changes: object) -> LoadRecord:
    """A whole search, with everything sampled beside it."""
    fields: dict[str, object] = {
        "shape": "capacity",
        "workers": WORKERS,
        "resources": sampled(SEARCHED[-1].began_s + STEP_S),
        "wrong": WRONG,
        "alone": {"guide": "阿里开源的语音识别真是太牛了。", "digits-07": "三九二七"},
        "capacity": capacity(),
        "described": {"machine": "2 × L20", "model": "paraformer-zh-streaming", "flags": "--batch 8"},
    }
    return load(*SEARCHED, **(fields | changes))


def load_run(measured: LoadRecord, **changes: object) -> Run:
    """A run that did nothing but load."""
    sent: dict[str, object] = {
        "verdict": "inconclusive",
        "findings": (),
        "latencies": (),
        "accuracy": None,
        "load": measured,
        "sessions": sum(one.sessions for one in measured.steps),
        "audio_s": 6400.0,
        "duration_s": 1440.0,
    }
    return sample_run(**(NOTHING_BESIDES | sent | changes))


def saturated_run() -> Run:
    """A run whose generator could not keep its time."""
    steps = (step(8), step(16, 1, generator=health(16, saturated=True)))
    return load_run(
        load(*steps),
        valid=False,
        invalid_reason="the generator was late: p99 of the lateness of frames is 78 ms, 30 ms at most",
    )


def unjudged(one: StepRecord) -> StepRecord:
    """The same step of a load without objectives."""
    return replace(one, attainments=(), held=None)
