"""The figures of one call: what it took, and whether what it heard was right.

They are computed once, when the call is over, so that a run of hours can be summed up each second.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from asrgate.audio.clips import ClipSet
from asrgate.load.heard import Heard
from asrgate.load.trace import Trace
from asrgate.measure.normalisation import TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One call in numbers: ms, each from the instant that was planned, None where there is nothing to count.

    `began_at` and `ended_at` are seconds of the epoch. `mismatch` is None where no text could be compared;
    `lateness` counts frames by tenths of ms.
    """

    worker: str
    caller: int
    clip: str
    began_at: float
    ended_at: float
    audio_ms: float
    error: str | None
    message: str
    connect_ms: float | None
    first_partial_ms: float | None
    first_partial_from_audio_ms: float | None
    sentence_ms: float | None
    final_ms: float | None
    lags_ms: tuple[float, ...]
    lag_slope: float | None
    partials: int
    mismatch: bool | None
    crossed: bool
    expected: str | None
    heard: str
    lateness: dict[int, int]
    held_bytes: int


def figures_of(trace: Trace, clips: ClipSet, alone: Mapping[str, str]) -> Figures:
    """The figures of a call. `alone` is the text that each clip gave when nobody else was calling.

    Raises:
        UsageError: the call spoke a clip that is not among these.
    """
    heard = Heard(trace, clips.get(trace.clip))
    whole = trace.error is None
    text = heard.text
    expected = alone.get(trace.clip)
    mismatch = TEXT(text) != TEXT(expected) if whole and expected is not None else None
    return Figures(
        worker=str(trace.worker),
        caller=trace.caller,
        clip=trace.clip,
        began_at=trace.began_at,
        ended_at=trace.began_at + trace.ended_ms / 1000,
        audio_ms=trace.audio_ms,
        error=trace.error,
        message=trace.error_message,
        connect_ms=heard.connect_ms,
        first_partial_ms=heard.first_partial_ms,
        first_partial_from_audio_ms=heard.first_partial_from_audio_ms,
        sentence_ms=heard.sentence_ms if whole else None,
        final_ms=heard.final_ms if whole else None,
        lags_ms=tuple(heard.lags_ms),
        lag_slope=heard.lag_slope,
        partials=heard.partials,
        mismatch=mismatch,
        crossed=bool(mismatch) and _is_foreign(text, trace.clip, alone),
        expected=expected,
        heard=text,
        lateness=trace.lateness,
        held_bytes=trace.held_bytes,
    )


def _is_foreign(text: str, clip: str, alone: Mapping[str, str]) -> bool:
    """Whether the text is what another clip gives."""
    return any(TEXT(text) == TEXT(other) for name, other in alone.items() if name != clip and other)
