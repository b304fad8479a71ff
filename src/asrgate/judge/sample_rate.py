"""FS: audio at 8 kHz, with and without saying so (docs/protocol.md sections 3.3 and 7.1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asrgate.judge.breach import counted, why_nothing
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed, unsupported
from asrgate.judge.utterances import text_of
from asrgate.measure.error_rate import Alignment, align
from asrgate.wire.exchange import Exchange

LOSS_POINTS = 10.0
"""Points of character error rate that 8 kHz may cost, against the same speech at 16 kHz."""

SMALL_LOSS_CHARACTERS = 2
SMALL_LOSS_POINTS = 25.0
"""What 8 kHz may cost in a short set, where one character is more than ten points."""

UNREADABLE_PERCENT = 50.0
"""With a higher error rate at 16 kHz the transcript is no measure: then the texts themselves must agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePair:
    """One clip at 16 kHz and at 8 kHz, and what is spoken in it."""

    text: str
    original: Exchange
    resampled: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """What 8 kHz costs: error rates in points, pooled over the clips that could be read at 16 kHz."""

    clips: int
    original: float
    resampled: float
    apart: float
    errors: int

    @property
    def unreadable(self) -> bool:
        """Whether so little is read right at 16 kHz that nothing can get worse."""
        return self.original > UNREADABLE_PERCENT

    @property
    def tolerable(self) -> bool:
        """Whether 8 kHz reads as 16 kHz does, by the transcript or by the texts themselves."""
        lost = self.resampled - self.original
        small = self.errors <= SMALL_LOSS_CHARACTERS and lost <= SMALL_LOSS_POINTS
        return self.apart <= LOSS_POINTS or (not self.unreadable and (small or lost <= LOSS_POINTS))

    def __str__(self) -> str:
        return (
            f"character error rate {self.resampled:.0f} % at 8 kHz and {self.original:.0f} % at 16 kHz "
            f"over {counted(self.clips, 'clip')}"
        )


def declared_rate_is_honoured(pairs: Sequence[RatePair]) -> Finding:
    """FS-01: 8 kHz audio with `audio_fs: 8000` reads within 10 points of the same speech at 16 kHz."""
    return _judged(
        "FS-01", pairs, lambda reason, *shown: failed("FS-01", f"with audio_fs 8000: {reason}", *shown)
    )


def undeclared_8khz_reads_right(pairs: Sequence[RatePair]) -> Finding:
    """FS-02: 8 kHz audio without `audio_fs`, as in the guide, reads right; otherwise `audio_fs` is required.

    No known server can tell the rate of bare samples, so a wrong reading says what clients must send, not
    that the server is broken (docs/protocol.md section 7.1).
    """
    return _judged(
        "FS-02",
        pairs,
        lambda reason, *shown: unsupported(
            "FS-02", f"audio_fs required: 8 kHz audio without it is read as 16 kHz: {reason}", *shown
        ),
    )


def _judged(requirement: str, pairs: Sequence[RatePair], otherwise: Callable[..., Finding]) -> Finding:
    readable = [pair for pair in pairs if text_of(pair.original)]
    shown = _shown(readable)
    if not readable:
        nothing = why_nothing([pair.original for pair in pairs], "no text at 16 kHz either")
        return inconclusive(requirement, nothing, *_shown(pairs))
    cost = _cost(readable)
    if cost.tolerable:
        return passed(requirement, str(cost), *shown)
    if cost.unreadable:
        return inconclusive(requirement, f"too little is read right at either rate: {cost}", *shown)
    worst = max(readable, key=lambda pair: _rate([align(pair.text, text_of(pair.resampled))]))
    return otherwise(
        f"{cost}; for example {text_of(worst.resampled)!r} instead of {text_of(worst.original)!r}", *shown
    )


def _cost(pairs: Sequence[RatePair]) -> _Cost:
    original = [align(pair.text, text_of(pair.original)) for pair in pairs]
    resampled = [align(pair.text, text_of(pair.resampled)) for pair in pairs]
    apart = [align(text_of(pair.original), text_of(pair.resampled)) for pair in pairs]
    return _Cost(
        clips=len(pairs),
        original=_rate(original),
        resampled=_rate(resampled),
        apart=_rate(apart),
        errors=sum(a.errors for a in resampled) - sum(a.errors for a in original),
    )


def _rate(alignments: Sequence[Alignment]) -> float:
    """Pooled error rate in percent; 100 when there is nothing to compare with."""
    units = sum(a.units for a in alignments)
    return 100 * sum(a.errors for a in alignments) / units if units else 100.0


def _shown(pairs: Sequence[RatePair]) -> list[Evidence]:
    return [
        evidence(e, *(f for f, _ in e.replies()))
        for pair in pairs[:3]
        for e in (pair.original, pair.resampled)
    ]
