"""Any Prometheus text endpoint.

DCGM's exporter tells of GPUs elsewhere, a server of its own process, and anything else is taken by name.
"""

import math
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from asrgate.errors import UsageError
from asrgate.load.sampling.gpu import throttling
from asrgate.load.sampling.rate import Rate
from asrgate.load.sampling.readings import Gap, Reading, Sample

ANSWER_S = 5.0
"""How long an exporter may take."""

MOST_BYTES = 32 * 2**20
MOST_SERIES = 64
"""What is read of an answer, and how many series one name may give."""


class _Known(NamedTuple):
    name: str
    factor: float = 1.0


_DCGM = {
    "DCGM_FI_DEV_GPU_UTIL": _Known("gpu_utilisation", 0.01),
    "DCGM_FI_DEV_MEM_COPY_UTIL": _Known("gpu_memory_utilisation", 0.01),
    "DCGM_FI_PROF_GR_ENGINE_ACTIVE": _Known("gpu_engine_active"),
    "DCGM_FI_PROF_SM_ACTIVE": _Known("gpu_sm_active"),
    "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE": _Known("gpu_tensor_active"),
    "DCGM_FI_PROF_DRAM_ACTIVE": _Known("gpu_dram_active"),
    "DCGM_FI_DEV_FB_USED": _Known("gpu_memory_bytes", 2**20),
    "DCGM_FI_DEV_POWER_USAGE": _Known("gpu_power_w"),
    "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION": _Known("gpu_energy_j", 0.001),
    "DCGM_FI_DEV_SM_CLOCK": _Known("gpu_sm_clock_mhz"),
    "DCGM_FI_DEV_MEM_CLOCK": _Known("gpu_memory_clock_mhz"),
    "DCGM_FI_DEV_GPU_TEMP": _Known("gpu_temperature_c"),
}
"""dcgm-exporter, etc/default-counters.csv and dcp-metrics-included.csv: names, and the units they come in."""

_DCGM_REASONS = ("DCGM_FI_DEV_CLOCKS_EVENT_REASONS", "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS")

_BLANK = 2.0**47
_BLANK_INT32 = range(0x7FFFFFF0, 0x80000000)
"""By such values DCGM says that there is none (dcgm_fields.h: from 0x7ffffffffffffff0 on for integers, 2^47
for floating point, 0x7ffffff0 for short ones); exporters have been seen to hand them on as they are."""

_PROCESS = {
    "process_resident_memory_bytes": "rss_bytes",
    "process_open_fds": "open_files",
}
_CPU = "process_cpu_seconds_total"
_START = "process_start_time_seconds"
"""What the client libraries of Prometheus say of the process that they are in."""


@dataclass(slots=True)
class PrometheusSampler:
    """Samples what an exporter says: DCGM's names, those of a process, and every name in the URL's fragment.

    `http://host:9400/metrics#gpu=0,gpu=1,vllm:num_requests_running` asks for the series whose label `gpu` is
    0 or 1, and for one metric by name besides the known ones. The fragment is never sent. Counters asked for
    by name are given as `NAME per s`, metrics with a label `gpu` as those of that GPU.
    """

    url: str
    _address: str = field(init=False)
    _shown: str = field(init=False)
    _headers: dict[str, str] = field(init=False)
    _names: tuple[str, ...] = field(init=False)
    _labels: dict[str, set[str]] = field(init=False)
    _rates: dict[tuple[str, str], Rate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the URL.

        Raises:
            UsageError: it is no HTTP URL.
        """
        try:
            parts = urlsplit(self.url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            usable = False
        if not usable:
            raise UsageError("--metrics: expected http://host:port/metrics, with #NAME for metrics by name")
        where = parts.netloc.rpartition("@")[2]
        self._headers = {"Accept": "text/plain;version=0.0.4;q=1,*/*;q=0.1"}
        if parts.username is not None:
            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
        self._address = urlunsplit((parts.scheme, where, parts.path or "/metrics", parts.query, ""))
        self._shown = where
        asked = [item.strip() for item in unquote(parts.fragment).split(",") if item.strip()]
        self._names = tuple(item for item in asked if "=" not in item)
        self._labels = {}
        for item in asked:
            label, equals, value = item.partition("=")
            if equals:
                self._labels.setdefault(label.strip(), set()).add(value.strip().strip('"'))

    @property
    def subject(self) -> str:
        """Host and port, without a password."""
        return self._shown

    def read(self, at: float) -> Sequence[Sample]:
        """What the exporter says now; a gap when it does not answer, or not in this language."""
        try:
            families = list(text_string_to_metric_families(self._answer()))
        except HTTPError as error:
            return [self._gap(at, f"it answered {error.code} {error.reason}")]
        except (OSError, HTTPException) as error:
            return [self._gap(at, f"it did not answer: {_why(error)}")]
        except ValueError:
            return [self._gap(at, f"what it answers at {self._address} is not Prometheus text")]
        samples = [*self._gpus(at, families), *self._process(at, families), *self._named(at, families)]
        if not any(isinstance(sample, Reading) for sample in samples):
            samples.append(
                self._gap(at, "it has none of the metrics that are known here; name one: URL#NAME")
            )
        return samples

    def close(self) -> None:
        """Nothing is held."""

    def _answer(self) -> str:
        request = Request(self._address, headers=self._headers)
        with urlopen(request, timeout=ANSWER_S) as response:
            answer: bytes = response.read(MOST_BYTES)
        return answer.decode("utf-8", errors="replace")

    def _gap(self, at: float | None, reason: str) -> Gap:
        return Gap(at=at, subject=self.subject, reason=reason)

    def _series(self, families: Iterable[Metric]) -> Iterator[tuple[str, bool, dict[str, str], float]]:
        """Name, whether it counts, labels and value of each series that the labels in the URL let through."""
        for family in families:
            for sample in family.samples:
                wanted = all(sample.labels.get(key) in values for key, values in self._labels.items())
                if wanted and math.isfinite(sample.value):
                    counts = sample.name.endswith("_total")
                    yield self._as_sent(family, sample.name), counts, sample.labels, sample.value

    def _as_sent(self, family: Metric, name: str) -> str:
        """The name that the exporter wrote: DCGM's counters have no `_total`, the parser gives them one."""
        bare = name.removesuffix("_total")
        return bare if family.type == "counter" and (bare in _DCGM or bare in self._names) else name

    def _gpus(self, at: float, families: Iterable[Metric]) -> Iterator[Sample]:
        values: dict[str, dict[str, float]] = {}
        about: dict[str, dict[str, str]] = {}
        throttled: dict[str, tuple[str, ...]] = {}
        for name, counts, labels, value in self._series(families):
            if "gpu" not in labels or _is_blank(value):
                continue
            device = _card(labels, self.subject)
            metrics = values.setdefault(device, {})
            about[device] = labels
            if name in _DCGM_REASONS:
                throttled[device] = throttling(int(value))
            elif known := _DCGM.get(name):
                metrics[known.name] = value * known.factor
            elif name in self._names:
                metrics |= self._as_asked(at, name, counts, device, value)
        for device, metrics in values.items():
            labels = about[device]
            if not metrics:
                continue
            yield Reading(
                at=at,
                source="prometheus",
                device=device,
                values=metrics,
                throttled=throttled.get(device, ()),
                identity=labels.get("UUID") or labels.get("uuid"),
                model=labels.get("modelName"),
            )
            if labels.get("GPU_I_ID"):
                whole = device.partition(" MIG ")[0]
                yield self._gap(None, f"MIG splits {whole}: power and energy are those of the whole card")

    def _process(self, at: float, families: Iterable[Metric]) -> Iterator[Sample]:
        # Labels in the URL choose GPUs; what a process says of itself has none.
        said = {sample.name: sample.value for family in families for sample in family.samples}
        values = {ours: said[theirs] for theirs, ours in _PROCESS.items() if theirs in said}
        if _CPU in said and (cores := self._rate(at, _CPU, "", said[_CPU])) is not None:
            values["cpu_cores"] = cores
        if values:
            start = said.get(_START)
            yield Reading(
                at=at,
                source="prometheus",
                device=f"process at {self.subject}",
                values=values,
                identity=None if start is None else f"{start:.2f}",
            )

    def _named(self, at: float, families: Iterable[Metric]) -> Iterator[Sample]:
        values: dict[str, dict[str, float]] = {}
        count = dict.fromkeys(self._names, 0)
        for name, counts, labels, value in self._series(families):
            if name not in count:
                continue
            count[name] += 1
            if count[name] <= MOST_SERIES and "gpu" not in labels:
                device = _labelled(self.subject, labels)
                values.setdefault(device, {}).update(self._as_asked(at, name, counts, device, value))
        for device, metrics in values.items():
            if metrics:
                yield Reading(at=at, source="prometheus", device=device, values=metrics)
        for name, times in count.items():
            if not times:
                yield self._gap(at, f"it has no {name}")
            elif times > MOST_SERIES:
                yield self._gap(None, f"{name} has {times} series, of which {MOST_SERIES} were taken")

    def _as_asked(self, at: float, name: str, counts: bool, device: str, value: float) -> dict[str, float]:
        """A metric asked for by name: what it is, or how fast it grows if it counts."""
        if not counts:
            return {name: value}
        rate = self._rate(at, name, device, value)
        return {} if rate is None else {f"{name} per s": rate}

    def _rate(self, at: float, name: str, device: str, value: float) -> float | None:
        return self._rates.setdefault((name, device), Rate()).per_s(at, value)


def _why(error: Exception) -> str:
    """What went wrong on the way, without numbers of the operating system."""
    cause = error.reason if isinstance(error, URLError) else error
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


def _is_blank(value: float) -> bool:
    return value >= _BLANK or value in _BLANK_INT32


def _card(labels: dict[str, str], where: str) -> str:
    part = f" MIG {labels['GPU_I_ID']}" if labels.get("GPU_I_ID") else ""
    return f"GPU {labels['gpu']}{part} at {where}"


def _labelled(where: str, labels: dict[str, str]) -> str:
    shown = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return f"{where} ({shown})" if shown else where
