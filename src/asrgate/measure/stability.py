"""Partial stability: how much of what partials told was taken back (docs/time.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from asrgate.audio.clips import Clip
from asrgate.measure.emission import Emission
from asrgate.measure.interval import interval95
from asrgate.measure.latency import Distribution, distribution_of
from asrgate.measure.matching import edits, matched
from asrgate.measure.shown import Shown, shown
from asrgate.wire.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of the tokens (Chinese characters and words) that the partials of one session told.

    `told` is how many stood in partials, each counted when it first stood there; `by_partials` and
    `by_sentences` of them a later partial or a sentence result changed or took away. `edits` are all
    insertions, deletions and substitutions from nothing to the last text, which has `final` tokens.
    """

    told: int
    by_partials: int
    by_sentences: int
    edits: int
    final: int

    @property
    def changed(self) -> int:
        """How many of those told did not stay."""
        return self.by_partials + self.by_sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """How steady the partials of one mode are, over its sessions.

    `unstable` is the share of what partials told that was changed later, 0 to 1, with its 95 % bootstrap
    interval by clip. `edits_per_token`: 1 where every token came once and stayed. `unsettled` is, of the
    words that changed after they first stood there, for how long, in ms. `reason` says why a number is
    missing.
    """

    told: int
    by_partials: int
    by_sentences: int
    unstable: float | None
    unstable_ci95: tuple[float, float] | None
    edits_per_token: float | None
    unsettled: Distribution
    clips: int
    reason: str | None = None


def changes(clip: Clip, exchange: Exchange) -> Changes:
    """Count what the partials of a session with one utterance told, and what of it was changed."""
    nothing = Shown(at_ns=0, settled=(), open=(), by_sentence=False)
    seen = (nothing, *shown(exchange, clip.text))
    told = by_partials = by_sentences = made = 0
    for before, after in pairwise(seen):
        kept = matched(before.tokens, after.tokens)
        still = {place for place, _ in kept}
        gone = sum(place not in still for place in range(len(before.settled), len(before.tokens)))
        there = {place for _, place in kept}
        told += sum(place not in there for place in range(len(after.settled), len(after.tokens)))
        made += edits(before.tokens, after.tokens, kept)
        if after.by_sentence:
            by_sentences += gone
        else:
            by_partials += gone
    return Changes(
        told=told,
        by_partials=by_partials,
        by_sentences=by_sentences,
        edits=made,
        final=len(seen[-1].tokens),
    )


def stability_of(counted: Sequence[Changes], words: Iterable[Emission]) -> Stability:
    """Return the stability of the sessions of one mode, and how long their `words` took to settle."""
    with_partials = [one for one in counted if one.told]
    told, final = sum(one.told for one in counted), sum(one.final for one in with_partials)
    changed = sum(one.changed for one in counted)
    interval = interval95([one.changed for one in with_partials], [one.told for one in with_partials])
    return Stability(
        told=told,
        by_partials=sum(one.by_partials for one in counted),
        by_sentences=sum(one.by_sentences for one in counted),
        unstable=changed / told if told else None,
        unstable_ci95=interval.bounds,
        edits_per_token=sum(one.edits for one in with_partials) / final if final else None,
        unsettled=distribution_of("unsettled", (w.unsettled_ms for w in words if w.unsettled_ms > 0)),
        clips=len(with_partials),
        reason=_withheld(told, changed, interval.reason),
    )


def _withheld(told: int, changed: int, no_interval: str | None) -> str | None:
    if not told:
        return "no partial with text came"
    return no_interval if changed else "nothing was changed, so that there is no interval"
