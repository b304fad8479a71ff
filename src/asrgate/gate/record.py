"""What a comparison of two deployments found, as `compare.json` holds it."""

from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter

from asrgate.judge.finding import Level, Verdict

SCHEMA_VERSION = 1

Answer = Literal["worse", "not comparable", "too noisy", "not worse"]
"""The four answers, the one that decides first."""

Change = Literal["newly failing", "fixed", "new deviation", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The runs of one deployment: where they lie, what they were pointed at, when the first began."""

    runs: tuple[str, ...]
    endpoint: str
    dialect: str
    started_at: str
    asrgate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedMetric:
    """One number on both sides. `unit` is `share` (0 to 1) or `ms`; a rise is a change for the worse.

    `ci90` is the two-sided interval of the difference, each end a one-sided bound at 95 %; `p` is corrected
    for the number of metrics. Only a metric that is `gating` takes part in the answer of the whole; `reason`
    says in a sentence why the answer is what it is.
    """

    name: str
    unit: Literal["share", "ms"]
    base: float | None
    new: float | None
    difference: float | None
    ci90: tuple[float, float] | None
    p: float | None
    tolerance: float
    n: int
    answer: Answer
    reason: str
    gating: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRequirement:
    """A requirement whose verdict is another one than before."""

    id: str
    level: Level
    title: str
    title_zh: str
    before: Verdict | None
    after: Verdict | None
    change: Change
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedClip:
    """A clip that reads otherwise than before, with its errors on both sides, summed over repeats."""

    id: str
    mode: str
    reference: str
    base: str
    new: str
    base_errors: int
    new_errors: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Whether the new deployment is worse. `why_not_comparable` is empty when the two can be compared.

    `confirmed` is None unless the new deployment was measured a second time before the answer was given.
    """

    answer: Answer
    base: Side
    new: Side
    metrics: tuple[ComparedMetric, ...]
    requirements: tuple[ComparedRequirement, ...]
    clips: tuple[ComparedClip, ...]
    why_not_comparable: tuple[str, ...] = ()
    confirmed: str | None = None
    schema_version: int = SCHEMA_VERSION


COMPARISON: TypeAdapter[Comparison] = TypeAdapter(Comparison)
