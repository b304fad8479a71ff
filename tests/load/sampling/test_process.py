"""Server processes on this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from asrgate.errors import UsageError
from asrgate.load.sampling.process import ProcessSampler
from asrgate.load.sampling.readings import Gap, Reading

SERVER = """
import subprocess, sys, time
held = bytearray(64 * 2**20)
files = [open(sys.executable) for _ in range(20)]
waits = "import sys; print(flush=True); sys.stdin.read()"
child = subprocess.Popen([sys.executable, "-c", waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print("ready", flush=True)
for line in sys.stdin:
    until_s = time.process_time() + 1
    while time.process_time() < until_s:
        pass
    print("done", flush=True)
"""


@contextmanager
def server(tag: str) -> Iterator[subprocess.Popen[str]]:
    """A process with a child, 64 MiB and twenty open files; `tag` makes its command line its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, tag],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def tag(request: pytest.FixtureRequest) -> str:
    """Something that no other process has in its command line."""
    return f"{request.node.name}-{os.getpid()}-{time.monotonic_ns()}"


def work(process: subprocess.Popen[str]) -> None:
    """Let it use a processor for a while, and wait until it has."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("work\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"


def test_sums_over_the_tree(tag: str) -> None:
    """Memory, threads and open files are those of the process and everything below it."""
    with server(tag) as process:
        (reading,) = ProcessSampler(process.pid).read(at=1)
        alone = psutil.Process(process.pid)
        assert isinstance(reading, Reading)
        assert reading.device == f"process {process.pid}"
        assert reading.values["processes"] == 2
        assert reading.values["rss_bytes"] > max(64 * 2**20, alone.memory_info().rss)
        assert reading.values["open_files"] > max(20, alone.num_fds())
        assert reading.values["threads"] >= 2
        assert "cpu_cores" not in reading.values


def test_cpu_between_two_readings(tag: str) -> None:
    """Cores are the processor time since the reading before, by the time since then."""
    with server(tag) as process:
        sampler = ProcessSampler(process.pid)
        sampler.read(at=100)
        before = sum(psutil.Process(process.pid).cpu_times()[:2])
        work(process)
        used = sum(psutil.Process(process.pid).cpu_times()[:2]) - before
        (reading,) = sampler.read(at=102)
        assert isinstance(reading, Reading)
        assert used >= 0.9
        assert reading.values["cpu_cores"] == pytest.approx(used / 2, abs=0.1)


def test_restart_under_another_number(tag: str) -> None:
    """While a server is gone there are gaps; when one begins with the same command line, it is that one."""
    with server(tag) as process:
        sampler = ProcessSampler(process.pid)
        (before,) = sampler.read(at=0)
    assert sampler.read(at=1) == [Gap(at=1, subject=f"process {process.pid}", reason="it was not running")]
    with server(tag) as again:
        (after,) = sampler.read(at=2)
        assert isinstance(before, Reading)
        assert isinstance(after, Reading)
        assert after.device == before.device
        assert str(again.pid) in str(after.identity)
        assert after.identity != before.identity


def test_another_instance_is_no_restart(tag: str) -> None:
    """Another server with the same command line that was there before does not take its place."""
    with server(tag), server(tag) as watched:
        sampler = ProcessSampler(watched.pid)
        deadline = time.monotonic() + 30
        # Only a process that began after the last reading can be a successor.
        while time.time() - psutil.Process(watched.pid).create_time() < 3 and time.monotonic() < deadline:
            time.sleep(0.1)
        sampler.read(at=0)
        watched.kill()
        watched.wait()
        (gap,) = sampler.read(at=1)
        assert isinstance(gap, Gap)


def test_zombie_is_gone() -> None:
    """A process that ended and that nobody has buried yet is not running."""
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    sampler = ProcessSampler(process.pid)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    try:
        (gap,) = sampler.read(at=3)
        assert gap == Gap(at=3, subject=f"process {process.pid}", reason="it was not running")
    finally:
        process.communicate()


def test_no_such_process() -> None:
    """A process that is not there is a wrong option, before the load begins."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    with pytest.raises(UsageError, match=f"--server-pid {process.pid}: there is no such process"):
        ProcessSampler(process.pid)
