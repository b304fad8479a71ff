"""A load run by three hosts: everything comes together on the command's, as if there were but one."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from asrgate.load.clocks import Clocks
from asrgate.load.engine import locustfile
from asrgate.load.pulse import PULSE
from asrgate.load.tail import Tail
from asrgate.load.trace import read_traces

from .hosts import Hosts, three_hosts

ASRGATE = (sys.executable, "-m", "asrgate")


@pytest.fixture
def hosts(record_property: Callable[[str, object], None]) -> Iterator[Hosts]:
    """Make three hosts; how is told at the end of the tests."""
    with three_hosts() as made:
        record_property("three hosts", made.way)
        yield made


@pytest.fixture
def endpoint(hosts: Hosts, tmp_path: Path) -> Iterator[str]:
    """Serve the embedded endpoint on the command's host."""
    command = (*ASRGATE, "serve", "--embedded", "--host", "0.0.0.0", "--port", "0")
    with hosts.command.running(*command, log=tmp_path / "endpoint.log") as process:
        assert process.stdout is not None
        (port,) = re.findall(r":(\d+)", process.stdout.readline())
        yield f"ws://{hosts.address}:{port}"


def test_plain_locust_gathers_what_workers_on_other_hosts_measure(
    hosts: Hosts, endpoint: str, tmp_path: Path
) -> None:
    """The traces, the pulses and the clocks of all workers are in the folder of the master."""
    folder = tmp_path / "traces"
    master = (sys.executable, "-m", "locust", "-f", str(locustfile()), "--headless", "--skip-log", "--master")
    asked = ("--expect-workers", "2", "--host", endpoint, "--traces", str(folder), "--pause", "0")
    with ExitStack() as stack:
        leading = stack.enter_context(
            hosts.command.running(*master, *asked, "--shape", "4 for 8s", log=tmp_path / "master.log")
        )
        for number, host in enumerate(hosts.workers):
            command = (*ASRGATE, "worker", hosts.address, "--once")
            stack.enter_context(host.running(*command, log=tmp_path / f"worker-{number}.log"))
        assert leading.wait(120) == 0, (tmp_path / "master.log").read_text()
    traces = list(read_traces(sorted(folder.glob("calls-*.jsonl"))))
    assert all(trace.error is None for trace in traces)
    assert len({trace.worker for trace in traces}) == 2
    assert len({trace.caller for trace in traces}) == 4
    pulses = Tail(folder, "pulse-*.jsonl", PULSE).new()
    assert {pulse.worker for pulse in pulses} == {trace.worker for trace in traces}
    assert {pulse.worker for pulse in pulses if pulse.last} == {trace.worker for trace in traces}
    skews = Clocks(folder).skews()
    assert set(skews) == {trace.worker for trace in traces}
    assert all(abs(skew.ahead_ms) <= skew.within_ms + 1 for skew in skews.values())
