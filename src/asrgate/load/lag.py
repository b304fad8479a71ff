"""Partial lag: how far what was recognised is behind what was spoken, along a call.

A partial of the FunASR dialects does not say which audio it covers. Where the clip's facts give the time of
each word, the number of words recognised so far tells it: the lag of a partial is the time from the end of
the last of them in the audio, at which its last sample was due, to the arrival of the partial.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from asrgate.audio.clips import Clip
from asrgate.load.trace import Trace
from asrgate.measure.tokens import tokens
from asrgate.wire.dialects import Dialect, transcript
from asrgate.wire.messages import NotAReply, Reply, parse_reply

FEWEST_FOR_SLOPE = 4
SHORTEST_FOR_SLOPE_MS = 10_000
"""Partials in a call, and the time between the first and the last: where there is less, the slope says more
about the step of the recogniser (600 ms) than about the endpoint."""


@dataclass(frozen=True, slots=True)
class Lag:
    """At `at_ms` of the call the recognised words were `behind_ms` behind."""

    at_ms: float
    behind_ms: float


def lags(trace: Trace, clip: Clip, dialect: Dialect) -> tuple[Lag, ...]:
    """The lag at each partial with text; empty where the clip has no word times."""
    return tuple(_lags(trace, clip, dialect)) if clip.words else ()


def slope_ms_per_s(measured: Sequence[Lag]) -> float | None:
    """How fast the lag grows, in ms per second of the call, by the median of the slopes between all pairs.

    None with too few partials, or in too short a time. The estimator is Theil and Sen's: one late partial
    does not tilt it.
    """
    if len(measured) < FEWEST_FOR_SLOPE or measured[-1].at_ms - measured[0].at_ms < SHORTEST_FOR_SLOPE_MS:
        return None
    at_s = np.array([lag.at_ms for lag in measured]) / 1000
    behind_ms = np.array([lag.behind_ms for lag in measured])
    first, second = np.triu_indices(len(measured), 1)
    apart_s = at_s[second] - at_s[first]
    rising = (behind_ms[second] - behind_ms[first])[apart_s > 0] / apart_s[apart_s > 0]
    return round(float(np.median(rising)), 3) if len(rising) else None


def _lags(trace: Trace, clip: Clip, dialect: Dialect) -> Iterator[Lag]:
    so_far: list[Reply] = []
    since_sentence: list[Reply] = []
    for at_ms, text in trace.replies:
        try:
            reply = parse_reply(text)
        except NotAReply:
            continue
        if dialect.is_sentence(reply):
            so_far.append(reply)
            since_sentence.clear()
        elif dialect.is_partial(reply) and reply.text_or_empty:
            since_sentence.append(reply)
            read = transcript(dialect, so_far) + transcript(dialect, since_sentence)
            covered = min(len(tokens(read)), len(clip.words))
            if covered:
                yield Lag(at_ms, at_ms - clip.words[covered - 1].end_ms)
