"""When a clip was spoken in a session: words and pauses on the clock of the exchange, as planned."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from asrgate.audio.clips import Clip
from asrgate.measure.tokens import tokens
from asrgate.wire.exchange import Exchange
from asrgate.wire.pacing import in_real_time, speaking_since_ns

PAUSE_MS = 300
"""Silence between two words from which on a sentence may end there; the least that any server waits for is
400 ms (docs/protocol.md section 6.3)."""


@dataclass(frozen=True, slots=True)
class SpokenToken:
    """One token of a word of the clip: which word, and where in the clip that is, in ms."""

    text: str
    word: int
    start_ms: int
    end_ms: int


def began_ns(exchange: Exchange) -> int | None:
    """When the first sample of the only utterance was due to be spoken; None without the pace of speech."""
    audio = exchange.sent("audio")
    if not audio or not all(in_real_time(exchange, frame) for frame in audio):
        return None
    return speaking_since_ns(exchange, audio[0])


def spoken_tokens(clip: Clip) -> tuple[SpokenToken, ...]:
    """Return the tokens of the words whose times are known; those of one word share its times."""
    return tuple(
        SpokenToken(token, number, word.start_ms, word.end_ms)
        for number, word in enumerate(clip.words)
        for token in tokens(word.text)
    )


def runs(clip: Clip) -> tuple[tuple[int, int], ...]:
    """Return the stretches of words without a pause: the first and the last word of each."""
    if not clip.words:
        return ()
    last = [
        number
        for number, (word, following) in enumerate(pairwise(clip.words))
        if following.start_ms - word.end_ms >= PAUSE_MS
    ]
    ends = [*last, len(clip.words) - 1]
    return tuple(zip([0, *(end + 1 for end in last)], ends, strict=True))


def ends_of_runs(clip: Clip) -> Iterator[tuple[int, int, int]]:
    """Yield the first and the last word of each run, and where in the clip its speech ends, in ms."""
    for first, last in runs(clip):
        known = clip.speech_end_ms if last == len(clip.words) - 1 else None
        yield first, last, clip.words[last].end_ms if known is None else known
