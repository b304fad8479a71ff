"""The comparison of two deployments: metrics, requirements and clips, and the answer of the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from asrgate.gate.comparability import why_not_comparable
from asrgate.gate.metrics import compared_metrics
from asrgate.gate.record import (
    Answer,
    ComparedClip,
    ComparedMetric,
    ComparedRequirement,
    Comparison,
)
from asrgate.gate.requirements import compared_requirements
from asrgate.gate.sides import Runs, counted, usual_text
from asrgate.gate.tolerance import Tolerances
from asrgate.judge.finding import Level
from asrgate.measure.normalisation import TEXT

MOST_CLIPS = 20


def compare(base: Runs, new: Runs, tolerances: Tolerances) -> Comparison:
    """Compare two deployments that were measured with the same clips in the same way."""
    reasons = why_not_comparable(base, new)
    metrics = () if reasons else compared_metrics(base, new, tolerances)
    requirements = compared_requirements(base.runs, new.runs)
    if not reasons and not metrics and not _both_judged(base, new):
        reasons = ("the two have nothing in common that was measured on both sides",)
    return Comparison(
        answer=_answer(reasons, metrics, requirements),
        base=base.side,
        new=new.side,
        metrics=metrics,
        requirements=requirements,
        clips=() if reasons else tuple(_changed_clips(base, new)),
        why_not_comparable=reasons,
    )


def confirmed(first: Comparison, again: Comparison) -> Comparison:
    """The comparison after the new deployment was measured a second time because it seemed worse.

    It is worse only if it is so both times; otherwise chance, or a bad minute, made it look so.
    """
    if first.answer != "worse":
        return first
    if again.answer == "worse":
        return replace(again, confirmed="measured again, and worse again")
    return replace(
        again,
        answer="too noisy",
        confirmed=f"worse at first, but measured again it is {again.answer}",
    )


def _both_judged(base: Runs, new: Runs) -> bool:
    return all(any(run.findings for run in side.runs) for side in (base, new))


def _answer(
    reasons: Sequence[str],
    metrics: Iterable[ComparedMetric],
    requirements: Iterable[ComparedRequirement],
) -> Answer:
    answers: set[Answer] = {metric.answer for metric in metrics if metric.gating}
    if any(one.change == "newly failing" and one.level == Level.MUST for one in requirements):
        answers.add("worse")
    if reasons:
        answers.add("not comparable")
        # Verdicts on requirements do not hang on clips or normaliser, but one cannot gate on half a run.
        answers.discard("worse")
    order: tuple[Answer, ...] = ("worse", "not comparable", "too noisy")
    return next((answer for answer in order if answer in answers), "not worse")


def _changed_clips(base: Runs, new: Runs) -> Iterable[ComparedClip]:
    """Clips that read otherwise than before, those that got worse by most first."""
    after = new.scores
    found = []
    for key, scores in base.scores.items():
        now = after.get(key)
        if now is None or TEXT(usual_text(scores)) == TEXT(usual_text(now)):
            continue
        before, then = counted(scores), counted(now)
        mode, id_ = key
        found.append(
            ComparedClip(
                id=id_,
                mode=mode,
                reference=scores[0].reference,
                base=usual_text(scores),
                new=usual_text(now),
                base_errors=before.errors if before else 0,
                new_errors=then.errors if then else 0,
                units=then.units if then else 0,
            )
        )
    found.sort(key=lambda clip: clip.base_errors - clip.new_errors)
    return found[:MOST_CLIPS]
