"""A load run by three hosts: everything comes together on the command's, as if there were but one."""

import math
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from asrgate.load.clocks import Clocks
from asrgate.load.engine import locustfile
from asrgate.load.pulse import PULSE
from asrgate.load.tail import Tail
from asrgate.load.trace import read_traces
from asrgate.report.files import read_run

from .hosts import Host, Hosts, three_hosts

ASRGATE = (sys.executable, "-m", "asrgate")
WRONG_CLOCK = Path(__file__).with_name("wrong_clock")
PATIENCE_S = 240


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


@pytest.fixture
def working(hosts: Hosts, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Run `asrgate worker` on a host, with a clock that is wrong if asked to."""
    with ExitStack() as stack:

        def start(host: Host, *options: str, clock: str | None = None) -> None:
            path = f"{WRONG_CLOCK}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
            wrong = {} if clock is None else {"ASRGATE_TEST_CLOCK": clock, "PYTHONPATH": path}
            command = (*ASRGATE, "worker", f"{hosts.address}:{hosts.port}", "--once", *options)
            log = tmp_path / f"worker-{len(list(tmp_path.glob('worker-*')))}.log"
            stack.enter_context(host.running(*command, log=log, env=wrong))

        yield start


def test_plain_locust_gathers_what_workers_on_other_hosts_measure(
    hosts: Hosts, endpoint: str, working: Callable[..., None], tmp_path: Path
) -> None:
    """The traces, the pulses and the clocks of all workers are in the folder of the master."""
    folder, log = tmp_path / "traces", tmp_path / "master.log"
    master = (sys.executable, "-m", "locust", "-f", str(locustfile()), "--headless", "--skip-log", "--master")
    asked = ("--master-bind-port", str(hosts.port), "--expect-workers", "2", "--host", endpoint)
    shape = ("--traces", str(folder), "--pause", "0", "--shape", "4 for 8s", "--stop-timeout", "60")
    with hosts.command.running(*master, *asked, *shape, log=log) as leading:
        for host in hosts.workers:
            working(host)
        # 1 when a call failed, as it may where the machine is too busy to answer in time.
        assert leading.wait(PATIENCE_S) in (0, 1), log.read_text()
    traces = list(read_traces(sorted(folder.glob("calls-*.jsonl"))))
    workers = {trace.worker for trace in traces}
    assert len(workers) == 2
    assert workers == {trace.worker for trace in traces if trace.error is None}
    assert len({trace.caller for trace in traces}) == 4
    pulses = Tail(folder, "pulse-*.jsonl", PULSE).new()
    assert {pulse.worker for pulse in pulses} == {pulse.worker for pulse in pulses if pulse.last} == workers
    skews = Clocks(folder).skews()
    assert set(skews) == workers
    assert all(abs(skew.ahead_ms) <= skew.within_ms + 1 for skew in skews.values())


def test_a_wrong_clock_is_known_and_one_that_is_set_is_excluded(
    hosts: Hosts, endpoint: str, working: Callable[..., None], tmp_path: Path
) -> None:
    """Two workers have a clock that is five seconds ahead; that of the third is set while it measures.

    Their callers begin together all the same.
    """
    out, now, slo = tmp_path / "run", tmp_path / "now", tmp_path / "slo.toml"
    slo.write_text('objectives = ["final_ms.p50 <= 60000"]')
    asked = ("--streams", "6", "--duration", "8s", "--speak", "fast", "--slo", str(slo), "--gpu", "off")
    asked = (*asked, "--starts", "synchronised")
    place = ("--workers", "3", "--listen", f"0.0.0.0:{hosts.port}", "--out", str(out), "--quiet")
    right, wrong = hosts.workers
    command = (*ASRGATE, "load", endpoint, *asked, *place)
    with hosts.command.running(*command, log=tmp_path / "load.log") as process:
        working(right, "--processes", "2", clock="5")
        working(wrong, clock=f"-3 {now}")
        while len(list(out.glob("loads/01-*/calls-*.jsonl"))) < 3 and process.poll() is None:
            time.sleep(0.1)
        now.touch()
        status = process.wait(PATIENCE_S)
    run = read_run(out)
    assert run.load is not None, (tmp_path / "load.log").read_text()
    (folder,) = out.glob("loads/01-*")
    skews = Clocks(folder).skews()
    assert {worker.name for worker in run.load.workers} == set(skews)
    (was_set,) = (worker for worker in run.load.workers if skews[worker.name].stepped_ms is not None)
    assert skews[was_set.name].stepped_ms == pytest.approx(-3000, abs=1500)
    firsts = [next(read_traces([path])) for path in folder.glob("calls-*.jsonl")]
    ahead_ms = Clocks(folder).first_ahead_ms()
    begins_s = [trace.began_at - ahead_ms[trace.worker] / 1000 for trace in firsts]
    round_s = firsts[0].audio_ms / 1000
    assert all(abs(math.remainder(at - begins_s[0], round_s)) < 1 for at in begins_s)
    others = [worker for worker in run.load.workers if worker is not was_set]
    assert [worker.skew_ms for worker in others] == pytest.approx([5000, 5000], abs=500)
    assert all(worker.calls for worker in others)
    # On a machine so busy that other workers were late too, the whole run is what is not valid.
    if was_set.excluded is None:
        assert status == 4
    else:
        assert re.fullmatch(r"its clock was set by -\d+ ms while it measured", was_set.excluded)
        assert run.load.steps[0].sessions <= sum(worker.calls for worker in others)
