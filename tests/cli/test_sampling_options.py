"""The options of what is sampled beside a load."""

import os
from typing import Any

import click
import pytest
from click.testing import CliRunner

from asrgate.cli.sampling_options import samplers_of, sampling_options
from asrgate.errors import UsageError
from asrgate.load.sampling.nvml import NvmlSampler
from asrgate.load.sampling.readings import Gap
from asrgate.load.sampling.sampler import Unsampled

HERE = "ws://127.0.0.1:10095"
ELSEWHERE = "ws://192.0.2.1:10095"  # reserved for documentation, so it is nobody's


def given(*arguments: str, url: str = HERE) -> list[Any]:
    """The samplers that a command gets with these options."""
    got: list[Any] = []

    @click.command()
    @sampling_options
    def command(gpu: Any, metrics: Any, server_pids: Any, sample_every_s: float) -> None:
        got.extend(samplers_of(gpu=gpu, metrics=metrics, server_pids=server_pids, endpoint_url=url))

    result = CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)
    assert result.exit_code == 0, result.output
    return got


def test_gpus_of_this_machine_by_themselves() -> None:
    """With an endpoint on this machine its GPUs are sampled without being asked for."""
    assert given() == [NvmlSampler()]
    assert given(url="ws://localhost:10095") == [NvmlSampler()]


def test_gpus_of_a_generator_are_not_the_servers() -> None:
    """With an endpoint elsewhere no GPU of this machine is sampled, and the record says why."""
    (sampler,) = given(url=ELSEWHERE)
    assert isinstance(sampler, Unsampled)
    (gap,) = sampler.read(at=0)
    assert isinstance(gap, Gap)
    assert "the endpoint is on another machine: give --metrics URL" in gap.reason


def test_gpus_that_were_asked_for() -> None:
    """Numbers are taken wherever the endpoint is: the owner knows better."""
    assert given("--gpu", "1,0,1", url=ELSEWHERE) == [NvmlSampler((0, 1))]


def test_no_gpus() -> None:
    """With off there is nothing about GPUs at all."""
    assert given("--gpu", "off") == []


@pytest.mark.parametrize("value", ["all", "0,,1", "-1", "1.5", "０"])
def test_wrong_gpus(value: str) -> None:
    """What is no list of numbers is told with what is expected."""
    with pytest.raises(click.BadParameter, match="expected auto, off, or numbers as nvidia-smi shows them"):
        given("--gpu", value)


def test_everything_at_once() -> None:
    """Exporters and processes may be many, and come beside the GPUs."""
    samplers = given(
        *("--metrics", "http://gpu-07:9400/metrics#gpu=0", "--metrics", "http://asr:8000"),
        *("--server-pid", str(os.getpid()), "--server-pid", str(os.getppid())),
    )
    assert [sampler.subject for sampler in samplers] == [
        "NVML",
        "gpu-07:9400",
        "asr:8000",
        f"process {os.getpid()}",
        f"process {os.getppid()}",
    ]


def test_what_is_wrong_is_told_before_the_load() -> None:
    """A URL that is none is a wrong option."""
    with pytest.raises(UsageError, match="--metrics: expected http://host:port/metrics"):
        given("--metrics", "gpu-07:9400")
