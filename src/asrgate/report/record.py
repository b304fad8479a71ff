"""The run record: everything that one command measured, as `run.json` holds it (docs/schemas/run.schema.json)."""

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

SCHEMA_VERSION = 1

RunVerdict = Literal["conformant", "not conformant", "inconclusive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What measured."""

    version: str
    name: str = "asrgate"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """A file of the run directory, relative to it, and the indices of the frames that decided."""

    exchange: str
    frames: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """A finding joined with its requirement."""

    id: str
    level: str
    status: str
    title: str
    title_zh: str
    source: str
    verdict: str
    reason: str
    evidence: tuple[EvidenceRecord, ...] = ()
    destructive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRecord:
    """Where the run was pointed, which dialect it was judged by, and the facts that it was told by."""

    url: str
    dialect: str
    detected: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One stretch of an alignment: `equal`, `substitute`, `delete` (lost) or `insert` (added)."""

    op: Literal["equal", "substitute", "delete", "insert"]
    reference: str
    hypothesis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipScore:
    """One clip in one mode. `reference` and `hypothesis` as spoken and as received; the counts are after normalisation.

    `cer` is the character (English: word) error rate, 0 and up; None when the clip gave no answer to score.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A pooled error rate with its 95 % bootstrap interval by clip, and what it was pooled from."""

    value: float | None
    ci95: tuple[float, float] | None
    clips: int
    units: int
    substitutions: int
    deletions: int
    insertions: int
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Error rates over the clips: `cer` pools the Chinese and mixed clips of the main mode.

    `slices` holds a rate per mode and language, for example `2pass/zh`; `normaliser` names the view, its version and
    `steps` the steps that were applied to both sides.
    """

    cer: float | None
    cer_ci95: tuple[float, float] | None
    mode: str
    normaliser: str
    steps: tuple[str, ...]
    clips: tuple[ClipScore, ...]
    slices: dict[str, Rate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A latency distribution in ms. A percentile is None when there are too few samples for it; `n` says how many."""

    name: str
    n: int
    median: float | None
    p95: float | None
    p99: float | None
    smallest: float | None
    largest: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where the suite ran, and with what."""

    python: str
    platform: str
    cpus: int
    packages: dict[str, str]
    fixtures: str
    fixtures_sha256: str
    options: dict[str, Any]
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything that one command measured. Times are ms unless the name says `_s`; rates 0 to 1."""

    started_at: str
    duration_s: float
    tool: Tool
    endpoint: EndpointRecord
    verdict: RunVerdict
    valid: bool
    findings: tuple[FindingRecord, ...]
    sessions: int
    audio_s: float
    environment: Environment
    latencies: tuple[Distribution, ...] = ()
    accuracy: Accuracy | None = None
    invalid_reason: str | None = None
    interrupted: bool = False
    schema_version: int = SCHEMA_VERSION


RUN: TypeAdapter[Run] = TypeAdapter(Run)
