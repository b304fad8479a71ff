"""From the samples of a run to what its record says of the machines."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from asrgate.load.sampling.energy import energy_j
from asrgate.load.sampling.readings import Gap, Reading, Sample, Source, read_samples
from asrgate.measure.trends import trend
from asrgate.report.load_record import LoadRecord, Resources, Series, Slope, StepRecord

MOST_MOMENTS = 600
"""What a series of the record holds at most; `samples.jsonl` holds everything."""

_NOT_SHOWN = ("gpu_energy_j",)
"""A counter since the machine was started says nothing as a curve."""

_MAY_LEAK = {"rss_bytes": "bytes", "gpu_memory_bytes": "bytes", "open_files": "files", "threads": "threads"}

_SUMMED = ("power_w", "memory_bytes")
"""Over several GPUs these add up; everything else is their mean."""

_Device = tuple[Source, str]


def with_resources(
    record: LoadRecord, path: Path, *, began_at: float, audio_s: float, ended_at: float | None = None
) -> LoadRecord:
    """The record of a load with what was sampled beside it, over the run and over each step.

    Growth is judged over the longest step: within a step the number of streams is the same.
    """
    samples = tuple(read_samples(path))
    longest = max(record.steps, key=lambda step: step.duration_s, default=None)
    return replace(
        record,
        steps=tuple(replace(step, gpu=gpu_means(samples, *_span(step, began_at))) for step in record.steps),
        resources=resources_of(
            samples,
            began_at=began_at,
            audio_s=audio_s,
            ended_at=ended_at,
            steady=None if longest is None else _span(longest, began_at),
        ),
    )


def resources_of(
    samples: Sequence[Sample],
    *,
    began_at: float,
    audio_s: float,
    ended_at: float | None = None,
    steady: tuple[float, float] | None = None,
) -> Resources:
    """What was sampled from `began_at` on, as the run's record holds it.

    Args:
        samples: What `read_samples` gives of the run's `samples.jsonl`.
        began_at: When the load began, in seconds of the epoch.
        audio_s: Seconds of audio that were sent between `began_at` and `ended_at`, for the energy.
        ended_at: When the load ended; None takes the last sample.
        steady: From when to when the number of streams was the same, for slopes; None if it never was.
    """
    last_at = math.inf if ended_at is None else ended_at
    during = [it for it in samples if it.at is None or began_at <= it.at <= last_at]
    readings = [it for it in during if isinstance(it, Reading)]
    gaps = [it for it in during if isinstance(it, Gap)]
    devices = _by_device(readings)
    to_at = ended_at if ended_at is not None else max((it.at for it in readings), default=began_at)
    energy, no_energy = _energy(devices, began_at, to_at, audio_s)
    return Resources(
        series=tuple(_all_series(devices, began_at)),
        slopes=tuple(_slopes(devices, steady)),
        energy_wh_per_audio_hour=energy,
        throttled=tuple(_throttled(devices)),
        restarts=_restarts(devices),
        gpus=tuple(_gpus(devices)),
        missing=(*_missing(gaps, began_at), *no_energy),
    )


def gpu_means(samples: Iterable[Sample], from_at: float, to_at: float) -> dict[str, float | None] | None:
    """Means over some time by metric (`utilisation`, `power_w`, `memory_bytes`); None without any GPU.

    Power and memory are sums over all GPUs, everything else is their mean. Times are in seconds of the epoch.
    """
    values: dict[str, dict[_Device, list[float]]] = defaultdict(lambda: defaultdict(list))
    for reading in samples:
        if isinstance(reading, Reading) and from_at <= reading.at <= to_at:
            for name, value in reading.values.items():
                if name.startswith("gpu_") and name not in _NOT_SHOWN:
                    short = name.removeprefix("gpu_")
                    values[short][reading.source, _card(reading, short)].append(value)
    means: dict[str, float | None] = {}
    for name, by_card in values.items():
        each = [float(np.mean(some)) for some in _once(by_card).values()]
        means[name] = sum(each) if name in _SUMMED else sum(each) / len(each)
    return means or None


def _card(reading: Reading, metric: str) -> str:
    """Whose value it is: MIG's parts share the power of their card, and each has a memory of its own."""
    part = "" if metric == "power_w" else "".join(reading.device.partition(" MIG ")[1:]).partition(" at ")[0]
    return f"{reading.identity or reading.device}{part}"


def _span(step: StepRecord, began_at: float) -> tuple[float, float]:
    return began_at + step.began_s, began_at + step.began_s + step.duration_s


def _once(by_card: Mapping[_Device, list[float]]) -> dict[str, list[float]]:
    """A card that NVML and an exporter tell of counts once, as NVML tells."""
    once: dict[str, list[float]] = {}
    for source in ("prometheus", "nvml"):
        once |= {card: some for (told_by, card), some in by_card.items() if told_by == source}
    return once


def _by_device(readings: Iterable[Reading]) -> dict[_Device, list[Reading]]:
    devices: dict[_Device, list[Reading]] = defaultdict(list)
    for reading in readings:
        devices[reading.source, reading.device].append(reading)
    return dict(devices)


def _all_series(devices: Mapping[_Device, Sequence[Reading]], began_at: float) -> Iterator[Series]:
    for (source, device), readings in devices.items():
        names = dict.fromkeys(name for reading in readings for name in reading.values)
        bins = np.array_split(np.array(readings, dtype=object), min(len(readings), MOST_MOMENTS))
        for name in names:
            if name not in _NOT_SHOWN:
                yield Series(
                    name=name,
                    source=source,
                    device=device,
                    at_s=tuple(round(float(np.mean([it.at for it in some])) - began_at, 3) for some in bins),
                    values=tuple(_mean([it.values.get(name) for it in some]) for some in bins),
                )


def _mean(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return float(f"{np.mean(there):.6g}") if there else None


def _slopes(
    devices: Mapping[_Device, Sequence[Reading]], steady: tuple[float, float] | None
) -> Iterator[Slope]:
    for (_, device), readings in devices.items():
        for name, unit in _MAY_LEAK.items():
            if any(name in reading.values for reading in readings):
                yield _slope(name, unit, device, readings, steady)


def _slope(
    name: str, unit: str, device: str, readings: Sequence[Reading], steady: tuple[float, float] | None
) -> Slope:
    if steady is None:
        reason = "the number of streams was not the same for long enough to tell growth from load"
        return Slope(
            name=name, device=device, unit=unit, per_hour=None, ci95=None, grows=False, reason=reason
        )
    within = [it for it in readings if steady[0] <= it.at <= steady[1] and name in it.values]
    if len({it.identity for it in within}) > 1:
        reason = "it was started again meanwhile"
        return Slope(
            name=name, device=device, unit=unit, per_hour=None, ci95=None, grows=False, reason=reason
        )
    found = trend(np.array([it.at for it in within]), np.array([it.values[name] for it in within]))
    return Slope(
        name=name,
        device=device,
        unit=unit,
        per_hour=None if found.per_s is None else found.per_s * 3600,
        ci95=None if found.ci95 is None else (found.ci95[0] * 3600, found.ci95[1] * 3600),
        grows=found.grows,
        reason=found.reason,
    )


def _energy(
    devices: Mapping[_Device, Sequence[Reading]], from_at: float, to_at: float, audio_s: float
) -> tuple[float | None, list[str]]:
    """Watt hours per audio hour of all cards together, or why not."""
    cards: dict[str, tuple[str, list[Reading]]] = {}
    for source in ("prometheus", "nvml"):  # a card that both tell of counts once, as NVML tells
        for (told_by, device), readings in devices.items():
            if told_by == source and any({"gpu_power_w", "gpu_energy_j"} & set(it.values) for it in readings):
                # The parts of a card that MIG splits all give the power of the whole, under its UUID.
                cards[readings[0].identity or device] = (device, list(readings))
    if not cards:
        return None, []
    taken = {device: energy_j(readings, from_at, to_at) for device, readings in cards.values()}
    reasons = [f"no energy of {device}: {why}" for device, why in taken.items() if isinstance(why, str)]
    if reasons:
        return None, reasons
    if audio_s <= 0:
        return None, ["no energy per audio hour: no audio was sent"]
    joules = sum(energy for energy in taken.values() if isinstance(energy, float))
    # J per second of audio is Wh per hour of it.
    return joules / audio_s, []


def _throttled(devices: Mapping[_Device, Sequence[Reading]]) -> Iterator[str]:
    for (_, device), readings in devices.items():
        for reason, times in Counter(why for it in readings for why in it.throttled).items():
            yield f"{device}: {reason} in {times / len(readings):.0%} of the samples"


def _restarts(devices: Mapping[_Device, Sequence[Reading]]) -> int | None:
    """How often a server process began anew; None if none was watched."""
    lives = [
        [it.identity for it in readings]
        for readings in devices.values()
        if readings[0].identity is not None and not _is_card(readings[0])
    ]
    return sum(a != b for life in lives for a, b in pairwise(life)) if lives else None


def _is_card(reading: Reading) -> bool:
    return any(name.startswith("gpu_") for name in reading.values)


def _gpus(devices: Mapping[_Device, Sequence[Reading]]) -> Iterator[str]:
    for (_, device), readings in devices.items():
        if readings[0].model:
            yield f"{device}: {readings[0].model}"


def _missing(gaps: Sequence[Gap], began_at: float) -> Iterator[str]:
    times = Counter((gap.subject, gap.reason) for gap in gaps)
    first: dict[tuple[str, str], Gap] = {}
    for gap in gaps:
        first.setdefault((gap.subject, gap.reason), gap)
    for key, gap in first.items():
        if gap.at is None:
            yield f"{gap.subject}: {gap.reason}"
        else:
            since_s = gap.at - began_at
            samples = "1 sample" if times[key] == 1 else f"{times[key]} samples"
            yield f"{gap.subject}: {gap.reason} ({samples}, the first {since_s:.0f} s into the load)"
