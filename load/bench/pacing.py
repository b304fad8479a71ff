"""How many paced streams one processor core carries, by the way in which they are paced.

    python load/bench/pacing.py --streams 250,500,1000 --seconds 10 --rounds 3

needs two processor cores: the server has the first one, the generator the second. Prints a table in Markdown.
"""

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WAYS = ("metronome", "websockets-asyncio", "sleeping-greenlets")
SERVER_CORE, GENERATOR_CORE = 0, 1


def main() -> None:
    """Measure every way with every number of streams, the ways in turn so that neighbours disturb all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--ways", default=",".join(WAYS), metavar="NAMES")
    parser.add_argument("--streams", default="250,500,1000,1500,2000,3000", metavar="N,N")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    print("| way | streams | µs per frame | core | p50 late, ms | p99 late, ms (least to most) |")  # noqa: T201
    print("|---|--:|--:|--:|--:|--:|")  # noqa: T201
    for streams in map(int, options.streams.split(",")):
        rounds: dict[str, list[dict[str, Any]]] = {way: [] for way in options.ways.split(",")}
        for _ in range(options.rounds):
            for way, measured in rounds.items():
                measured.append(_measured(way, streams, options.seconds))
        for way, measured in rounds.items():
            print(_row(way, streams, measured), flush=True)  # noqa: T201


def _measured(way: str, streams: int, seconds: float) -> dict[str, Any]:
    port = _free_port()
    sink = subprocess.Popen([sys.executable, str(HERE / "sink.py"), str(port)])
    os.sched_setaffinity(sink.pid, {SERVER_CORE})
    try:
        _wait_for(port)
        command = [sys.executable, str(HERE / "generators.py"), way, str(port), str(streams), str(seconds)]
        done = subprocess.run(
            ["taskset", "--cpu-list", str(GENERATOR_CORE), *command],
            capture_output=True,
            text=True,
            check=True,
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return told
    finally:
        sink.terminate()
        sink.wait()


def _row(way: str, streams: int, measured: list[dict[str, Any]]) -> str:
    def middle(key: str) -> float:
        return statistics.median(one[key] for one in measured)

    p99s = sorted(one["p99_ms"] for one in measured)
    late = f"{middle('p99_ms'):.1f} ({p99s[0]:.1f} to {p99s[-1]:.1f})"
    cost = f"{middle('us_per_frame'):.1f} | {middle('core'):.0%}"
    return f"| {way} | {streams} | {cost} | {middle('p50_ms'):.2f} | {late} |"


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server of the measurement did not start")


if __name__ == "__main__":
    main()
