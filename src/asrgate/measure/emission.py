"""Emission latency: how long after a word was spoken it stood in the replies (docs/time.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from asrgate.audio.clips import Clip
from asrgate.measure.matching import matched
from asrgate.measure.shown import Shown, shown
from asrgate.measure.spoken import SpokenToken, began_ns, spoken_tokens
from asrgate.wire.exchange import Exchange

Means = Literal["partial", "sentence"]

_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """One word that was heard as it was spoken: when it stood there first, and when it stayed.

    `latency_ms` counts from the end of the word in the audio, at the pace of speech and as planned; it is
    negative where the word was guessed before it was over. `by` is what brought it. `unsettled_ms` is how
    long after that it stood there for good, 0 for a word that never changed.
    """

    word: str
    end_ms: int
    latency_ms: float
    by: Means
    unsettled_ms: float


def emissions(clip: Clip, exchange: Exchange) -> tuple[Emission, ...]:
    """Return the emission of every word that the last text holds as it was spoken.

    None are returned for a clip whose word times are not known and for a session that was not sent at the
    pace of speech. A word counts as there from the first text that holds it, in an alignment with the
    last one, after the word began.
    """
    origin_ns = began_ns(exchange)
    spoken = spoken_tokens(clip)
    seen = shown(exchange, clip.text)
    if origin_ns is None or not spoken or not seen:
        return ()
    final = seen[-1].tokens
    place_of = dict(matched([token.text for token in spoken], final))
    held = [_held(state, final) for state in seen]
    found = []
    for number, word in enumerate(clip.words):
        own = [place for place, token in enumerate(spoken) if token.word == number]
        if own and all(place in place_of for place in own):
            there = [place_of[place] for place in own]
            found.append(_emission(spoken[own[0]], word.text, there, origin_ns, seen, held))
    return tuple(one for one in found if one is not None)


def _emission(
    spoken: SpokenToken,
    text: str,
    there: Sequence[int],
    origin_ns: int,
    seen: Sequence[Shown],
    held: Sequence[dict[int, Means]],
) -> Emission | None:
    begins_ns = origin_ns + spoken.start_ms * _NS_PER_MS
    whole = [
        state.at_ns >= begins_ns and all(place in holds for place in there)
        for state, holds in zip(seen, held, strict=True)
    ]
    if not whole[-1]:
        # Every reply is older than the word that it happens to match: it was never heard.
        return None
    first = whole.index(True)
    lasting = max((number + 1 for number, is_whole in enumerate(whole[:-1]) if not is_whole), default=0)
    stays = max(first, lasting)
    by: Means = "sentence" if all(held[first].get(p) == "sentence" for p in there) else "partial"
    return Emission(
        word=text,
        end_ms=spoken.end_ms,
        latency_ms=round((seen[first].at_ns - origin_ns) / _NS_PER_MS - spoken.end_ms, 3),
        by=by,
        unsettled_ms=round((seen[stays].at_ns - seen[first].at_ns) / _NS_PER_MS, 3),
    )


def _held(state: Shown, final: Sequence[str]) -> dict[int, Means]:
    """Which tokens of the last text stood there, and whether in a sentence or in a partial."""
    settled = len(state.settled)
    return {
        in_final: "sentence" if place < settled else "partial"
        for place, in_final in matched(state.tokens, final)
    }
