"""The run record: what one command measured, as `run.json` holds it (docs/schemas/run.schema.json)."""

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from asrgate.judge.finding import Level, Verdict
from asrgate.measure.accuracy import Accuracy
from asrgate.measure.latency import Distribution
from asrgate.report.load_record import LoadRecord

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
    level: Level
    status: str
    title: str
    title_zh: str
    source: str
    verdict: Verdict
    reason: str
    evidence: tuple[EvidenceRecord, ...] = ()
    destructive: bool = False

    @property
    def family(self) -> str:
        """The letters before the number, for example `END`."""
        return self.id.partition("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRecord:
    """Whether the deployment has a feature, by what was seen. `found` is None when nothing could be told.

    `expected` is True when the user declared it (`--expect`): its absence is then a failure.
    """

    name: str
    found: bool | None
    reason: str
    expected: bool = False
    evidence: tuple[EvidenceRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRecord:
    """The verdict on how one exchange was closed, beside whatever was judged in it.

    `verdict` is pass, fail or inconclusive; `took_ms` from the client's close frame to the end of TCP.
    """

    exchange: str
    verdict: Verdict
    who: str
    code: int | None
    clean: bool
    took_ms: float | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationRecord:
    """An entry of the file of known deviations, and what became of it in this run.

    `state` is `known` (it failed as listed), `fixed` (it passed), `expired` (it failed after its date) or
    `not judged`. `expires` is an ISO date, `link` an address or an issue number. `shipped`
    ones came with asrgate: what upstream's own servers do.
    """

    requirement: str
    state: Literal["known", "fixed", "expired", "not judged"]
    reason: str
    link: str = ""
    expires: str | None = None
    file: str = ""
    shipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzFailure:
    """A generated session that broke the model of the dialect, shrunk to the fewest steps.

    `cause` identifies it among others; `exchange` is its file, which `asrgate replay` drives again; `again`
    is whether an earlier run had found it already.
    """

    cause: str
    reason: str
    steps: int
    exchange: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzRecord:
    """What `--fuzz` did: sessions generated and driven, the seed, and what was found.

    `further` sessions were driven to read plainly, to confirm and to make small. `fixed` are causes that an
    earlier run found and that are no more, `unsteady` what failed once and not again. `ended` says why it
    ended before the budget was spent, None when it did not.
    """

    budget: str
    seed: int
    sessions: int
    duration_s: float
    failures: tuple[FuzzFailure, ...] = ()
    further: int = 0
    fixed: tuple[str, ...] = ()
    unsteady: tuple[str, ...] = ()
    ended: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRecord:
    """Where the run was pointed, which dialect it was judged by, and the facts that it was told by."""

    url: str
    dialect: str
    detected: dict[str, Any] = field(default_factory=dict)


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
    load: LoadRecord | None = None
    invalid_reason: str | None = None
    interrupted: bool = False
    features: tuple[FeatureRecord, ...] = ()
    closings: tuple[ClosingRecord, ...] = ()
    deviations: tuple[DeviationRecord, ...] = ()
    fuzz: FuzzRecord | None = None
    schema_version: int = SCHEMA_VERSION


RUN: TypeAdapter[Run] = TypeAdapter(Run)
