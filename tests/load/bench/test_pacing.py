"""Real measurements, small ones, and the tables that are made of many."""

import shutil
from pathlib import Path

import pacing
import pytest
import workers
from arrivals import Punctuality
from point import FUNASR, IN_C, Point, measured
from table import Bench, markdown

CLIENT = """
import argparse, time
from contextlib import ExitStack
from websockets.sync.client import connect

parser = argparse.ArgumentParser()
parser.add_argument("--port")
parser.add_argument("--thread_num", type=int)
options, _ = parser.parse_known_args()
url = f"ws://127.0.0.1:{options.port}"
with ExitStack() as stack:
    lines = [stack.enter_context(connect(url)) for _ in range(options.thread_num)]
    for line in lines:
        line.send("{}")
    while True:
        for line in lines:
            line.send(bytes(1920))
        time.sleep(0.06)
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """A client with the options of FunASR's, which sleeps after each frame as that one does."""
    path = tmp_path / "client.py"
    path.write_text(CLIENT)
    return path


@pytest.mark.parametrize("way", ["asrgate", "websockets", "greenlets", FUNASR, "bare", IN_C])
def test_every_way_is_measured(way: str, client: Path) -> None:
    """Streams begin, frames come, and what the generator took is known."""
    if way == IN_C and shutil.which("cc") is None:
        pytest.skip("the floor in C is compiled: install a C compiler, such as gcc")
    point = measured(way, 20, seconds=2, funasr_client=client)
    assert point is not None
    assert (point.way, point.streams) == (way, 20)
    assert point.kept.frames > 100
    assert point.us_per_frame > 0
    assert point.memory_bytes > 1_000_000


def pointed(way: str, streams: int, *, late_ms: float, gap_ms: float = 5.0, heard: float = 1.0) -> Point:
    """A measurement made by hand."""
    kept = Punctuality(frames=1000, late_p50=1.0, late_p99=late_ms, gap_p99=gap_ms, drift_ms_per_s=25.0)
    return Point(
        way=way,
        streams=streams,
        us_per_frame=10.0,
        core=0.5,
        heard=heard,
        memory_bytes=2**20 * (50 + streams),
        kept=kept,
    )


def test_what_carries() -> None:
    """20 ms at the 99th percentile with all streams alive; FunASR's client is held to its own pace."""
    assert pointed("asrgate", 10, late_ms=20.0).carried
    assert not pointed("asrgate", 10, late_ms=20.1).carried
    assert not pointed("asrgate", 10, late_ms=1.0, heard=0.5).carried
    assert pointed(FUNASR, 10, late_ms=200.0).carried
    assert not pointed(FUNASR, 10, late_ms=1.0, gap_ms=21.0).carried


LIMITS = {"asrgate": 4000, "websockets": 790, FUNASR: 0}


def measure(way: str, streams: int) -> Point | None:
    """A machine on which each way has its limit, and above twice of it nothing begins."""
    if streams > 2 * LIMITS[way] + 2000:
        return None
    late_ms = 3.0 if streams <= LIMITS[way] else 50.0
    return pointed(way, streams, late_ms=late_ms, gap_ms=late_ms)


def test_the_rounds_find_what_each_way_carries() -> None:
    """In every round, and every point is kept."""
    bench = pacing.run(list(LIMITS), rounds=2, search=True, measure=measure)
    assert bench.carried == {way: [limit, limit] for way, limit in LIMITS.items()}
    assert len(bench.points["asrgate", 3000]) == 2
    assert {len(points) for (_, streams), points in bench.points.items() if streams == 100} == {2}
    assert all(cost > 0 for cost in bench.recording_us)


def test_the_tables_say_what_was_measured() -> None:
    """Streams with their spread, how many times asrgate carries of them, memory per stream, what failed."""
    points: dict[tuple[str, int], list[Point | None]] = {
        ("asrgate", 100): [pointed("asrgate", 100, late_ms=1.0)],
        ("asrgate", 3000): [pointed("asrgate", 3000, late_ms=4.0)],
        ("websockets", 100): [None],
        (FUNASR, 10): [pointed(FUNASR, 10, late_ms=90.0)],
    }
    carried = {"asrgate": [4000, 4500, 3500], "websockets": [800, 800, 1000], FUNASR: [0, 0, 0]}
    text = markdown(Bench(points=points, carried=carried, recording_us=[0.5]), rounds=1, seconds=3)
    assert "4000 (3500 to 4500)" in text
    assert "| 800 (800 to 1000) | 5.0 times |" in text
    assert "1024 KiB" in text
    assert "| websockets | 100 | not all streams began |" in text
    assert "10 of its streams fall 25 ms behind each second" in text
    assert "0.50 µs of a frame, 5.0% of what a frame costs at 3000 streams" in text


@pytest.mark.parametrize("count", [1, 2])
def test_workers_share_the_streams(count: int) -> None:
    """Together they send what is due, and their pulses tell how late."""
    shared = workers.measured(count, 20, seconds=2)
    assert shared is not None
    assert (shared.workers, shared.streams) == (count, 20)
    assert shared.kept.frames > 100
    assert shared.kept.p99_ms is not None
