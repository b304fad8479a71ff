"""How much one deployment differs from itself: the tolerances that its own noise asks for."""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from asrgate.errors import UsageError
from asrgate.gate.metrics import compared_metrics
from asrgate.gate.sides import Runs
from asrgate.gate.tolerance import DEFAULTS, RATES, Measure, Tolerances

FEWEST_REPEATS = 3
MARGIN = 1.5
"""The largest difference among few repeats is not yet the largest there can be."""

FLOORS: Mapping[Measure, float] = {
    "cer": 0.002,
    "wer": 0.005,
    "unstable": 0.005,
    "hotword_missed": 0.02,
    "first_partial": 30.0,
    "emission": 20.0,
    "final": 20.0,
}
"""No tolerance below these: a character in five hundred, and what a scheduler takes."""


def noise_of(repeats: Runs) -> dict[Measure, float]:
    """The largest difference between any two repeats by measure: a share, or ms. What is missing is left out.

    Raises:
        UsageError: there are too few repeats.
    """
    if len(repeats.runs) < FEWEST_REPEATS:
        raise UsageError(f"--repeats {len(repeats.runs)}: noise shows in {FEWEST_REPEATS} repeats or more")
    largest: dict[Measure, float] = {}
    alone = [Runs((path,), (run,)) for path, run in zip(repeats.paths, repeats.runs, strict=True)]
    for one, other in combinations(alone, 2):
        for metric in compared_metrics(one, other, Tolerances(DEFAULTS)):
            measure = next((known for known in DEFAULTS if metric.name.startswith(f"{known} ")), None)
            if measure is None or metric.base is None or metric.new is None:
                continue
            # With enough clips the median of the differences is what the gate will look at.
            apart = metric.new - metric.base if metric.difference is None else metric.difference
            largest[measure] = max(largest.get(measure, 0.0), abs(apart))
    return largest


def tolerances_for(noise: Mapping[Measure, float]) -> dict[Measure, float]:
    """The tolerances above this noise, rounded up to what a person would write."""
    found: dict[Measure, float] = {}
    for measure, apart in noise.items():
        wanted = max(FLOORS[measure], MARGIN * apart)
        found[measure] = round(wanted + 0.00005, 4) if measure in RATES else float(round(wanted + 0.5))
    return found


def written(tolerances: Mapping[Measure, float]) -> list[str]:
    """The tolerances as `--tolerance` takes them."""
    return [
        f"{measure}={amount * 100:g}%" if measure in RATES else f"{measure}={amount:g}ms"
        for measure, amount in tolerances.items()
    ]


def keep(tolerances: Mapping[Measure, float], file: Path) -> None:
    """Write the tolerances into the table [compare] of a configuration file, whose rest stays as it is.

    Raises:
        UsageError: the file cannot be read as TOML, or not be written.
    """
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.is_file() else tomlkit.document()
        table = document.setdefault("compare", tomlkit.table())
        table["tolerance"] = written(tolerances)
        file.write_text(tomlkit.dumps(document), encoding="utf-8")
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not TOML: {error}") from error
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
