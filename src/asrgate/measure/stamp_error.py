"""Stamp error: how far time stamps lie from where the words are spoken (docs/time.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np

from asrgate.audio.clips import Clip
from asrgate.measure.interval import interval95
from asrgate.measure.latency import FEWEST_FOR_P95
from asrgate.measure.matching import matched
from asrgate.measure.shown import heard_tokens
from asrgate.measure.spoken import SpokenToken, spoken_tokens
from asrgate.measure.stamped import stamped_words
from asrgate.wire.dialects import Dialect, dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.results import Message, sentences_in
from asrgate.wire.stamps import stamps_of

FEWEST = 5
"""Stamps that a mean rests on, at the least."""

FEWEST_FOR_DRIFT = 20
"""Stamps that a slope rests on, at the least, in clips that have more than one."""

_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class StampError:
    """One stamp against the word or sentence that it is of, in ms.

    `spoken_ms` is the middle of that in the clip; the stamp begins `start_ms` and ends `end_ms` later.
    """

    spoken_ms: float
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeError:
    """How far one edge of the stamps lies from that of the words, in ms; later is positive.

    `mean` is the shift that all have in common, `mean_abs` what is left when signs do not cancel. p95 is
    that of the absolute error, None with fewer than 72 stamps.
    """

    mean: float
    mean_abs: float
    p95_abs: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StampErrors:
    """The stamp error of one mode; `of` is what has a stamp in this dialect.

    `drift_ms_per_s` is by how much stamps run late for each second into a clip, over what all stamps of the
    clip have in common, with its 95 % bootstrap interval by clip. `reason` says why a number is missing.
    """

    of: Literal["word", "sentence"]
    n: int
    clips: int
    start: EdgeError | None
    end: EdgeError | None
    drift_ms_per_s: float | None
    drift_ci95: tuple[float, float] | None
    reason: str | None = None


def stamp_errors(clip: Clip, exchange: Exchange) -> tuple[StampError, ...]:
    """Return the error of every stamp whose word was heard as it was spoken.

    None where the word times of the clip are not known, where texts and stamps do not go together, or
    where stamps count from the beginning of a segment that is not told (funasr-python).
    """
    dialect = dialect_named(exchange.dialect)
    spoken = spoken_tokens(clip)
    if not spoken or dialect.stamps != "session":
        return ()
    sentences = sentences_in(dialect, list(exchange.replies()))
    if not dialect.stamps_words:
        return _of_sentences(dialect, spoken, sentences, clip.text)
    words = stamped_words(dialect, sentences)
    return tuple(
        _error(spoken[said], spoken[said], words[heard][1])
        for said, heard in matched([token.text for token in spoken], [word for word, _ in words])
    )


def _of_sentences(
    dialect: Dialect, spoken: Sequence[SpokenToken], sentences: Sequence[Message], text: str
) -> tuple[StampError, ...]:
    """Errors of sentences of which the first and the last word were heard as they were spoken."""
    heard = [heard_tokens(reply.text_or_empty, text) for _, reply in sentences]
    together = [token for sentence in heard for token in sentence]
    said_at = {place: said for said, place in matched([token.text for token in spoken], together)}
    found: list[StampError] = []
    begins = 0
    for (_, reply), sentence in zip(sentences, heard, strict=True):
        first, last = said_at.get(begins), said_at.get(begins + len(sentence) - 1)
        stamps = stamps_of(dialect, reply)
        if first is not None and last is not None and len(stamps) == 1:
            found.append(_error(spoken[first], spoken[last], stamps[0]))
        begins += len(sentence)
    return tuple(found)


def _error(first: SpokenToken, last: SpokenToken, stamp: tuple[int, int]) -> StampError:
    return StampError((first.start_ms + last.end_ms) / 2, stamp[0] - first.start_ms, stamp[1] - last.end_ms)


def stamp_errors_of(dialect: Dialect, by_clip: Sequence[Sequence[StampError]]) -> StampErrors:
    """Return the errors of the sessions of one mode together; each member of `by_clip` is of one session."""
    clips = [errors for errors in by_clip if errors]
    every = [error for errors in clips for error in errors]
    enough = len(every) >= FEWEST
    several = [errors for errors in clips if len(errors) > 1]
    placed = sum(map(len, several))
    drift = _drift(several) if placed >= FEWEST_FOR_DRIFT else None
    return StampErrors(
        of="word" if dialect.stamps_words else "sentence",
        n=len(every),
        clips=len(clips),
        start=_edge([error.start_ms for error in every]) if enough else None,
        end=_edge([error.end_ms for error in every]) if enough else None,
        drift_ms_per_s=drift[0] if drift else None,
        drift_ci95=drift[1] if drift else None,
        reason=_withheld(dialect, len(every), placed),
    )


def _edge(errors_ms: Sequence[int]) -> EdgeError:
    apart = [abs(error) for error in errors_ms]
    return EdgeError(
        mean=round(fmean(errors_ms), 2),
        mean_abs=round(fmean(apart), 2),
        p95_abs=round(float(np.percentile(apart, 95)), 2) if len(apart) >= FEWEST_FOR_P95 else None,
    )


def _drift(clips: Sequence[Sequence[StampError]]) -> tuple[float, tuple[float, float] | None] | None:
    """The slope of the error over the place in the clip, in ms per s, each clip about its own means.

    Least squares with a mean for each clip: the sums of products over the sums of squares, which are drawn
    together, clip by clip.
    """
    products, squares = [], []
    for errors in clips:
        places = np.array([error.spoken_ms / _MS_PER_S for error in errors])
        late = np.array([(error.start_ms + error.end_ms) / 2 for error in errors])
        places -= places.mean()
        if places.any():
            products.append(float(places @ (late - late.mean())))
            squares.append(float(places @ places))
    if not squares:
        return None
    interval = interval95(products, squares)
    return round(sum(products) / sum(squares), 3), interval.bounds


def _withheld(dialect: Dialect, n: int, placed: int) -> str | None:
    if dialect.stamps == "segment":
        return "stamps of this dialect count from the beginning of a segment, which no message tells"
    if dialect.stamps == "none":
        return "this dialect has no stamps"
    if n == 0:
        return "no stamp of a word that was heard as it is spoken, in a clip whose word times are known"
    if n < FEWEST:
        return f"a mean needs {FEWEST} stamps, there are {n}"
    if placed < FEWEST_FOR_DRIFT:
        return f"drift needs {FEWEST_FOR_DRIFT} stamps in clips that have several, there are {placed}"
    return None
