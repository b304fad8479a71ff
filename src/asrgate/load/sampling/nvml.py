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

_SPLIT = (
    "MIG splits it: NVML says nothing of the utilisation of its parts, but DCGM does"
    " (DCGM_FI_PROF_GR_ENGINE_ACTIVE, by --metrics); power and energy are those of the whole card"
)


@dataclass(frozen=True, slots=True)
class _Card:
    """A card and what does not change of it; `parts` are those into which MIG splits it, by GPU instance."""

    device: str
    handle: Any
    uuid: str
    model: str
    parts: dict[int, Any]


@dataclass(slots=True)
class NvmlSampler:
    """Samples GPUs by NVML: those of `indices`, which count as `nvidia-smi` does, or all.

    A card that MIG splits gives power, clocks and temperature as a whole, and memory for each part.
    """

    indices: tuple[int, ...] | None = None
    _cards: list[_Card] = field(default_factory=list)
    _missing: list[Gap] = field(default_factory=list)
    _opened: bool = False

    @property
    def subject(self) -> str:
        """The library."""
        return "NVML"

    def read(self, at: float) -> Sequence[Sample]:
        """What each card says; gaps for what it does not."""
        if not self._opened:
            self._open()
        return [*self._missing, *(sample for card in self._cards for sample in _read(card, at))]

    def close(self) -> None:
        """Let the library go."""
        if self._cards:
            with suppress(pynvml.NVMLError):
                pynvml.nvmlShutdown()

    def _open(self) -> None:
        """Find the cards, once: a driver that is missing does not come with time."""
        self._opened = True
        try:
            pynvml.nvmlInit()
            count = pynvml.nvmlDeviceGetCount()
        except pynvml.NVMLError as error:
            self._miss("GPU", _said(error))
            return
        if not count:
            self._miss("GPU", "this machine has none")
        for index in range(count) if self.indices is None else self.indices:
            device = f"GPU {index}"
            if index >= count:
                self._miss(device, f"this machine has {count}, counted from 0")
                continue
            try:
                self._cards.append(_card(device, pynvml.nvmlDeviceGetHandleByIndex(index)))
            except pynvml.NVMLError as error:
                self._miss(device, _said(error))

    def _miss(self, subject: str, reason: str) -> None:
        self._missing.append(Gap(subject=subject, reason=reason))


def _card(device: str, handle: Any) -> _Card:
    name = str(pynvml.nvmlDeviceGetName(handle))
    with suppress(pynvml.NVMLError):
        name += f", {pynvml.nvmlDeviceGetMemoryInfo(handle).total / _MIB:.0f} MiB"
    return _Card(device, handle, str(pynvml.nvmlDeviceGetUUID(handle)), name, _parts(handle))


def _parts(handle: Any) -> dict[int, Any]:
    """The parts into which MIG splits a card; none where there is no MIG."""
    parts = {}
    with suppress(pynvml.NVMLError):
        if pynvml.nvmlDeviceGetMigMode(handle)[0] == pynvml.NVML_DEVICE_MIG_ENABLE:
            for number in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
                with suppress(pynvml.NVMLError_NotFound):
                    part = pynvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, number)
                    parts[pynvml.nvmlDeviceGetGpuInstanceId(part)] = part
    return parts


def _read(card: _Card, at: float) -> Iterator[Sample]:
    values: dict[str, float] = {}
    trouble: dict[str, None] = {}
    for name, metric in _METRICS.items():
        if card.parts and name in _OF_SPLIT_CARD:
            continue
        try:
            values[name] = float(metric(card.handle))
        except (pynvml.NVMLError_NotSupported, pynvml.NVMLError_FunctionNotFound):
            yield Gap(subject=card.device, reason=f"it does not tell {name}")
        except pynvml.NVMLError as error:
            trouble[_said(error)] = None
    yield from (Gap(at=at, subject=card.device, reason=said) for said in trouble)
    if values:
        yield Reading(
            at=at,
            source="nvml",
            device=card.device,
            values=values,
            throttled=_throttled(card.handle),
            identity=card.uuid,
            model=card.model,
        )
    if card.parts:
        yield Gap(subject=card.device, reason=_SPLIT)
    for number, part in card.parts.items():
        with suppress(pynvml.NVMLError):
            yield Reading(
                at=at,
                source="nvml",
                device=f"{card.device} MIG {number}",
                values={"gpu_memory_bytes": float(pynvml.nvmlDeviceGetMemoryInfo(part).used)},
                identity=str(pynvml.nvmlDeviceGetUUID(part)),
            )


def _throttled(handle: Any) -> tuple[str, ...]:
    """Why the card is held down now; drivers before 535 know the question under its older name."""
    with suppress(pynvml.NVMLError):
        return throttling(pynvml.nvmlDeviceGetCurrentClocksEventReasons(handle))
    with suppress(pynvml.NVMLError):
        return throttling(pynvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle))
    return ()


def _said(error: pynvml.NVMLError) -> str:
    if isinstance(error, pynvml.NVMLError_LibraryNotFound):
        return "NVIDIA's driver (libnvidia-ml) is not there"
    return f"NVML says '{error}'"
