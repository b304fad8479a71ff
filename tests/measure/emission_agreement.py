"""Do emission latency and stamp error agree with the endpoint's log? No test: docs/time.md has its result.

Every clip is sent to the embedded endpoint on loopback at the pace of speech. What asrgate measures of the
client's exchanges is held against what the endpoint's log says by itself (`endpoint_log`). Exits with 1 when
medians of emission differ by more than 20 ms, or any stamp error at all. It takes minutes, and how busy the
machine is has its part in it. `python -m tests.measure.emission_agreement [STREAMS]`.
"""

# ruff: noqa: T201 - it prints its results

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from asrgate.audio.clips import ClipSet, bundled_clips_directory, load_clips
from asrgate.measure.emission import emissions
from asrgate.measure.stamp_error import stamp_errors
from asrgate.reference.embedded import embedded_endpoint
from asrgate.report.record import Run
from asrgate.suite.commands import run_accuracy
from asrgate.suite.observer import Observer
from asrgate.suite.settings import Settings
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.recording import read_exchange

from .endpoint_log import Logged, is_plain, logged, name_of, read_log

BOUND_MS = 20.0
MODES = ("2pass", "online")
STREAMS = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """One clip: the latencies of its words by asrgate and by the log, and whether its stamp errors agree."""

    measured_ms: tuple[float, ...]
    logged_ms: tuple[float, ...]
    stamps: int
    stamps_agree: bool


def main(streams: int) -> int:
    """Measure, print, and return the exit status."""
    clips = load_clips(bundled_clips_directory())
    with tempfile.TemporaryDirectory(prefix="asrgate-") as name:
        folder = Path(name)
        with embedded_endpoint(emissions=folder / "emissions.jsonl") as endpoint:
            settings = Settings(
                endpoint=Endpoint(url=endpoint.url),
                fixtures=bundled_clips_directory(),
                streams=streams,
                modes=MODES,
                real_time=True,
                accuracy=True,
                directory=folder / "run",
            )
            run = run_accuracy(settings, Observer())
        log = read_log(folder / "emissions.jsonl")
        agree = [_told(mode, _compared(run, mode, clips, folder / "run", log)) for mode in MODES]
    return 0 if all(agree) else 1


def _compared(
    run: Run, mode: str, clips: ClipSet, directory: Path, log: dict[str, list[dict[str, Any]]]
) -> list[Compared]:
    found = []
    for score in run.accuracy.clips if run.accuracy is not None else ():
        clip = clips.get(score.id)
        if score.mode != mode or score.exchange is None or not is_plain(clip):
            continue
        exchange = read_exchange(directory / score.exchange)
        theirs: Logged | None = logged(clip, log[name_of(exchange)])
        if theirs is not None:
            ours = emissions(clip, exchange)
            stamps = tuple((error.start_ms, error.end_ms) for error in stamp_errors(clip, exchange))
            found.append(
                Compared(
                    tuple(word.latency_ms for word in ours),
                    theirs.latencies_ms,
                    len(stamps),
                    stamps == theirs.stamps_ms,
                )
            )
    return found


def _told(mode: str, clips: list[Compared]) -> bool:
    """Print what was found in a mode, and return whether the two agree."""
    if not clips or any(len(clip.measured_ms) != len(clip.logged_ms) for clip in clips):
        print(f"{mode}: {len(clips)} clips to compare, and not the same words in each")
        return False
    ours, theirs = ([ms for clip in clips for ms in side(clip)] for side in (_measured, _logged))
    apart = np.abs(np.array(ours) - np.array(theirs))
    medians = statistics.median(ours), statistics.median(theirs)
    stamps = sum(clip.stamps for clip in clips)
    same_stamps = all(clip.stamps_agree for clip in clips)
    agree = abs(medians[0] - medians[1]) <= BOUND_MS and same_stamps
    about_stamps = (
        f"{stamps} stamps, errors {'equal' if same_stamps else 'DIFFER'}" if stamps else "no stamps"
    )
    print(
        f"{mode}: {len(ours)} words of {len(clips)} clips\n"
        f"  median emission {medians[0]:.1f} ms by asrgate, {medians[1]:.1f} ms by the endpoint's log\n"
        f"  word by word {np.median(apart):.1f} ms apart in the median, p95 {np.percentile(apart, 95):.1f}, "
        f"at most {apart.max():.1f}; {np.mean(apart <= BOUND_MS):.1%} within {BOUND_MS:.0f} ms\n"
        f"  {about_stamps}: {'agree' if agree else 'DO NOT AGREE'}"
    )
    return agree


def _measured(clip: Compared) -> tuple[float, ...]:
    return clip.measured_ms


def _logged(clip: Compared) -> tuple[float, ...]:
    return clip.logged_ms


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else STREAMS))
