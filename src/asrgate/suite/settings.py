"""What a run was asked to do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args

from asrgate.audio.conditions import PRESETS, Condition, conditions
from asrgate.errors import UsageError
from asrgate.fuzz.budget import Budget
from asrgate.fuzz.store import DEFAULT_STORE
from asrgate.judge.catalogue import Requirement
from asrgate.judge.finding import Level
from asrgate.report.language import Language
from asrgate.suite.given import RECOVERY_S
from asrgate.suite.hotword_trial import HotwordTrial
from asrgate.wire.dialects import Feature
from asrgate.wire.endpoint import Endpoint

AUTO = "auto"
FEATURES: tuple[str, ...] = get_args(Feature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of a run. Without an `endpoint` the embedded one serves; `level` is the lowest to judge.

    `expect` names features that the deployment is said to have: one that is absent is then judged. Accuracy
    is measured in `modes` (empty: in all that the dialect has), at the pace of speech if `real_time`, at
    `rates_hz` (empty: 16 kHz), and with each of `degradations` (`audio.conditions`) beside clean sound and
    each of `presets` beside the default one; `hotword_trial` says what is asked about hotwords.
    """

    endpoint: Endpoint | None = None
    dialect: str = AUTO
    tls: bool = False
    fixtures: Path | None = None
    streams: int = 4
    seed: int = 0
    select: tuple[str, ...] = ()
    level: Level = Level.MAY
    destructive: bool = False
    fuzz: Budget | None = None
    fuzz_store: Path = DEFAULT_STORE
    recovery_s: float = RECOVERY_S
    expect: tuple[str, ...] = ()
    deviations: Path | None = None
    update_deviations: bool = False
    strict: bool = False
    accuracy: bool = False
    modes: tuple[str, ...] = ()
    real_time: bool = False
    rates_hz: tuple[int, ...] = ()
    degradations: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    hotword_trial: HotwordTrial | None = None
    wait_s: float = 0.0
    directory: Path | None = None
    language: Language = "en"
    command: str = "asrgate check"

    def why_not_selected(self, requirement: Requirement) -> str | None:
        """The option that leaves a requirement out, or None when it is to be judged."""
        if self.select and not any(fnmatchcase(requirement.id, pattern) for pattern in self.select):
            return f"not selected by --select {','.join(self.select)}"
        if _RANK[requirement.level] > _RANK[self.level]:
            return f"{requirement.level} is below --level {self.level.lower()}"
        if requirement.destructive and not self.destructive:
            return "destructive; runs only with --destructive"
        if requirement.generated and self.fuzz is None:
            return "judged on generated sessions; runs only with --fuzz"
        if requirement.loaded:
            return "judged on the calls of a load, by asrgate load and asrgate capacity"
        return None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Under what clips are scored."""
        presets = (PRESETS[name] for name in self.presets)
        return tuple(conditions(self.rates_hz, self.degradations, presets))

    def refuse_empty_patterns(self, catalogue: dict[str, Requirement]) -> None:
        """Make sure that every pattern of --select names something.

        Raises:
            UsageError: one does not.
        """
        for pattern in self.select:
            if not any(fnmatchcase(id_, pattern) for id_ in catalogue):
                families = sorted({requirement.family for requirement in catalogue.values()})
                raise UsageError(
                    f"--select {pattern}: no such requirement; expected an ID like END-01 or a pattern like "
                    f"END-*, of the families {', '.join(families)}"
                )

    def public_options(self) -> dict[str, Any]:
        """The options as a report may show them: headers by name only, nothing secret."""
        shown: dict[str, Any] = {
            "dialect": self.dialect,
            "streams": self.streams,
            "seed": self.seed,
            "select": list(self.select),
            "level": self.level.lower(),
            "destructive": self.destructive,
            "fuzz": str(self.fuzz) if self.fuzz is not None else None,
            "recovery_s": self.recovery_s,
            "expect": list(self.expect),
            "deviations": self.deviations.name if self.deviations else None,
            "strict": self.strict,
            "modes": list(self.modes),
            "rates_hz": list(self.rates_hz),
            "degrade": list(self.degradations),
            "presets": list(self.presets),
            "hotwords": self.hotword_trial.as_record() if self.hotword_trial is not None else None,
            "pace": "real" if self.real_time else "max",
            "embedded": self.endpoint is None,
        }
        if self.endpoint is not None:
            shown |= {
                "insecure": self.endpoint.insecure,
                "headers": [name for name, _ in self.endpoint.headers],
                "subprotocols": list(self.endpoint.subprotocols),
            }
        return shown


def parse_selection(text: str) -> tuple[str, ...]:
    """The patterns of `--select`, for example `HS-01,END-*`."""
    return tuple(pattern for part in text.split(",") if (pattern := part.strip().upper()))


def parse_expectations(text: str) -> tuple[str, ...]:
    """The features of `--expect`, for example `itn,hotwords`.

    Raises:
        UsageError: there is no such feature.
    """
    names = tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip().lower())))
    for name in names:
        if name not in FEATURES:
            raise UsageError(f"--expect {name}: no such feature; expected some of {', '.join(FEATURES)}")
    return names


def default_directory(endpoint: Endpoint | None) -> Path:
    """Where a run lands unless told otherwise: `reports/<UTC time>-<host>`."""
    host = endpoint.host.replace(":", "-") if endpoint is not None else "embedded"
    return Path("reports") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{host}"


_RANK = {Level.MUST: 0, Level.SHOULD: 1, Level.MAY: 2}
