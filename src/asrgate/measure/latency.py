"""Latencies of sessions, and what may be said about their distribution."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from asrgate.audio.clips import ClipSet
from asrgate.audio.source import speech_bounds_ms
from asrgate.wire.dialects import Dialect, dialect_named
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.scenario import StreamAudio

FEWEST_FOR_MEDIAN = 5
FEWEST_FOR_P95 = 72
FEWEST_FOR_P99 = 368
"""From here on the largest sample lies above the percentile in all but 2.5 % of runs: 0.95^72 = 0.025."""

_NS_PER_MS = 1_000_000
_BYTES_PER_SAMPLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A latency distribution in ms; a percentile is None when there are too few samples for it.

    `samples` are the `n` latencies themselves, in the order in which they were measured; `reason` says why a
    number is missing.
    """

    name: str
    n: int
    median: float | None
    p95: float | None
    p99: float | None
    smallest: float | None
    largest: float | None
    samples: tuple[float, ...] = ()
    reason: str | None = None


def distribution_of(name: str, samples_ms: Iterable[float]) -> Distribution:
    """Return the distribution of latencies in ms, with only those percentiles that the count allows."""
    samples = tuple(round(sample, 3) for sample in samples_ms)
    n = len(samples)

    def percentile(share: float, fewest: int) -> float | None:
        return round(float(np.percentile(samples, share)), 3) if n >= fewest else None

    return Distribution(
        name=name,
        n=n,
        median=percentile(50, FEWEST_FOR_MEDIAN),
        p95=percentile(95, FEWEST_FOR_P95),
        p99=percentile(99, FEWEST_FOR_P99),
        smallest=min(samples, default=None),
        largest=max(samples, default=None),
        samples=samples,
        reason=_withheld(n),
    )


def latencies_of(exchanges: Sequence[Exchange], clips: ClipSet) -> tuple[Distribution, ...]:
    """Return the latency distributions of a run.

    `connect`: from the name look-up to the open session. `first-partial`: from the planned instant of the
    frame that holds the speech onset to the first partial. `final`: from the end frame to its terminating
    message. Both only where the audio was sent in real time, for otherwise they measure a backlog.
    `empty-final`: the same where no audio was sent for the end frame (docs/protocol.md section 6).
    """
    opened = (e.handshake for e in exchanges if e.handshake is not None and e.failure is None)
    connects = [handshake.total_ms for handshake in opened if handshake.status == 101]
    partials = [ms for e in exchanges for ms in _first_partials(e, dialect_named(e.dialect), clips)]
    finals = [pair for e in exchanges for pair in _finals(e, dialect_named(e.dialect))]
    return (
        distribution_of("connect", connects),
        distribution_of("first-partial", partials),
        distribution_of("final", (ms for pace, ms in finals if pace == "real-time")),
        distribution_of("empty-final", (ms for pace, ms in finals if pace == "no audio")),
    )


def spoken_latencies(exchange: Exchange, clips: ClipSet) -> tuple[float | None, float | None]:
    """The `first-partial` and the `final` of a session with one utterance, in ms as `latencies_of` has them.

    None where it was not sent in real time, or nothing came.
    """
    dialect = dialect_named(exchange.dialect)
    partial_ms = next(_first_partials(exchange, dialect, clips), None)
    final_ms = next((ms for pace, ms in _finals(exchange, dialect) if pace == "real-time"), None)
    return partial_ms and round(partial_ms, 3), final_ms and round(final_ms, 3)


def _withheld(n: int) -> str | None:
    if n == 0:
        return "no session gave this latency"
    missing = [
        f"{name} needs {fewest}"
        for name, fewest in (("median", FEWEST_FOR_MEDIAN), ("p95", FEWEST_FOR_P95), ("p99", FEWEST_FOR_P99))
        if n < fewest
    ]
    return f"{', '.join(missing)} samples, there are {n}" if missing else None


def _first_partials(exchange: Exchange, dialect: Dialect, clips: ClipSet) -> Iterator[float]:
    ends = [frame.at_ns for frame in exchange.sent("end")]
    for number, step in enumerate(exchange.scenario.steps):
        if not isinstance(step, StreamAudio) or step.pace != 1.0:
            continue
        bounds = speech_bounds_ms(step.audio, clips)
        frames = [f for f in exchange.sent("audio") if f.step == number]
        if bounds is None or not frames:
            continue
        planned_ns = _planned_ns(frames, bounds[0], step.audio.sample_rate_hz)
        until_ns = next((at for at in ends if at >= frames[-1].at_ns), None)
        for frame, reply in exchange.replies():
            if until_ns is not None and frame.at_ns > until_ns:
                break
            if frame.at_ns >= planned_ns and dialect.is_partial(reply) and reply.text_or_empty:
                yield (frame.at_ns - planned_ns) / _NS_PER_MS
                break


def _planned_ns(frames: Sequence[Frame], onset_ms: float, sample_rate_hz: int) -> int:
    """When the frame that holds the onset was due, in ns since the exchange began."""
    onset_byte = onset_ms * sample_rate_hz / 1000 * _BYTES_PER_SAMPLE
    holding = [frame for frame in frames if (frame.offset or 0) <= onset_byte][-1]
    return holding.at_ns if holding.due_ns is None else holding.due_ns


def _finals(exchange: Exchange, dialect: Dialect) -> Iterator[tuple[str, float]]:
    since_ns = 0
    for end in exchange.sent("end"):
        audio = [f for f in exchange.sent("audio") if since_ns <= f.at_ns <= end.at_ns]
        since_ns = end.at_ns
        terminator = next(
            (f for f, reply in exchange.replies() if f.at_ns >= end.at_ns and dialect.terminates(reply)), None
        )
        if terminator is not None:
            yield _pace(exchange, audio), (terminator.at_ns - end.at_ns) / _NS_PER_MS


def _pace(exchange: Exchange, audio: Sequence[Frame]) -> str:
    if not audio:
        return "no audio"
    step = exchange.scenario.steps[audio[-1].step]
    return "real-time" if isinstance(step, StreamAudio) and step.pace == 1.0 else "faster"
