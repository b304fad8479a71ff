"""FS: other rates than 16 kHz, with and without saying so (docs/protocol.md sections 3.3 and 7.1)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed, unsupported
from asrgate.judge.formats import refusal_in
from asrgate.judge.utterances import reads_as_before, text_of
from asrgate.judge.words import paired, words_of
from asrgate.measure.error_rate import Alignment, align
from asrgate.wire.exchange import Exchange

LOSS_POINTS = 10.0
"""Points of character error rate that 8 kHz may cost, against the same speech at 16 kHz."""

SMALL_LOSS_CHARACTERS = 2
SMALL_LOSS_POINTS = 25.0
"""What 8 kHz may cost in a short set, where one character is more than ten points."""

STAMPS_APART_MS = 100
"""How far word stamps at 8 kHz may be from those at 16 kHz in the median (FS-03)."""

ENDS_APART_MS = 500
"""How far the last word may end from where it does at 16 kHz, where the texts have nothing in common."""

ENOUGH_WORDS = 5
"""Words that the median rests on, at the least."""

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


def stamps_keep_their_place(pairs: Sequence[RatePair]) -> Finding:
    """FS-03: 8 kHz audio with `audio_fs: 8000` has its word stamps where the same speech has them at 16 kHz.

    Judged on the median over all words that both readings have in common: the bandwidth may move single ones.
    Where they have none in common, the end of the speech shows whether time runs at another speed.
    """
    apart: list[int] = []
    for pair in pairs:
        both = paired(words_of(pair.original), words_of(pair.resampled))
        apart += [late - early for stamps in both for early, late in zip(*stamps, strict=True)]
    shown = _shown(pairs)
    ends = [
        second[-1][1][1] - first[-1][1][1]
        for pair in pairs
        if (first := words_of(pair.original)) and (second := words_of(pair.resampled))
    ]
    if len(apart) < 2 * ENOUGH_WORDS and ends and abs(median(ends)) > ENDS_APART_MS:
        told = f"the last word of {counted(len(ends), 'clip')} ends {median(ends):+.0f} ms from 16 kHz"
        return failed("FS-03", f"with audio_fs 8000: {told} in the median", *shown)
    if len(apart) < 2 * ENOUGH_WORDS:
        few = f"{counted(len(apart) // 2, 'word')} with stamps at both rates, {ENOUGH_WORDS} are needed"
        return inconclusive("FS-03", why_nothing([pair.original for pair in pairs], few), *shown)
    middle = median(apart)
    told = f"{counted(len(apart) // 2, 'word')} stamped {middle:+.0f} ms from 16 kHz in the median"
    if abs(middle) > STAMPS_APART_MS:
        return failed("FS-03", f"with audio_fs 8000: {told}, expected {STAMPS_APART_MS} ms at most", *shown)
    return passed("FS-03", told, *shown)


def higher_rates_are_honoured(plain: Exchange, others: Mapping[int, Exchange]) -> Finding:
    """FS-04: audio at 44.1 and 48 kHz with matching `audio_fs` reads as at 16 kHz, or is refused in words.

    `others` are sessions of the audio of `plain`, by their rate in Hz.
    """
    if not text_of(plain):
        return inconclusive("FS-04", why_nothing([plain], "no text at 16 kHz either"), evidence(plain))
    told: list[str] = []
    breaches: list[Breach] = []
    for rate_hz, exchange in others.items():
        refusal = refusal_in(exchange)
        if refusal is not None:
            told.append(f"{rate_hz} Hz refused: {refusal}")
        elif reads_as_before(text_of(plain), text_of(exchange)):
            told.append(f"{rate_hz} Hz reads as at 16 kHz")
        else:
            breaches.append(
                Breach(
                    f"with audio_fs {rate_hz}: {text_of(exchange)!r}, at 16 kHz {text_of(plain)!r}",
                    evidence(exchange, *(frame for frame, _ in exchange.replies())),
                )
            )
    return conclude(
        "FS-04",
        breaches,
        judged=len(told),
        held="; ".join(told),
        nothing="",
        shown=[evidence(exchange) for exchange in others.values()],
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
