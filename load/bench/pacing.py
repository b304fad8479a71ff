"""How many paced streams one processor core carries, by the way in which they are paced.

    python load/bench/pacing.py --rounds 3 --funasr-client funasr_wss_client.py --markdown FILE

Needs Linux and two processor cores that nobody else uses: the server has the first one, the generator the
second. Every round measures all ways at the same numbers of streams, then looks for the greatest number that
each way carries. See docs/load-bench.md.
"""

import argparse
import shutil
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path

from ladder import highest_carried, rung_of
from point import FUNASR, IN_C, WAYS, Point, let_files_be_opened, measured
from recording import us_per_frame
from table import Bench, markdown

EVERYWHERE = 100
"""Streams at which all ways are measured."""

NAMED = {"asrgate": (1000, 3000), FUNASR: (10,), "bare": (3000,), IN_C: (3000,)}
FIRST_GUESS = {"asrgate": 5600, "websockets": 1400, "greenlets": 1300, FUNASR: 140, "bare": 6300, IN_C: 7100}
FIRST_STRIDE = 2


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--ways", default=",".join(WAYS), metavar="NAMES", help="of %(default)s")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="time of each measurement")
    parser.add_argument("--funasr-client", type=Path, metavar="FILE", help="FunASR's funasr_wss_client.py")
    parser.add_argument("--no-search", action="store_true", help="leave out how many streams are carried")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables here as well")
    options = parser.parse_args()
    missing = {FUNASR: options.funasr_client is None, IN_C: shutil.which("cc") is None}
    ways = [way for way in options.ways.split(",") if not missing.get(way, False)]
    if unknown := set(ways) - set(WAYS):
        parser.error(f"--ways: {', '.join(sorted(unknown))}: expected some of {', '.join(WAYS)}")
    if options.funasr_client is not None and not options.funasr_client.is_file():
        parser.error(f"--funasr-client: there is no file {options.funasr_client}")
    let_files_be_opened()
    client = options.funasr_client.resolve() if options.funasr_client else None
    bench = run(
        ways,
        rounds=options.rounds,
        search=not options.no_search,
        measure=lambda way, streams: _told(way, streams, options.seconds, client),
    )
    text = markdown(bench, rounds=options.rounds, seconds=options.seconds)
    print(text)  # noqa: T201
    if options.markdown is not None:
        options.markdown.write_text(text, encoding="utf-8")


def run(ways: list[str], *, rounds: int, search: bool, measure: Callable[[str, int], Point | None]) -> Bench:
    """All rounds, or what was measured when somebody had enough.

    In each round the ways take turns, so that neighbours disturb them alike.
    """
    points: dict[tuple[str, int], list[Point | None]] = defaultdict(list)
    carried: dict[str, list[int]] = defaultdict(list)
    recording_us = [us_per_frame()]
    with suppress(KeyboardInterrupt):
        for _, way in product(range(rounds), ways):
            seen = {streams: measure(way, streams) for streams in (*NAMED.get(way, ()), EVERYWHERE)}
            if search:
                carried[way].append(_search(way, carried[way], seen, measure))
            for streams, point in seen.items():
                points[way, streams].append(point)
    recording_us.append(us_per_frame())
    return Bench(points=dict(points), carried=dict(carried), recording_us=recording_us)


def _search(
    way: str,
    earlier: list[int],
    seen: dict[int, Point | None],
    measure: Callable[[str, int], Point | None],
) -> int:
    """The most streams that a way carries; what is measured for it is added to what was seen in the round."""

    def carried(streams: int) -> bool:
        if streams not in seen:
            seen[streams] = measure(way, streams)
        point = seen[streams]
        return point is not None and point.carried

    start = statistics.median_low(earlier) if earlier else FIRST_GUESS[way]
    return highest_carried(carried, start=rung_of(start), stride=1 if earlier else FIRST_STRIDE)


def _told(way: str, streams: int, seconds: float, funasr_client: Path | None) -> Point | None:
    """Measure, and say on stderr what came out."""
    point = measured(way, streams, seconds=seconds, funasr_client=funasr_client)
    what = "not all streams began"
    if point is not None:
        what = f"{point.us_per_frame:.1f} µs a frame, p99 {point.kept.late_p99:.1f} ms late"
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {way} {streams}: {what}\n")
    return point


if __name__ == "__main__":
    main()
