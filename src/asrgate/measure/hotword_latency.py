"""What the number of hotwords costs in time: with more and more of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from asrgate.audio.clips import Clip, ClipSet
from asrgate.measure.heard import text_of
from asrgate.measure.latency import Distribution, distribution_of, spoken_latencies
from asrgate.wire.exchange import Exchange


@dataclass(frozen=True, slots=True)
class TimedSession:
    """A clip that was sent at the pace of speech with so many hotwords."""

    count: int
    clip: Clip
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """How much later something comes than without hotwords, in ms: the median over clips.

    `ci90` is its two-sided 90 % interval by paired bootstrap over clips; `n` counts them.
    """

    median_ms: float
    ci90_ms: tuple[float, float]
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HotwordLatency:
    """The latencies with `count` hotwords, as `measure.latency` defines them.

    The rises are against no hotwords, None where fewer than two clips have both. `reason` says why nothing
    was measured, for example that the server refused so many.
    """

    count: int
    first_partial: Distribution
    final: Distribution
    first_partial_rise: Rise | None = None
    final_rise: Rise | None = None
    reason: str | None = None


def hotword_latencies(sessions: Sequence[TimedSession]) -> tuple[HotwordLatency, ...]:
    """Return the latencies by number of hotwords, the smallest number first."""
    counts = sorted({session.count for session in sessions})
    return tuple(_latency([s for s in sessions if s.count == count], sessions) for count in counts)


def _latency(alike: Sequence[TimedSession], sessions: Sequence[TimedSession]) -> HotwordLatency:
    count = alike[0].count
    bare = [session for session in sessions if session.count == 0] if count else []
    heard = [session for session in alike if text_of(session.exchange)]
    return HotwordLatency(
        count=count,
        first_partial=distribution_of("first-partial", _known(heard, _first_partial)),
        final=distribution_of("final", _known(heard, _final)),
        first_partial_rise=_rise(bare, heard, _first_partial),
        final_rise=_rise(bare, heard, _final),
        reason=None if heard else f"none of {len(alike)} sessions gave a text: {_why(alike[0].exchange)}",
    )


def _rise(
    bare: Sequence[TimedSession],
    loaded: Sequence[TimedSession],
    latency: Callable[[TimedSession], float | None],
) -> Rise | None:
    # Imported here: it takes most of a second, which every command would wait for.
    from asrgate.measure.difference import latency_difference

    after = {session.clip.id: ms for session in loaded if (ms := latency(session)) is not None}
    pairs = [
        (ms, after[session.clip.id])
        for session in bare
        if session.clip.id in after and (ms := latency(session)) is not None
    ]
    if len(pairs) < 2:
        return None
    found = latency_difference([[before] for before, _ in pairs], [[late] for _, late in pairs])
    bounds = round(found.low, 3), round(found.high, 3)
    return Rise(median_ms=round(found.estimate, 3), ci90_ms=bounds, n=found.n)


def _known(
    sessions: Sequence[TimedSession], latency: Callable[[TimedSession], float | None]
) -> Iterator[float]:
    return (ms for session in sessions if (ms := latency(session)) is not None)


def _first_partial(session: TimedSession) -> float | None:
    return _latencies(session)[0]


def _final(session: TimedSession) -> float | None:
    return _latencies(session)[1]


def _latencies(session: TimedSession) -> tuple[float | None, float | None]:
    return spoken_latencies(session.exchange, ClipSet(session.clip.path.parent, (session.clip,)))


def _why(exchange: Exchange) -> str:
    if exchange.failure is not None:
        return exchange.failure.message.rstrip(".")
    errors = (reply.error for _, reply in exchange.replies() if reply.has("error"))
    said = next(errors, None)
    return f"the server said {said!r}" if said else "no result came"
