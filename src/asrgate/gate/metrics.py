"""The numbers of two deployments, clip by clip, and one of four answers for each."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from asrgate.gate.comparability import why_latencies_not_comparable
from asrgate.gate.hotwords import hotword_comparisons, missed_terms, why_not_comparable
from asrgate.gate.record import ComparedMetric
from asrgate.gate.sides import Key, Runs, counted, known_ms, taken_back
from asrgate.gate.tolerance import Measure, Tolerances
from asrgate.measure.difference import (
    Counts,
    Difference,
    failure_p,
    holm,
    latency_difference,
    rate_difference,
    scatter_ms,
)
from asrgate.measure.scores import ClipScore

FEWEST_PAIRS = 20
"""With fewer clips neither test can tell a change that matters from chance."""

LEVEL = 0.05

FEWEST_RUNS = 3
MOST_SCATTER = 3.0
"""Tolerances by which the middle half of the clips may differ in what they rose by."""

_RATES: tuple[tuple[Measure, tuple[str, ...]], ...] = (("cer", ("zh", "mixed")), ("wer", ("en",)))
_LATENCIES: tuple[tuple[Measure, Callable[[ClipScore], float | None]], ...] = (
    ("first_partial", lambda score: score.first_partial_ms),
    # Without partials a word waits for its sentence, which the latency of the final tells already.
    ("emission", lambda score: score.emission_ms if score.partials else None),
    ("final", lambda score: score.final_ms),
)

Pairs = Mapping[Key, tuple[tuple[ClipScore, ...], tuple[ClipScore, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """A metric before the answer: its values and how they differ, or why that cannot be said."""

    name: str
    unit: Literal["share", "ms"]
    tolerance: float
    n: int
    base: float | None
    new: float | None
    difference: Difference | None
    missing: str = ""
    incomparable: str = ""
    scattered: str = ""
    gating: bool = True


def compared_metrics(base: Runs, new: Runs, tolerances: Tolerances) -> tuple[ComparedMetric, ...]:
    """Every number that both sides have, with its answer; p values are corrected for how many gate."""
    pairs = _pairs(base, new)
    measured = [
        *_rates(pairs, tolerances),
        *_instabilities(pairs, tolerances),
        *_hotwords(base, new, tolerances),
        *_latencies(pairs, base, new, tolerances),
    ]
    gating = [one for one in measured if one.gating and one.difference is not None]
    corrected = dict(
        zip(
            (one.name for one in gating),
            holm([one.difference.p for one in gating if one.difference is not None]),
            strict=True,
        )
    )
    answered = _unanswered(base, new)
    # What does not gate is no further chance to be wrong: its p stands as it is.
    ps = {one.name: one.difference.p for one in measured if one.difference is not None} | corrected
    return (*(_answered(one, ps.get(one.name)) for one in measured), *answered)


def _pairs(base: Runs, new: Runs) -> Pairs:
    after = new.scores
    return {key: (scores, after[key]) for key, scores in base.scores.items() if key in after}


def _rates(pairs: Pairs, tolerances: Tolerances) -> Iterator[_Measured]:
    for mode in dict.fromkeys(mode for mode, _ in pairs):
        main = True
        for measure, languages in _RATES:
            counts = [
                (before, after)
                for (of_mode, _), (base, new) in pairs.items()
                if of_mode == mode
                and base[0].language in languages
                and (before := counted(base)) is not None
                and (after := counted(new)) is not None
            ]
            if counts:
                yield _rate(f"{measure} {mode}", tolerances.of[measure], counts, main=main)
                main = False


def _rate(name: str, tolerance: float, counts: Sequence[tuple[Counts, Counts]], *, main: bool) -> _Measured:
    before, after = [pair[0] for pair in counts], [pair[1] for pair in counts]
    enough = len(counts) >= FEWEST_PAIRS
    return _Measured(
        name=name,
        unit="share",
        tolerance=tolerance,
        n=len(counts),
        base=_pooled(before),
        new=_pooled(after),
        difference=rate_difference(before, after) if enough else None,
        missing="" if enough else _too_few(len(counts)),
        # A handful of English clips beside the Chinese ones shall not keep the whole from an answer.
        gating=enough or main,
    )


def _instabilities(pairs: Pairs, tolerances: Tolerances) -> Iterator[_Measured]:
    """What partials took back: shown beside the rest, and no reason to stop a release by itself."""
    for mode in dict.fromkeys(mode for mode, _ in pairs):
        counts = [
            (before, after)
            for (of_mode, _), (base, new) in pairs.items()
            if of_mode == mode
            and (before := taken_back(base)) is not None
            and (after := taken_back(new)) is not None
        ]
        if counts:
            rate = _rate(f"unstable {mode}", tolerances.of["unstable"], counts, main=False)
            yield replace(rate, gating=False)


def _hotwords(base: Runs, new: Runs, tolerances: Tolerances) -> Iterator[_Measured]:
    """The terms that were missed although they were hotwords, where both sides were asked about them."""
    after = hotword_comparisons(new)
    for mode, before in hotword_comparisons(base).items():
        if mode not in after:
            continue
        missed, missed_now = missed_terms(before), missed_terms(after[mode])
        counts = [(missed[id_], missed_now[id_]) for id_ in missed if id_ in missed_now]
        if counts:
            tolerance = tolerances.of["hotword_missed"]
            rate = _rate(f"hotword_missed {mode}", tolerance, counts, main=False)
            yield replace(rate, incomparable=why_not_comparable(before, after[mode]) or "")


def _pooled(counts: Sequence[Counts]) -> float:
    return sum(clip.errors for clip in counts) / sum(clip.units for clip in counts)


def _latencies(pairs: Pairs, base: Runs, new: Runs, tolerances: Tolerances) -> Iterator[_Measured]:
    for measure, of_score in _LATENCIES:
        for mode in dict.fromkeys(mode for mode, _ in pairs):
            both = [
                (before, after)
                for (of_mode, _), sides in pairs.items()
                if of_mode == mode
                and (before := known_ms(map(of_score, sides[0])))
                and (after := known_ms(map(of_score, sides[1])))
            ]
            if both:
                incomparable = why_latencies_not_comparable(base, new, mode) or ""
                yield _latency(f"{measure} {mode}", tolerances.of[measure], both, incomparable)


def _latency(
    name: str,
    tolerance: float,
    both: Sequence[tuple[tuple[float, ...], tuple[float, ...]]],
    incomparable: str,
) -> _Measured:
    before, after = [pair[0] for pair in both], [pair[1] for pair in both]
    enough = len(both) >= FEWEST_PAIRS
    return _Measured(
        name=name,
        unit="ms",
        tolerance=tolerance,
        n=len(both),
        base=statistics.median(map(statistics.median, before)),
        new=statistics.median(map(statistics.median, after)),
        difference=latency_difference(before, after) if enough else None,
        missing="" if enough else _too_few(len(both)),
        incomparable=incomparable,
        scattered=_scattered(before, after, tolerance) if enough else "",
    )


def _scattered(before: Sequence[Sequence[float]], after: Sequence[Sequence[float]], tolerance: float) -> str:
    """Why a rise may be that of a busy machine, empty when it is none or there are repeats to tell by.

    A change of a deployment moves all clips about alike; what else a machine does scatters them.
    """
    if min(max(map(len, side)) for side in (before, after)) >= FEWEST_RUNS:
        return ""
    apart = scatter_ms(before, after)
    if apart <= MOST_SCATTER * tolerance:
        return ""
    return (
        f"it rose, but by very different amounts (the middle half of the clips lies {apart:.0f} ms apart): "
        f"a busy machine does that; with {FEWEST_RUNS} runs on each side it can be told"
    )


def _answered(one: _Measured, p: float | None) -> ComparedMetric:
    found = one.difference
    metric = ComparedMetric(
        name=one.name,
        unit=one.unit,
        base=one.base,
        new=one.new,
        difference=found.estimate if found else None,
        ci90=(found.low, found.high) if found else None,
        p=p,
        tolerance=one.tolerance,
        n=one.n,
        answer="too noisy",
        reason=one.missing,
        gating=one.gating,
    )
    if one.incomparable:
        return replace(metric, answer="not comparable", reason=one.incomparable)
    if found is None:
        return metric
    if found.estimate > one.tolerance and p is not None and p < LEVEL:
        if one.scattered:
            return replace(metric, reason=one.scattered)
        return replace(metric, answer="worse", reason="rose by more than the tolerance, and not by chance")
    if found.high <= one.tolerance:
        return replace(metric, answer="not worse", reason="the interval leaves no rise above the tolerance")
    return replace(metric, reason="a rise above the tolerance can neither be shown nor ruled out")


def _unanswered(base: Runs, new: Runs) -> Iterator[ComparedMetric]:
    """The share of sessions that brought no text to score, where somebody speaks."""
    failed = [
        [score.cer is None for scores in side.scores.values() for score in scores if score.language != "none"]
        for side in (base, new)
    ]
    before, after = failed
    if not before or not after:
        return
    p = failure_p(sum(before), len(before), sum(after), len(after))
    shares = [sum(side) / len(side) for side in failed]
    worse, no_more = p < LEVEL, shares[1] <= shares[0]
    yield ComparedMetric(
        name="unanswered",
        unit="share",
        base=shares[0],
        new=shares[1],
        difference=shares[1] - shares[0],
        ci90=None,
        p=p,
        tolerance=0.0,
        n=len(after),
        answer="worse" if worse else "not worse" if no_more else "too noisy",
        reason=f"{sum(after)} of {len(after)} sessions gave no answer, before {sum(before)} of {len(before)}",
    )


def _too_few(pairs: int) -> str:
    return f"{pairs} clips have it on both sides, {FEWEST_PAIRS} are needed to tell"
