"""What a latency preset costs: emission latency against error rate, one point for each preset and mode."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asrgate.audio.conditions import Preset, preset_of
from asrgate.measure.scores import ClipScore, Rate, alike, pooled
from asrgate.measure.time import ModeTime


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOff:
    """One preset (`chunk_size`) in one mode.

    `emission_ms` is the median over the words that partials brought, `n` their number; None for the reason
    beside it. `rate` is that of the same sessions, in characters where there are such clips.
    """

    mode: str
    preset: Preset
    emission_ms: float | None
    n: int
    rate: Rate
    reason: str | None = None


def trade_offs(scores: Sequence[ClipScore], times: Sequence[ModeTime]) -> tuple[TradeOff, ...]:
    """Return the points of all modes that were measured with more than one preset, the quickest first."""
    by_mode: Mapping[str, ModeTime] = {time.mode: time for time in times}
    named = [(found, mode) for mode in by_mode if (found := preset_of(mode)) is not None]
    modes = [plain for (plain, _), _ in named]
    return tuple(
        TradeOff(
            mode=plain,
            preset=preset,
            emission_ms=by_mode[mode].emission.median,
            n=by_mode[mode].emission.n,
            rate=pooled(alike([s for s in scores if s.mode == mode and s.language != "none"])),
            reason=by_mode[mode].emission.reason if by_mode[mode].emission.median is None else None,
        )
        for (plain, preset), mode in sorted(named, key=lambda one: (modes.index(one[0][0]), one[0][1]))
        if modes.count(plain) > 1
    )
