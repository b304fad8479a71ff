"""How many streams two workers pace, beside one.

    python load/bench/workers.py --rounds 3 --markdown FILE

Needs Linux and two processor cores that nobody else uses. Each worker has a core of its own; the server,
which reads nothing and answers nothing, shares one of them where there are no more. How late frames left, the
pulses of the workers tell.
"""

import argparse
import itertools
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE

from ladder import highest_carried, rung_of
from point import BEGIN_WITHIN_S, FEWEST_HEARD, HERE, LATE_MS, SETTLE_S, let_files_be_opened, running, told
from table import machine, spread

from asrgate.load.pulse import EVERY_S, PULSE, Pulse
from asrgate.load.step import Generator, paced

FIRST_GUESS = {1: 4000, 2: 7900}
FRAMES_PER_S = 1 / 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """How some workers kept time, `heard` being the share of the frames due that they sent."""

    workers: int
    streams: int
    kept: Generator
    heard: float
    core: float

    @property
    def carried(self) -> bool:
        """Whether frames left in time."""
        return self.kept.p99_ms is not None and self.kept.p99_ms <= LATE_MS and self.heard >= FEWEST_HEARD


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="time of each measurement")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table here as well")
    options = parser.parse_args()
    let_files_be_opened()
    carried: dict[int, list[int]] = {1: [], 2: []}
    for _ in range(options.rounds):
        for workers, earlier in carried.items():
            start = statistics.median_low(earlier) if earlier else FIRST_GUESS[workers]

            def carries(streams: int, workers: int = workers) -> bool:
                shared = measured(workers, streams, seconds=options.seconds)
                return shared is not None and shared.carried

            earlier.append(highest_carried(carries, start=rung_of(start), stride=1 if earlier else 2))
    text = _table(carried)
    print(text)  # noqa: T201
    if options.markdown is not None:
        options.markdown.write_text(text, encoding="utf-8")


def measured(workers: int, streams: int, *, seconds: int) -> Shared | None:
    """Let so many workers share the streams; None when not all were connected in time."""
    cores = itertools.cycle(sorted(os.sched_getaffinity(0), reverse=True))
    audio_s = BEGIN_WITHIN_S + SETTLE_S + seconds + EVERY_S
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as started:
        folders = [Path(scratch, str(worker)) for worker in range(workers)]
        server = [sys.executable, str(HERE / "drain.py"), str(streams // workers * workers)]
        drain = started.enter_context(running(server, min(os.sched_getaffinity(0)), Path(scratch), PIPE))
        port = told(drain, within_s=30)["port"]
        for folder in folders:
            folder.mkdir()
            command = [sys.executable, str(HERE / "generators.py"), "asrgate", str(port)]
            command += [str(streams // workers), str(audio_s)]
            started.enter_context(running(command, next(cores), folder, DEVNULL))
        if not told(drain, within_s=BEGIN_WITHIN_S):
            _say(workers, streams, None)
            return None
        time.sleep(SETTLE_S)
        from_s = time.monotonic()
        time.sleep(seconds + EVERY_S)
        to_s = time.monotonic()
        pulses = [pulse for folder in folders for pulse in _pulses(folder, from_s + EVERY_S, to_s)]
    kept = paced(pulse.lateness for pulse in pulses)
    shared = Shared(
        workers=workers,
        streams=streams,
        kept=kept,
        heard=kept.frames / max(1, len(pulses)) * workers / EVERY_S / FRAMES_PER_S / streams,
        core=sum(pulse.cpu for pulse in pulses) / max(1, len(pulses)),
    )
    _say(workers, streams, shared)
    return shared


def _pulses(folder: Path, from_s: float, to_s: float) -> list[Pulse]:
    """Those that tell of the time from a second before one instant to another."""
    *lines, _ = (folder / "pulse.jsonl").read_bytes().split(b"\n")
    pulses = map(PULSE.validate_json, lines)
    return [pulse for pulse in pulses if from_s <= pulse.monotonic_s <= to_s]


def _say(workers: int, streams: int, shared: Shared | None) -> None:
    what = "not all streams began"
    if shared is not None:
        what = f"p99 {shared.kept.p99_ms} ms late, {shared.core:.0%} of a core each, {shared.heard:.0%} sent"
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {workers} workers, {streams} streams: {what}\n")


def _table(carried: dict[int, list[int]]) -> str:
    one, two = (statistics.median(carried[workers]) for workers in (1, 2))
    lines = [
        f"{machine()}. {len(carried[1])} rounds; median (least to most).",
        "",
        f"| workers | streams, p99 ≤ {LATE_MS:g} ms late | |",
        "|---|--:|--:|",
        f"| 1 | {spread(carried[1], '.0f')} | |",
        f"| 2 | {spread(carried[2], '.0f')} | {f'{two / one:.2f} times' if one else '–'} |",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
