"""From what one instance carries to how many instances a demand needs, and what they cost."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

_S_PER_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Instances for a demand of `peak_streams`, one of them spare; costs in the currency of the given price.

    `blocking` is the share of calls that find every stream busy, None where the demand was given as a peak.
    """

    peak_streams: int
    instances: int
    spare: int
    blocking: float | None
    cost_per_hour: float | None
    cost_per_stream_hour: float | None
    cost_per_1000_audio_hours: float | None


def erlang_b(erlangs: float, streams: int) -> float:
    """The share of calls that find all streams busy, by A. K. Erlang's loss formula (1917)."""
    return next(islice(_blocking(erlangs), streams, None))


def streams_for_calls(calls_per_hour: float, mean_length_s: float, accepted_blocking: float) -> int:
    """The fewest streams at which no more than `accepted_blocking` (0 to 1) of the calls are turned away.

    Raises:
        ValueError: a number that makes no sense.
    """
    if calls_per_hour <= 0 or mean_length_s <= 0 or not 0 < accepted_blocking < 1:
        raise ValueError("expected calls per hour and length above 0, and accepted blocking between 0 and 1")
    erlangs = calls_per_hour * mean_length_s / _S_PER_HOUR
    return next(n for n, blocking in enumerate(_blocking(erlangs)) if blocking <= accepted_blocking)


def _blocking(erlangs: float) -> Iterator[float]:
    """The share that is turned away with 0, 1, 2, … streams, each from the one before."""
    blocking = 1.0
    for streams in count(1):
        yield blocking
        blocking = erlangs * blocking / (streams + erlangs * blocking)


def fleet_for(
    peak_streams: int,
    streams_per_instance: int,
    *,
    price_per_instance_hour: float | None = None,
    blocking: float | None = None,
) -> Fleet:
    """Instances that carry the peak when one of them is lost (N+1).

    Raises:
        ValueError: an instance that carries nothing carries no demand.
    """
    if streams_per_instance < 1 or peak_streams < 1:
        raise ValueError("expected at least one stream, and instances that carry at least one")
    needed = math.ceil(peak_streams / streams_per_instance)
    instances = needed + 1
    cost = None if price_per_instance_hour is None else instances * price_per_instance_hour
    per_stream = None if cost is None else cost / peak_streams
    return Fleet(
        peak_streams=peak_streams,
        instances=instances,
        spare=1,
        blocking=blocking,
        cost_per_hour=cost,
        cost_per_stream_hour=per_stream,
        cost_per_1000_audio_hours=None if per_stream is None else 1000 * per_stream,
    )
