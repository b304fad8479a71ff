"""How late frames came, told from nothing but the instants at which the server had them.

Whoever sends is not asked, so that every way of sending is measured alike, also clients without a schedule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FRAME_NS = 60_000_000
FEWEST_FRAMES = 100

Stamps = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """How frames kept their instants within some time, in ms; None when too few frames came.

    `late` counts from the absolute schedule of each stream: a frame every 60 ms, laid so that the most
    punctual of these frames is exactly in time. `gap_p99` forgives drift: one frame in a hundred came more
    than 60 ms and this much after the frame before it. `drift_ms_per_s` is how much a stream fell behind
    (median of the streams).
    """

    frames: int
    late_p50: float | None = None
    late_p99: float | None = None
    gap_p99: float | None = None
    drift_ms_per_s: float | None = None


def punctuality(streams: Sequence[Stamps], from_ns: int, to_ns: int) -> Punctuality:
    """Of the frames that came from one instant to another."""
    late_ns, gaps_ns, drifts = [], [], []
    for came_ns in streams:
        within_ns = came_ns[(came_ns >= from_ns) & (came_ns < to_ns)]
        if len(within_ns) < 2:
            continue
        behind_ns = within_ns - FRAME_NS * np.arange(len(within_ns))
        late_ns.append(behind_ns - behind_ns.min())
        gaps_ns.append(np.diff(behind_ns))
        drifts.append((behind_ns[-1] - behind_ns[0]) / (within_ns[-1] - within_ns[0]) * 1000)
    if sum(map(len, late_ns)) < FEWEST_FRAMES:
        return Punctuality(frames=sum(map(len, late_ns)))
    late, gaps = np.concatenate(late_ns) / 1e6, np.concatenate(gaps_ns) / 1e6
    return Punctuality(
        frames=len(late),
        late_p50=float(np.percentile(late, 50)),
        late_p99=float(np.percentile(late, 99)),
        gap_p99=float(np.percentile(gaps, 99)),
        drift_ms_per_s=float(np.median(drifts)),
    )


def read_arrivals(path: Path) -> list[Stamps]:
    """What the sink left: for each caller that spoke, when each of its frames had come (monotonic ns)."""
    with np.load(path) as file:
        came_ns, frames = file["came_ns"], file["frames"]
    return np.split(came_ns, np.cumsum(frames)[:-1]) if len(frames) else []
