"""Hotwords of two deployments: the same terms in the same clips, how many of them each missed."""

from collections.abc import Mapping

from asrgate.gate.sides import Runs
from asrgate.measure.difference import Counts
from asrgate.measure.hotwords import HotwordComparison, HotwordEffect

Missed = Mapping[str, Counts]
"""By clip: the terms that were missed with hotwords, of those that were spoken; over all repeats."""


def hotword_comparisons(runs: Runs) -> dict[str, tuple[HotwordComparison, ...]]:
    """What hotwords changed in each repeat, by mode; without those in which nothing was measured."""
    found: dict[str, tuple[HotwordComparison, ...]] = {}
    for run in runs.runs:
        compared = run.accuracy.hotwords if run.accuracy is not None else None
        if compared is not None and compared.effect is not None:
            found[compared.mode] = (*found.get(compared.mode, ()), compared)
    return found


def missed_terms(comparisons: tuple[HotwordComparison, ...]) -> Missed:
    """Return the terms that were missed in each clip, with the weight that stands for all."""
    counts: dict[str, Counts] = {}
    for effect in _effects(comparisons):
        for outcome in effect.outcomes:
            if outcome.spoken:
                so_far = counts.get(outcome.clip, Counts(0, 0))
                missed = outcome.spoken - outcome.right_with
                counts[outcome.clip] = Counts(so_far.errors + missed, so_far.units + outcome.spoken)
    return counts


def why_not_comparable(base: tuple[HotwordComparison, ...], new: tuple[HotwordComparison, ...]) -> str | None:
    """Why the hotwords of two sides tell nothing of each other, None when they do."""
    asked = [{_asked(effect) for effect in _effects(side)} for side in (base, new)]
    return None if asked[0] == asked[1] else "other hotwords were sent, or with other weights"


def _effects(comparisons: tuple[HotwordComparison, ...]) -> list[HotwordEffect]:
    return [found.effect for found in comparisons if found.effect is not None]


def _asked(effect: HotwordEffect) -> tuple[int | None, frozenset[str]]:
    return effect.weight, frozenset(term.term for term in effect.terms)
