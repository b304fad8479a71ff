"""The GPUs of this machine, as NVIDIA's management library (NVML) tells of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pynvml

from asrgate.load.sampling.gpu import throttling
from asrgate.load.sampling.readings import Gap, Reading, Sample

_MIB = 2**20

_Metric = Callable[[Any], float]

_METRICS: dict[str, _Metric] = {
    "gpu_utilisation": lambda card: pynvml.nvmlDeviceGetUtilizationRates(card).gpu / 100,
    "gpu_memory_utilisation": lambda card: pynvml.nvmlDeviceGetUtilizationRates(card).memory / 100,
    "gpu_memory_bytes": lambda card: pynvml.nvmlDeviceGetMemoryInfo(card).used,
    "gpu_power_w": lambda card: pynvml.nvmlDeviceGetPowerUsage(card) / 1000,
    "gpu_energy_j": lambda card: pynvml.nvmlDeviceGetTotalEnergyConsumption(card) / 1000,
    "gpu_sm_clock_mhz": lambda card: pynvml.nvmlDeviceGetClockInfo(card, pynvml.NVML_CLOCK_SM),
    "gpu_memory_clock_mhz": lambda card: pynvml.nvmlDeviceGetClockInfo(card, pynvml.NVML_CLOCK_MEM),
    "gpu_temperature_c": lambda card: pynvml.nvmlDeviceGetTemperature(card, pynvml.NVML_TEMPERATURE_GPU),
}

_OF_SPLIT_CARD = ("gpu_utilisation", "gpu_memory_utilisation", "gpu_memory_bytes")
"""What a card that is split by MIG does not say of itself, or what is said of its parts instead."""


@dataclass(slots=True)
class NvmlSampler:
    """Samples GPUs by NVML: those of `indices`, which count as `nvidia-smi` does, or all.

    A card that MIG splits gives power, clocks and temperature as a whole, and memory for each part.
    """

    indices: tuple[int, ...] | None = None
    _cards: dict[int, Any] = field(default_factory=dict)
    _opened: bool = False
    _trouble: str | None = None

    @property
    def subject(self) -> str:
        """The library."""
        return "NVML"

    def read(self, at: float) -> Sequence[Sample]:
        """What each card says; gaps for what it does not."""
        if not self._opened:
            self._open()
        if self._trouble is not None:
            return [Gap(subject=self.subject, reason=self._trouble)]
        return [sample for index, card in self._cards.items() for sample in _read(index, card, at)]

    def close(self) -> None:
        """Let the library go."""
        if self._opened:
            with suppress(pynvml.NVMLError):
                pynvml.nvmlShutdown()

    def _open(self) -> None:
        """Find the cards, once: a driver that is missing does not come with time."""
        self._opened = True
        try:
            pynvml.nvmlInit()
            count = pynvml.nvmlDeviceGetCount()
        except pynvml.NVMLError as error:
            self._trouble = f"no GPU was sampled on this machine: {_said(error)}"
            return
        wanted = self.indices if self.indices is not None else tuple(range(count))
        absent = [index for index in wanted if index >= count]
        if absent or not count:
            which = ", ".join(map(str, absent)) or "any"
            self._trouble = f"there is no GPU {which}: this machine has {count}"
        for index in wanted:
            if index < count:
                self._cards[index] = pynvml.nvmlDeviceGetHandleByIndex(index)


def _read(index: int, card: Any, at: float) -> Iterator[Sample]:
    device = f"GPU {index}"
    parts = _parts(card)
    values: dict[str, float] = {}
    for name, metric in _METRICS.items():
        if parts and name in _OF_SPLIT_CARD:
            continue
        try:
            values[name] = float(metric(card))
        except pynvml.NVMLError as error:
            lasts = isinstance(error, pynvml.NVMLError_NotSupported | pynvml.NVMLError_FunctionNotFound)
            yield Gap(at=None if lasts else at, subject=device, reason=f"no {name}: {_said(error)}")
    yield Reading(
        at=at,
        source="nvml",
        device=device,
        values=values,
        throttled=_throttled(card),
        identity=pynvml.nvmlDeviceGetUUID(card),
        model=_model(card),
    )
    if parts:
        yield Gap(
            subject=device,
            reason="MIG splits it: NVML says nothing of the utilisation of its parts, but DCGM does"
            " (DCGM_FI_PROF_GR_ENGINE_ACTIVE, by --metrics); power and energy are those of the whole card",
        )
    for number, part in parts.items():
        with suppress(pynvml.NVMLError):
            memory_bytes = float(pynvml.nvmlDeviceGetMemoryInfo(part).used)
            yield Reading(
                at=at,
                source="nvml",
                device=f"{device} MIG {number}",
                values={"gpu_memory_bytes": memory_bytes},
                identity=pynvml.nvmlDeviceGetUUID(part),
            )


def _parts(card: Any) -> dict[int, Any]:
    """The parts into which MIG splits a card, by GPU instance; none where there is no MIG."""
    parts = {}
    with suppress(pynvml.NVMLError):
        if pynvml.nvmlDeviceGetMigMode(card)[0] == pynvml.NVML_DEVICE_MIG_ENABLE:
            for number in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(card)):
                with suppress(pynvml.NVMLError_NotFound):
                    part = pynvml.nvmlDeviceGetMigDeviceHandleByIndex(card, number)
                    parts[pynvml.nvmlDeviceGetGpuInstanceId(part)] = part
    return parts


def _throttled(card: Any) -> tuple[str, ...]:
    """Why the card is held down now; drivers before 535 know the question under its older name."""
    with suppress(pynvml.NVMLError):
        return throttling(pynvml.nvmlDeviceGetCurrentClocksEventReasons(card))
    with suppress(pynvml.NVMLError):
        return throttling(pynvml.nvmlDeviceGetCurrentClocksThrottleReasons(card))
    return ()


def _model(card: Any) -> str:
    name = str(pynvml.nvmlDeviceGetName(card))
    with suppress(pynvml.NVMLError):
        return f"{name}, {pynvml.nvmlDeviceGetMemoryInfo(card).total / _MIB:.0f} MiB"
    return name


def _said(error: pynvml.NVMLError) -> str:
    if isinstance(error, pynvml.NVMLError_LibraryNotFound):
        return "NVIDIA's driver (libnvidia-ml) is not there"
    return f"NVML says '{error}'"
