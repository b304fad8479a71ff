"""Whether two deployments were measured in the same way: else a difference says nothing about them."""

from collections.abc import Callable, Iterator

from asrgate.gate.sides import Runs
from asrgate.report.record import Run

MOST_PARTIALS_APART = 0.2
"""Share by which the number of partials may differ: who answers more often does more work for each answer,
and neither its latencies nor its load can be held against the other's (FunASR PR 3561)."""


def _fingerprints(run: Run) -> object:
    views = run.accuracy.views if run.accuracy else ()
    return " ".join(f"{view.name} {view.fingerprint}" for view in views) or None


_ALIKE: tuple[tuple[str, Callable[[Run], object]], ...] = (
    ("dialect", lambda run: run.endpoint.dialect),
    (
        "clips (SHA-256 of the manifest)",
        lambda run: run.environment.fixtures_sha256 if run.accuracy else None,
    ),
    ("normaliser", lambda run: run.accuracy.normaliser if run.accuracy else None),
    ("fingerprint of the normaliser", _fingerprints),
    ("pace", lambda run: run.environment.options.get("pace", "max") if run.accuracy else None),
)


def why_not_comparable(base: Runs, new: Runs) -> tuple[str, ...]:
    """What forbids the comparison of the two, a sentence each; empty when nothing does."""
    return (*_unfit("base", base), *_unfit("new", new), *_different(base, new))


def why_latencies_not_comparable(base: Runs, new: Runs, mode: str) -> str | None:
    """Why the latencies of a mode cannot be compared: other load, or another number of partials for it."""
    at_once = {run.environment.options.get("streams") for side in (base, new) for run in side.scored}
    if len(at_once) > 1:
        told = " and ".join(sorted(map(str, at_once)))
        return f"clips were sent {told} at a time: both sides need the same --streams"
    before, after = (_partials(side, mode) for side in (base, new))
    if before is None or after is None or max(before, after) == 0:
        return None
    apart = abs(after - before) / max(before, after)
    if apart <= MOST_PARTIALS_APART:
        return None
    return (
        f"the new deployment sent {after:.2f} partials for a clip in {mode}, the base {before:.2f}: "
        f"{apart:.0%} apart, {MOST_PARTIALS_APART:.0%} at most can be compared"
    )


def _unfit(name: str, side: Runs) -> Iterator[str]:
    for path, run in zip(side.paths, side.runs, strict=True):
        if not run.valid:
            yield f"{name} {path} is not valid: {run.invalid_reason}"
        elif run.interrupted:
            yield f"{name} {path} was interrupted before its end"


def _different(base: Runs, new: Runs) -> Iterator[str]:
    for what, fact in _ALIKE:
        seen = {fact(run) for side in (base, new) for run in side.runs}
        # A run of conformance alone scores no clips.
        seen.discard(None)
        if len(seen) > 1:
            before = ", ".join(sorted({str(fact(run)) for run in base.runs}))
            after = ", ".join(sorted({str(fact(run)) for run in new.runs}))
            yield f"the {what} differs: base {before}; new {after}"


def _partials(side: Runs, mode: str) -> float | None:
    counts = [
        score.partials
        for (of_mode, _), scores in side.scores.items()
        if of_mode == mode
        for score in scores
        if score.cer is not None
    ]
    return sum(counts) / len(counts) if counts else None
