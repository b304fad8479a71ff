"""How often a slope is taken for growth where there is none, and how often growth is found.

No test: `python -m tests.load.sampling.false_alarms` writes the table of docs/gpu.md. An hour of samples a
second apart, of which the trend is taken as a run takes it, 200 times for each kind of series.
"""

from collections.abc import Callable

import numpy as np
from scipy.signal import lfilter

from asrgate.measure.trends import Floats, trend

TIMES = 200
SECONDS = np.arange(3600.0)
HOURS = SECONDS / 3600
RANDOM = np.random.default_rng(1)
MB = 1e6


def noise(spread: float) -> Floats:
    """Independent from one sample to the next."""
    return RANDOM.normal(0, spread, len(SECONDS))


def wandering(alike: float, spread: float) -> Floats:
    """Each sample is like the one before it, as memory is."""
    values: Floats = lfilter([1], [1, -alike], noise(spread))
    return values


def waves(period_s: float, height: float) -> Floats:
    """A garbage collector's: up slowly, and down at once."""
    return height * ((SECONDS + RANDOM.uniform(0, period_s)) % period_s) / period_s


KINDS: dict[str, tuple[bool, Callable[[], Floats]]] = {
    "noise of 1 MB": (False, lambda: noise(MB)),
    "wandering (AR(1), 0.99 from second to second)": (False, lambda: wandering(0.99, MB)),
    "wandering (AR(1), 0.999)": (False, lambda: wandering(0.999, MB)),
    "random walk": (False, lambda: np.cumsum(noise(0.1 * MB))),
    "waves of 100 MB in 10 min": (False, lambda: waves(600, 100 * MB)),
    "waves of 100 MB in 25 min": (False, lambda: waves(1500, 100 * MB)),
    "a cache that fills in minutes": (False, lambda: 100 * MB * (1 - np.exp(-SECONDS / 300)) + noise(MB)),
    "one step up at any time": (False, lambda: 100 * MB * (RANDOM.uniform(0, 3600) < SECONDS) + noise(MB)),
    "50 MB an hour under noise of 1 MB": (True, lambda: 50 * MB * HOURS + noise(MB)),
    "50 MB an hour under waves of 20 MB": (True, lambda: 50 * MB * HOURS + waves(600, 20 * MB)),
    "50 MB an hour under wandering of 7 MB": (True, lambda: 50 * MB * HOURS + wandering(0.99, MB)),
    "47 MB an hour in steps of 64 KiB": (True, lambda: np.cumsum(RANDOM.random(3600) < 0.2) * 65536.0),
    "20 open files an hour": (True, lambda: np.floor(20 * HOURS)),
    "5 open files an hour, others come and go": (
        True,
        lambda: np.floor(5 * HOURS) + RANDOM.integers(0, 5, len(SECONDS)),
    ),
}


def main() -> None:
    """Write the table."""
    print("| series | grows | said to grow | no slope |")  # noqa: T201
    print("|---|---|--:|--:|")  # noqa: T201
    for name, (grows, make) in KINDS.items():
        found = [trend(SECONDS, make()) for _ in range(TIMES)]
        said = sum(it.grows for it in found) / TIMES
        withheld = sum(it.per_s is None for it in found) / TIMES
        print(f"| {name} | {'yes' if grows else 'no'} | {said:.0%} | {withheld:.0%} |")  # noqa: T201


if __name__ == "__main__":
    main()
