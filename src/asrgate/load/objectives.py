"""Service-level objectives: what a step has to hold, as a person writes it in a TOML file.

objectives = ["final_ms.p95 <= 1500", "errors.rate <= 0.001", "lag_slope_ms_per_s.p95 <= 5"]

An objective on a percentile is one on a share: `p95 <= 1500` says that at most one call in twenty takes
longer. How sure its outcome is, is therefore told by the binomial distribution, without any assumption on the
times themselves.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import binom

from asrgate.errors import UsageError
from asrgate.load.step import Step
from asrgate.measure.latency import Distribution

_FORM = re.compile(r"\s*([a-z_]+)\.([a-z0-9]+)\s*<=\s*([0-9.]+)\s*")

_DISTRIBUTIONS: dict[str, Callable[[Step], Distribution]] = {
    "connect_ms": lambda step: step.connect,
    "first_partial_ms": lambda step: step.first_partial,
    "first_partial_from_audio_ms": lambda step: step.first_partial_from_audio,
    "sentence_ms": lambda step: step.sentence,
    "final_ms": lambda step: step.final,
    "partial_lag_ms": lambda step: step.partial_lag,
    "lag_slope_ms_per_s": lambda step: step.lag_slope,
}
_PERCENTILES: dict[str, Callable[[Distribution], float | None]] = {
    "p50": lambda d: d.median,
    "p95": lambda d: d.p95,
    "p99": lambda d: d.p99,
}
_SHARES = {"p50": 0.5, "p95": 0.05, "p99": 0.01}
"""The share of samples that may lie above."""

_DOUBT = 0.025
"""What is called sure is wrong in at most one of forty cases."""

_RATES: dict[str, Callable[[Step], float | None]] = {
    "errors": lambda step: step.error_rate,
    "text_mismatch": lambda step: step.text_mismatch_rate,
}
_COUNTS: dict[str, Callable[[Step], tuple[int, int]]] = {
    "errors": lambda step: (step.failed, step.sessions),
    "text_mismatch": lambda step: (step.text_mismatches, step.texts_compared),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One threshold: `metric.statistic <= most`; ms, ms per s, or a rate from 0 to 1."""

    metric: str
    statistic: str
    most: float

    def __str__(self) -> str:
        return f"{self.metric}.{self.statistic} <= {self.most:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """Whether a step held an objective.

    `held` is None when there were too few samples to claim it. `tends` is what those that there are say, None
    without any; `sure` when by them it would come out otherwise in at most one of forty steps.
    """

    objective: Objective
    value: float | None
    held: bool | None
    tends: bool | None
    sure: bool
    reason: str


KEEPS_REAL_TIME = tuple(
    Objective(metric=metric, statistic=statistic, most=most)
    for metric, statistic, most in (
        ("final_ms", "p95", 1500.0),
        ("partial_lag_ms", "p95", 2500.0),
        ("lag_slope_ms_per_s", "p95", 20.0),
        ("errors", "rate", 0.001),
        ("text_mismatch", "rate", 0.01),
    )
)
"""What holds unless a file says otherwise: replies keep up with speech, nothing fails, texts are right."""


def read_objectives(path: Path) -> tuple[Objective, ...]:
    """The objectives of a file.

    Raises:
        UsageError: it cannot be read, or an objective is not of the form `metric.statistic <= number`.
    """
    try:
        lines = tomllib.loads(path.read_text(encoding="utf-8"))["objectives"]
    except OSError as error:
        raise UsageError(f"--slo {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"--slo {path}: not TOML: {error}") from error
    except KeyError:
        raise UsageError(f'--slo {path}: expected objectives = ["final_ms.p95 <= 1500", …]') from None
    if not isinstance(lines, list) or not lines:
        raise UsageError(f"--slo {path}: objectives: expected a list with at least one line")
    return tuple(parse_objective(str(line), f"--slo {path}") for line in lines)


def parse_objective(line: str, where: str) -> Objective:
    """One objective as it is written.

    Raises:
        UsageError: it is of another form, or names what is not measured.
    """
    match = _FORM.fullmatch(line)
    if match is None:
        raise UsageError(f"{where}: {line!r}: expected metric.statistic <= number, as final_ms.p95 <= 1500")
    metric, statistic, most = match.groups()
    statistics = _PERCENTILES if metric in _DISTRIBUTIONS else ("rate",) if metric in _RATES else ()
    if statistic not in statistics:
        times = [f"{name}.p50|p95|p99" for name in _DISTRIBUTIONS]
        metrics = ", ".join([*times, *(f"{name}.rate" for name in _RATES)])
        raise UsageError(f"{where}: {line!r}: no such metric; expected one of {metrics}")
    try:
        return Objective(metric=metric, statistic=statistic, most=float(most))
    except ValueError:
        raise UsageError(f"{where}: {line!r}: {most!r} is no number") from None


def attained(step: Step, objectives: Sequence[Objective]) -> tuple[Attainment, ...]:
    """Hold a step against the objectives."""
    return tuple(
        _rate_attained(step, objective)
        if objective.metric in _RATES
        else _percentile_attained(_DISTRIBUTIONS[objective.metric](step), objective)
        for objective in objectives
    )


def _percentile_attained(distribution: Distribution, objective: Objective) -> Attainment:
    n = distribution.n
    share = _SHARES[objective.statistic]
    above = sum(sample > objective.most for sample in distribution.samples)
    value = _PERCENTILES[objective.statistic](distribution)
    held: bool | None
    tends = above <= share * n if n else None
    sure = bool(n) and (
        float(binom.cdf(above, n, share)) < _DOUBT if tends else float(binom.sf(above - 1, n, share)) < _DOUBT
    )
    if value is not None:
        tends = held = value <= objective.most
        reason = f"{objective.metric}.{objective.statistic} is {value:g}, {objective.most:g} at most"
    elif sure and not tends:
        held = False
        reason = f"{objective.metric}: {above} of {n} are above {objective.most:g}, too many whatever comes"
    else:
        held = None
        seen = f"{objective.metric}: {above} of {n} are above {objective.most:g}; " if n else ""
        reason = seen + (distribution.reason or "not measured")
    return Attainment(objective=objective, value=value, held=held, tends=tends, sure=sure, reason=reason)


def _rate_attained(step: Step, objective: Objective) -> Attainment:
    rate = _RATES[objective.metric](step)
    if rate is None:
        why = "nothing to count"
        return Attainment(objective=objective, value=None, held=None, tends=None, sure=False, reason=why)
    count, n = _COUNTS[objective.metric](step)
    held = rate <= objective.most
    # A rate of one in a thousand would take thousands of calls to be sure of: its interval is shown instead.
    sure = held or float(binom.sf(count - 1, n, objective.most)) < _DOUBT
    said = f"{objective.metric}.rate is {rate:g} ({count} of {n}), {objective.most:g} at most"
    return Attainment(objective=objective, value=rate, held=held, tends=held, sure=sure, reason=said)
