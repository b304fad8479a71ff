"""Runs of deployments that differ in one thing, made from scores as a run holds them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

from asrgate.gate.sides import Runs
from asrgate.measure.accuracy import Accuracy, accuracy_of
from asrgate.measure.scores import ClipScore
from asrgate.report.record import Run
from report.sample import answered, clip, sample_run

SPOKEN = "今天天气很好我们去公园散步"

Change = Callable[[int, ClipScore], ClipScore]


def as_it_is(number: int, score: ClipScore) -> ClipScore:
    """Nothing changes."""
    return score


def worse_every(nth: int) -> Change:
    """In every n-th clip one more character is wrong."""

    def changed(number: int, score: ClipScore) -> ClipScore:
        if number % nth:
            return score
        return replace(
            score,
            substitutions=score.substitutions + 1,
            cer=(score.errors + 1) / score.units,
            hypothesis="错",
        )

    return changed


def later_by(ms: float) -> Change:
    """Every final comes later."""
    return lambda number, score: replace(score, final_ms=(score.final_ms or 0.0) + ms)


def words_later_by(ms: float) -> Change:
    """Every word appears later."""
    return lambda number, score: replace(score, emission_ms=(score.emission_ms or 0.0) + ms)


def taking_back(characters: int) -> Change:
    """So many more characters of the partials of every clip are changed later."""
    return lambda number, score: replace(
        score, partial_tokens_changed=(score.partial_tokens_changed or 0) + characters
    )


def deployment(change: Change = as_it_is, *, clips: int = 60, seed: int = 0, **fields: object) -> Run:
    """A run over some clips whose latencies are a little different every time."""
    chance = Random(seed)
    scored = accuracy_of([answered(clip(f"c{n}", SPOKEN), SPOKEN) for n in range(clips)])
    scores = tuple(
        change(
            number,
            replace(
                score,
                partials=5,
                first_partial_ms=900 + chance.gauss(0, 30),
                emission_ms=850 + chance.gauss(0, 20),
                partial_tokens=12,
                partial_tokens_changed=number % 4 == 0,
                final_ms=80 + chance.gauss(0, 15),
            ),
        )
        for number, score in enumerate(scored.clips)
    )
    return sample_run(**({"accuracy": _with(scored, scores), "findings": ()} | fields))


def side(*runs: Run) -> Runs:
    """Runs as if they had been read from a folder."""
    return Runs(tuple(Path(f"run-{number}") for number in range(len(runs))), runs)


def _with(accuracy: Accuracy, scores: tuple[ClipScore, ...]) -> Accuracy:
    return replace(accuracy, clips=scores)
