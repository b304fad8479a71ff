"""The options of what is sampled beside a load: GPUs, exporters, server processes."""

import socket
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import click

from asrgate.load.sampling.nvml import NvmlSampler
from asrgate.load.sampling.process import ProcessSampler
from asrgate.load.sampling.prometheus import PrometheusSampler
from asrgate.load.sampling.sampler import EVERY_S, Sampler, Unsampled

AUTO, OFF = "auto", "off"

_ELSEWHERE = "the endpoint is on another machine: give --metrics URL of its DCGM exporter"


class _Gpus(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    name = "gpus"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return `auto`, `off`, or the numbers of the GPUs."""
        if isinstance(value, tuple) or value in (AUTO, OFF):
            return value
        numbers = [item.strip() for item in value.split(",")]
        if not all(number.isascii() and number.isdecimal() for number in numbers):
            self.fail(f"expected auto, off, or numbers as nvidia-smi shows them, like 0,1; got {value}")
        return tuple(sorted({int(number) for number in numbers}))


_OPTIONS = (
    click.option(
        "--gpu",
        type=_Gpus(),
        default=AUTO,
        show_default=True,
        envvar="ASRGATE_GPU",
        metavar="N,N",
        help="GPUs of this machine to sample, or off; auto samples all if the endpoint is on this machine.",
    ),
    click.option(
        "--metrics",
        multiple=True,
        envvar="ASRGATE_METRICS",
        metavar="URL",
        help="Also sample this Prometheus endpoint, such as DCGM's exporter (http://host:9400/metrics);"
        " #NAME takes a metric by name, #gpu=0 series with a label. May be repeated.",
    ),
    click.option(
        "--server-pid",
        "server_pids",
        type=click.IntRange(1),
        multiple=True,
        envvar="ASRGATE_SERVER_PID",
        metavar="PID",
        help="Also sample this process and everything below it: memory, CPU, open files. May be repeated.",
    ),
    click.option(
        "--sample-every",
        "sample_every_s",
        type=click.FloatRange(0.1, 3600),
        default=EVERY_S,
        show_default=True,
        envvar="ASRGATE_SAMPLE_EVERY",
        metavar="S",
        help="Seconds between two samples.",
    ),
)


def sampling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `gpu`, `metrics`, `server_pids` (all for `samplers_of`) and `sample_every_s`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def samplers_of(
    *,
    gpu: str | tuple[int, ...],
    metrics: Sequence[str],
    server_pids: Sequence[int],
    endpoint_url: str,
) -> list[Sampler]:
    """The samplers that the options ask for, for `asrgate.load.sampling.sampler.sampling`.

    `auto` takes the GPUs of this machine only if the endpoint is on it: those of a machine that only makes
    the load would be mistaken for the server's.

    Raises:
        UsageError: a process is not there, or a URL is none.
    """
    samplers: list[Sampler] = []
    if isinstance(gpu, tuple):
        samplers.append(NvmlSampler(gpu))
    elif gpu == AUTO:
        here = _is_here(urlsplit(endpoint_url).hostname or "")
        samplers.append(NvmlSampler() if here else Unsampled("GPU", _ELSEWHERE))
    samplers += [PrometheusSampler(url) for url in metrics]
    samplers += [ProcessSampler(pid) for pid in server_pids]
    return samplers


def _is_here(host: str) -> bool:
    """Whether a name is this machine: whether one of its addresses can be listened on."""
    try:
        addresses = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return any(_can_be_bound(family, address) for family, *_, address in addresses)


def _can_be_bound(family: int, address: Any) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind(address)
    except OSError:
        return False
    return True
