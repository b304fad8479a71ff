"""What can take a server down, asked after a load with `--destructive`: from mild to hard.

First connections come and go, then there are twice as many callers as before for a short time. Afterwards one
caller calls alone until it is served as before, for a minute at most.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from asrgate.judge.pressure import CYCLES, RECOVERS_WITHIN_S, Churn, Overload
from asrgate.load.calling import warmed_up
from asrgate.load.churn import churned
from asrgate.load.engine import Load
from asrgate.load.running import LoadRun
from asrgate.load.sampling.readings import Reading, read_samples
from asrgate.load.shapes import constant
from asrgate.report.load_record import DeathRecord
from asrgate.wire.dialects import dialect_named
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import opening

TIMES = 2
OVERLOAD_S = 30.0
"""How many times the load, and for how long, beside the warm-up."""

_AGAIN_S = 1.0

SETTLED = 0.2
"""The share of the connections after which memory is compared: caches and pools fill before."""


ANNOUNCED = (
    f"Destructive: after the load {CYCLES} connections come and go, and {TIMES} times as many callers call "
    f"for {OVERLOAD_S:.0f} s. Either may take the server down."
)


def churned_while_watched(
    endpoint: Endpoint, load: Load, samples: Path, say: Callable[[str], object]
) -> Churn:
    """Let connections come and go; what they leave in the memory of the server is read from `samples`."""
    say(f"{CYCLES} connections come and go.")
    settings = opening(mode=load.mode, wav_name="churn")
    began_at = time.time()
    churn = churned(endpoint, dialect_named(load.dialect), settings)
    grew_bytes = _left_behind(samples, began_at, time.time())
    return replace(churn, grew_bytes=grew_bytes, grew_over=round((1 - SETTLED) * len(churn.handshakes_ms)))


def overloaded(
    run: LoadRun,
    load: Load,
    streams: int,
    unlike_before: Callable[[], str | None],
    *,
    length_s: float = OVERLOAD_S,
    recovers_within_s: float = RECOVERS_WITHIN_S,
) -> Overload:
    """Put twice the load on the endpoint, and watch how it recovers. `run` is one of its own.

    `unlike_before` calls alone and says in what one caller is not served as before the load, None when it is.

    Raises:
        InvalidRun: the generator could not be started, or failed.
        KeyboardInterrupt: somebody had enough.
    """
    twice = TIMES * streams
    shape = warmed_up(constant(twice, length_s), load.warm_up_s)
    windows = run.measure(replace(load, shape=shape, abuse={}, long_sessions=0), f"overload {twice}")
    recovered_s, last = _recovery(unlike_before, recovers_within_s)
    measured = windows[0] if windows else None
    if measured is None:
        return Overload(carried=streams, streams=twice, sessions=0, recovered_s=recovered_s, last=last)
    step = measured.step
    return Overload(
        carried=streams,
        streams=twice,
        sessions=step.sessions,
        errors=step.errors,
        compared=step.texts_compared,
        mismatches=step.text_mismatches,
        final_ms=step.final.median,
        void=step.generator.saturated,
        died=_died(run.deaths),
        recovered_s=recovered_s,
        last=last,
    )


def _recovery(unlike_before: Callable[[], str | None], within_s: float) -> tuple[float | None, str]:
    """When the call began that was served as before, in s from now, or what was wrong with the last one."""
    over_s = time.monotonic()
    last = "nobody was heard"
    while (began_s := time.monotonic() - over_s) < within_s:
        unlike = unlike_before()
        if unlike is None:
            return began_s, ""
        last = unlike
        time.sleep(_AGAIN_S)
    return None, last


def _died(deaths: Iterable[DeathRecord]) -> str | None:
    for death in deaths:
        back = (
            "it did not come back"
            if death.back_after_s is None
            else f"it was back after {death.back_after_s:.0f} s"
        )
        cut = f"{death.cut} calls were cut off"
        return f"The endpoint died with {death.streams} streams at once, {cut}, and {back}"
    return None


def _left_behind(samples: Path, from_at: float, to_at: float) -> float | None:
    """By how much memory grew after the first connections; None where it was not watched."""
    settled_at = from_at + SETTLED * (to_at - from_at)
    rss: dict[str, list[float]] = {}
    for reading in read_samples(samples):
        if (
            isinstance(reading, Reading)
            and settled_at <= reading.at <= to_at
            and "rss_bytes" in reading.values
        ):
            rss.setdefault(reading.device, []).append(reading.values["rss_bytes"])
    grew = [values[-1] - values[0] for values in rss.values() if len(values) > 1]
    return sum(grew) if grew else None
