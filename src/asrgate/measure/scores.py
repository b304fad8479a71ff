"""Scores: what one clip gave, and what several of them come to together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from asrgate.measure.error_rate import Edit
from asrgate.measure.interval import interval95

NON_SPEECH = "non-speech"
BY_CHARACTER = ("zh", "mixed")
"""Languages whose speech is counted in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipScore:
    """One clip in one mode, its texts as spoken and as received, its counts after normalisation.

    `reference` is the accepted form that was nearest. `cer` is the character (English: word) error rate, 0
    and up; None when there was nothing to score, and `reason` says why. `partials` are those with text.
    Latencies as `measure.latency` defines them, None unless the clip was sent at the pace of speech;
    `emission_ms` is the median over its words (`measure.time`). `partial_tokens` are those that partials
    told, and `partial_tokens_changed` of them what did not stay (`measure.stability`).
    """

    id: str
    mode: str
    language: str
    reference: str
    hypothesis: str
    cer: float | None
    substitutions: int
    deletions: int
    insertions: int
    units: int
    edits: tuple[Edit, ...] = ()
    exchange: str | None = None
    reason: str | None = None
    partials: int = 0
    first_partial_ms: float | None = None
    final_ms: float | None = None
    emission_ms: float | None = None
    partial_tokens: int | None = None
    partial_tokens_changed: int | None = None

    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions together."""
        return self.substitutions + self.deletions + self.insertions


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A pooled error rate with its 95 % bootstrap interval by clip, and what it was pooled from.

    `mean` is that of the clips' own rates, in which a short clip weighs as much as a long one.
    `clips` are those that gave a number; `reason` says why a value is missing or which clips are not in it.
    """

    value: float | None
    ci95: tuple[float, float] | None
    clips: int
    units: int
    substitutions: int
    deletions: int
    insertions: int
    reason: str | None = None
    mean: float | None = None


def _non_speech(scores: Sequence[ClipScore]) -> str:
    with_text = sum(score.insertions > 0 for score in scores)
    characters = sum(score.insertions for score in scores)
    return (
        f"nobody speaks in these {len(scores)} clips; {with_text} gave text, {characters} characters together"
    )


def pooled(scores: Iterable[ClipScore]) -> Rate:
    """Return the rate of some scores together, each of them counted in the units of its language."""
    members = list(scores)
    counted = [score for score in members if score.cer is not None]
    errors, units = [score.errors for score in counted], [score.units for score in counted]
    interval = interval95(errors, units)
    silent = sum(score.language != "none" for score in members) - len(counted)
    reasons = [f"{silent} of {len(members)} clips gave no answer and are not in this rate"] if silent else []
    if counted and interval.reason:
        reasons.append(interval.reason)
    if not members:
        reasons.append("no clip of this kind")
    elif all(score.language == "none" for score in members):
        reasons.append(_non_speech(members))
    return Rate(
        value=sum(errors) / sum(units) if counted else None,
        ci95=interval.bounds,
        clips=len(counted),
        units=sum(units),
        substitutions=sum(score.substitutions for score in members),
        deletions=sum(score.deletions for score in members),
        insertions=sum(score.insertions for score in members),
        reason="; ".join(reasons) or None,
        mean=fmean(score.errors / score.units for score in counted) if counted else None,
    )


def alike(scores: Sequence[ClipScore]) -> list[ClipScore]:
    """Return those counted in characters; where there are none, those counted in words."""
    return [score for score in scores if score.language in BY_CHARACTER] or list(scores)


def by_language(scores: Sequence[ClipScore]) -> dict[str, Rate]:
    """Return the rates by mode and language, for example `2pass/zh`; `2pass/non-speech` has no value."""
    members: dict[str, list[ClipScore]] = {}
    for score in scores:
        language = NON_SPEECH if score.language == "none" else score.language
        members.setdefault(f"{score.mode}/{language}", []).append(score)
    return {name: pooled(within) for name, within in sorted(members.items())}
