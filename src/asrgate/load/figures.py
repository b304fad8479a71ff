"""The figures of one call: what it took, and whether what it heard was right.

They are computed once, when the call is over, so that a run of hours can be summed up each second.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from asrgate.audio.clips import ClipSet
from asrgate.load.heard import Heard
from asrgate.load.trace import Trace
from asrgate.load.verdicts import reads_alike, wrong_with


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


def figures_of(
    trace: Trace, clips: ClipSet, alone: Mapping[str, str], excused: Collection[str] = ()
) -> Figures:
    """The figures of a call. `alone` is the text that each clip gave when nobody else was calling.

    `excused` are requirements that the endpoint breaks even then.

    Raises:
        UsageError: the call spoke a clip that is not among these.
    """
    clip = clips.get(trace.clip)
    heard = Heard(trace, clip)
    whole = trace.error is None
    text = heard.text
    expected = alone.get(trace.clip)
    wrong = wrong_with(heard, clip, alone, excused) if whole else None
    return Figures(
        worker=str(trace.worker),
        caller=trace.caller,
        clip=trace.clip,
        began_at=trace.began_at,
        ended_at=trace.began_at + trace.ended_ms / 1000,
        audio_ms=trace.audio_ms,
        error="protocol" if wrong is not None and wrong.kind == "protocol" else trace.error,
        message=trace.error_message if wrong is None else wrong.message,
        connect_ms=heard.connect_ms,
        first_partial_ms=heard.first_partial_ms,
        first_partial_from_audio_ms=heard.first_partial_from_audio_ms,
        sentence_ms=heard.sentence_ms if whole else None,
        final_ms=heard.final_ms if whole else None,
        lags_ms=tuple(heard.lags_ms),
        lag_slope=heard.lag_slope,
        partials=heard.partials,
        mismatch=not reads_alike(text, expected, clip) if whole and expected is not None else None,
        crossed=wrong is not None and wrong.crossed,
        expected=expected,
        heard=text,
        lateness=trace.lateness,
        held_bytes=trace.held_bytes,
    )
