"""What load runs have to show, tried on endpoints of which it is known what is wrong with them.

    python load/trials/trials.py --out DIR --markdown FILE
    python load/trials/trials.py --only crossed,lag

Needs Linux, two processor cores that nobody else uses, and some 25 minutes. Each trial runs a command as a
user would, and is held against what must come of it. See docs/load-correctness.md.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from commands import Result, broken, endpoint, result_of, starved

SEARCH = ("capacity", "--from", "64", "--to", "1024", "--within", "5m")
LOAD = ("load", "--streams", "12", "--duration", "20s")


@dataclass(frozen=True, slots=True)
class Row:
    """A trial: what was tried, what came of it, and whether that is what must come."""

    trial: str
    came: str
    holds: bool
    took_s: float


Told = tuple[str, bool]
Trial = Callable[[Path, list[Result]], Told]
"""Runs in a folder of its own; gets the results of the trials before it that are searches."""


def capacity(folder: Path, earlier: list[Result]) -> Told:
    """A number, that of the endpoint in order."""
    with endpoint() as url:
        found = result_of(folder, *SEARCH, url)
    earlier.append(found)
    return found.sentence, found.streams > 0


def capacity_again(folder: Path, earlier: list[Result]) -> Told:
    """The same number, within the interval of the first."""
    with endpoint() as url:
        found = result_of(folder, *SEARCH, url)
    low, high = earlier[0].interval
    said = f"{found.sentence} The first interval was {low} to {high}."
    ours = range(found.interval[0], found.interval[1] + 1)
    return said, any(low <= streams <= high for streams in ours)


def one_core(folder: Path, earlier: list[Result]) -> Told:
    """About half of the number, where the endpoint has one of its two cores."""
    with endpoint(cores=(0,)) as url:
        found = result_of(folder, *SEARCH, url)
    share = found.streams / earlier[0].streams if earlier[0].streams else 0.0
    return f"{found.sentence} That is {share:.0%} of the first number.", 0.35 <= share <= 0.65


def lag(folder: Path, earlier: list[Result]) -> Told:
    """A smaller number, limited by lag, where partials fall behind above eight sessions."""
    objectives = folder / "slo.toml"
    objectives.write_text(
        'objectives = ["final_ms.p95 <= 1500", "partial_lag_ms.p95 <= 1500", "errors.rate <= 0.001"]\n'
    )
    with endpoint() as good, broken(good, "falls-behind-under-load") as url:
        search = ("capacity", "--from", "4", "--to", "64", "--within", "5m", "--slo", str(objectives))
        found = result_of(folder, *search, url)
    return found.sentence, 0 < found.streams < 16 and "lag" in found.limiting


def starved_generator(folder: Path, earlier: list[Result]) -> Told:
    """Nothing is concluded, where the generator is stopped for half of the time."""
    with endpoint() as url:
        found = result_of(folder, *LOAD, url, beside=starved)
    return found.sentence, found.status == 4 and "generator" in found.invalid


def crossed(folder: Path, earlier: list[Result]) -> Told:
    """Crossed sessions are reported as that."""
    with endpoint() as good, broken(good, "sessions-cross-under-load") as url:
        found = result_of(folder, *LOAD, url)
    return found.sentence, found.status == 1 and found.crossed > 0 and "LOAD-10" in found.failed


def lost_tails(folder: Path, earlier: list[Result]) -> Told:
    """Texts are wrong, and nothing else."""
    with endpoint() as good, broken(good, "tails-lost-under-load") as url:
        found = result_of(folder, *LOAD, url)
    right = found.status == 1 and found.mismatches > 0 and not found.crossed and not found.errors
    return found.sentence, right and found.failed == ("LOAD-02",)


def death(folder: Path, earlier: list[Result]) -> Told:
    """A server that dies at twenty streams has died at twenty streams."""
    with endpoint() as good, broken(good, "dies-of-twenty-sessions") as url:
        found = result_of(folder, "load", "--streams", "24", "--duration", "10s", url)
    return found.sentence, found.died_at is not None and 19 <= found.died_at <= 21


TRIALS: dict[str, Trial] = {
    "capacity": capacity,
    "capacity-again": capacity_again,
    "one-core": one_core,
    "lag": lag,
    "starved": starved_generator,
    "crossed": crossed,
    "lost-tails": lost_tails,
    "death": death,
}
NEED_CAPACITY = {"capacity-again", "one-core"}


def main() -> None:
    """Try, print the table, and exit with 1 when something came that must not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default=",".join(TRIALS), metavar="NAMES", help="of %(default)s")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the runs lie")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table here as well")
    options = parser.parse_args()
    wanted = [name for name in TRIALS if name in options.only.split(",")]
    if NEED_CAPACITY & set(wanted) and "capacity" not in wanted:
        parser.error("capacity-again and one-core are held against capacity: give it as well")
    directory = options.out or Path(tempfile.mkdtemp(prefix="asrgate-trials-"))
    earlier: list[Result] = []
    rows = [_tried(name, directory / name, earlier) for name in wanted]
    text = (
        "\n".join(["| trial | what came | as it must | s |", "|---|---|---|---|", *map(_line, rows)]) + "\n"
    )
    print(text)  # noqa: T201
    if options.markdown is not None:
        options.markdown.write_text(text, encoding="utf-8")
    sys.exit(0 if all(row.holds for row in rows) else 1)


def _tried(name: str, folder: Path, earlier: list[Result]) -> Row:
    began_s = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    came, holds = TRIALS[name](folder, earlier)
    row = Row(" ".join((TRIALS[name].__doc__ or "").split()), came, holds, time.monotonic() - began_s)
    print(_line(row), flush=True)  # noqa: T201
    return row


def _line(row: Row) -> str:
    came = row.came.replace("|", r"\|")
    return f"| {row.trial} | {came} | {'yes' if row.holds else '**no**'} | {row.took_s:.0f} |"


if __name__ == "__main__":
    main()
