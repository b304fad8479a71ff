"""The tables of the benchmark, in Markdown."""

import os
import platform
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from point import FUNASR, IN_C, LATE_MS, Point

NAMES = {
    "asrgate": "asrgate: one metronome, inside Locust, with traces",
    "websockets": "`websockets` on asyncio, a sleeping task per stream",
    "greenlets": "Locust, a sleeping greenlet per stream on `websocket-client`",
    FUNASR: "FunASR's Python client, a process per stream",
    "bare": "the floor of Python: prepared frames and `send`, nothing read, nothing noted",
    IN_C: "the floor of the system: the same loop in C",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What all rounds measured: points by way and streams, streams carried, cost of recording."""

    points: dict[tuple[str, int], list[Point | None]]
    carried: dict[str, list[int]]
    recording_us: list[float]


def markdown(bench: Bench, *, rounds: int, seconds: float) -> str:
    """What was measured, on what; figures are medians with the least and the most of the rounds."""
    head = f"{machine()}. {rounds} rounds, {seconds:g} s each; median (least to most)."
    parts = [head, _streams_per_core(bench), _points(bench), _recording(bench)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _streams_per_core(bench: Bench) -> str:
    if not bench.carried:
        return ""
    ours = statistics.median(bench.carried.get("asrgate", [0]))
    lines = [
        f"| way | streams per core, p99 ≤ {LATE_MS:g} ms late | asrgate carries | memory per stream |",
        "|---|--:|--:|--:|",
    ]
    for way, carried in bench.carried.items():
        middle = statistics.median(carried)
        times = f"{ours / middle:.1f} times" if middle and ours else "–"
        lines.append(f"| {NAMES[way]} | {spread(carried, '.0f')} | {times} | {_memory(bench, way)} |")
    if FUNASR in bench.carried:
        lines += ["", f"FunASR's client is forgiven its drift here: {_strictly(bench)}."]
    return "\n".join(lines)


def _strictly(bench: Bench) -> str:
    """What it does by the schedule that all others are held to."""
    least = min((streams for way, streams in bench.points if way == FUNASR), default=0)
    seen = _seen(bench, FUNASR, least)
    if not seen:
        return "with it, nothing was measured"
    drift = statistics.median(_known(point.kept.drift_ms_per_s for point in seen))
    late = statistics.median(_known(point.kept.late_p99 for point in seen))
    return f"{least} of its streams fall {drift:.0f} ms behind each second, and are {late:.0f} ms late at p99"


def _points(bench: Bench) -> str:
    lines = [
        "| way | streams | frames heard | µs per frame | core | p50 late, ms | p99 late, ms | p99 gap, ms |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for way, streams in sorted(bench.points, key=lambda key: (list(NAMES).index(key[0]), key[1])):
        seen = _seen(bench, way, streams)
        cells = [way, str(streams)]
        if seen:
            cells += [
                f"{statistics.median(point.heard for point in seen):.0%}",
                spread([point.us_per_frame for point in seen], ".1f"),
                f"{statistics.median(point.core for point in seen):.0%}",
                spread(_known(point.kept.late_p50 for point in seen), ".1f"),
                spread(_known(point.kept.late_p99 for point in seen), ".1f"),
                spread(_known(point.kept.gap_p99 for point in seen), ".1f"),
            ]
        else:
            cells += ["not all streams began"] + 5 * ["–"]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "p99 gap: one frame in a hundred came this much later than 60 ms after the one before it."]
    return "\n".join(lines)


def _recording(bench: Bench) -> str:
    recording = statistics.median(bench.recording_us)
    text = f"Recording the whole trace takes {recording:.2f} µs of a frame"
    most = max((streams for way, streams in bench.points if way == "asrgate"), default=0)
    for streams in (3000, most):
        seen = _seen(bench, "asrgate", streams)
        if seen:
            share = recording / statistics.median(point.us_per_frame for point in seen)
            return f"{text}, {share:.1%} of what a frame costs at {streams} streams."
    return f"{text}."


def _memory(bench: Bench, way: str) -> str:
    """What each further stream takes, from the fewest streams to the most that were measured."""
    known = {streams: _seen(bench, way, streams) for one, streams in bench.points if one == way}
    held = {n: statistics.median(p.memory_bytes for p in seen) for n, seen in known.items() if seen}
    if len(held) < 2:
        return "–"
    few, many = min(held), max(held)
    return f"{(held[many] - held[few]) / (many - few) / 1024:.0f} KiB"


def _seen(bench: Bench, way: str, streams: int) -> list[Point]:
    return [point for point in bench.points.get((way, streams), []) if point is not None]


def spread(numbers: Iterable[float], form: str) -> str:
    """The median, and between what it lies."""
    values = list(numbers)
    middle = format(statistics.median(values), form)
    return middle if len(values) < 2 else f"{middle} ({min(values):{form}} to {max(values):{form}})"


def _known(numbers: Iterable[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]


def machine() -> str:
    """What was measured on."""
    cpu = next(_fields("/proc/cpuinfo", "model name"), platform.machine())
    packages = ", ".join(f"{name} {version(name)}" for name in ("websockets", "gevent", "locust"))
    return (
        f"{cpu}, {os.cpu_count()} cores, Linux {platform.release()}, "
        f"Python {platform.python_version()}, {packages}, websocket-client {version('websocket-client')}"
    )


def _fields(path: str, name: str) -> Iterator[str]:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return (line.partition(":")[2].strip() for line in lines if line.startswith(name))
