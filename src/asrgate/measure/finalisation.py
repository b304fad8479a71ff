"""Finalisation latency: how long after speech ended a sentence result came (docs/time.md)."""

from collections.abc import Iterator
from dataclasses import dataclass

from asrgate.audio.clips import Clip
from asrgate.measure.matching import matched
from asrgate.measure.shown import heard_tokens
from asrgate.measure.spoken import began_ns, ends_of_runs, spoken_tokens
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.results import Message, sentences_in

NEAR_THE_END = 2
"""Words before a pause of which a sentence must have heard one, to be the one that the pause ended."""

_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finalisation:
    """One sentence result: how long after the end of its speech it came, as planned.

    `at_end` when it came after the end frame: then the client ended the sentence, and not a pause.
    """

    latency_ms: float
    at_end: bool


def finalisations(clip: Clip, exchange: Exchange) -> tuple[Finalisation, ...]:
    """Return the latencies of the sentence results whose end of speech is known.

    That is the end of the run of words, between pauses, of which the sentence heard one of the last two
    words. Where word times are not known, the end of all speech for the last sentence. A result that
    came before that was not ended by it and is left out. None for a session that was not sent at the pace
    of speech.
    """
    origin_ns = began_ns(exchange)
    if origin_ns is None:
        return ()
    ends = [frame.at_ns for frame in exchange.sent("end")]
    return tuple(
        Finalisation(
            latency_ms=round((at_ns - origin_ns) / _NS_PER_MS - end_ms, 3),
            at_end=bool(ends) and at_ns > ends[0],
        )
        for at_ns, end_ms in _ended(clip, exchange)
        if at_ns >= origin_ns + end_ms * _NS_PER_MS
    )


def _ended(clip: Clip, exchange: Exchange) -> Iterator[tuple[int, int]]:
    """When each sentence result came (ns), and where its speech ended in the clip (ms)."""
    sentences = sentences_in(dialect_named(exchange.dialect), list(exchange.replies()))
    if not clip.words:
        if sentences and clip.speech_end_ms is not None:
            yield sentences[-1][0].at_ns, clip.speech_end_ms
        return
    for (frame, _), last_word in zip(sentences, _last_words(clip, sentences), strict=True):
        for first, last, end_ms in ends_of_runs(clip):
            if last_word is not None and max(first, last - NEAR_THE_END + 1) <= last_word <= last:
                yield frame.at_ns, end_ms


def _last_words(clip: Clip, sentences: tuple[Message, ...]) -> list[int | None]:
    """The last word of the clip that each sentence heard."""
    spoken = spoken_tokens(clip)
    heard = [heard_tokens(reply.text_or_empty, clip.text) for _, reply in sentences]
    together = [token for sentence in heard for token in sentence]
    word_at = {place: spoken[said].word for said, place in matched([t.text for t in spoken], together)}
    found: list[int | None] = []
    begins = 0
    for sentence in heard:
        places = range(begins, begins + len(sentence))
        found.append(max((word_at[place] for place in places if place in word_at), default=None))
        begins += len(sentence)
    return found
