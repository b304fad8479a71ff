"""Probes of features: what a deployment has, told from the exchanges that they name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from asrgate.judge.catalogue import Requirement
from asrgate.judge.features import Feature
from asrgate.report.record import EvidenceRecord, FeatureRecord, Run
from asrgate.suite.arguments import built, unknown_names
from asrgate.suite.declarations import NamedExchange, NamedFeature
from asrgate.suite.given import Given, MissingClip
from asrgate.suite.jobs import NotDriven


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One function of conformance/features.py, with the named exchanges that its arguments ask for."""

    name: str
    judge: Callable[..., Feature]
    named: Mapping[str, NamedExchange[object]]

    @property
    def unknown_arguments(self) -> list[str]:
        """The arguments that no exchange is named like."""
        return unknown_names(self.judge, self.named)

    def build(self, given: Given) -> dict[str, object]:
        """Ask for everything that the function wants.

        Raises:
            MissingClip: there is no clip for some of it.
            NotDriven: some of it was not driven.
        """
        return built(self.judge, self.named, given)

    def feature(self, given: Given) -> Feature:
        """Tell whether the feature is there; nothing can be told of what was not driven."""
        try:
            return self.judge(**self.build(given))
        except (MissingClip, NotDriven) as nothing:
            return Feature(name=self.name, found=None, reason=str(nothing))


def probe_of(
    requirement: Requirement,
    features: Mapping[str, NamedFeature],
    named: Mapping[str, NamedExchange[object]],
) -> Probe | None:
    """How to tell whether the feature is there that a requirement needs; None when it needs none."""
    feature = features.get(requirement.needs) if requirement.needs else None
    return Probe(name=feature.name, judge=feature.judge, named=named) if feature else None


def features_of(probes: Iterable[Probe], given: Given) -> tuple[FeatureRecord, ...]:
    """What the probes tell, as a report shows it."""
    return tuple(_record(probe.feature(given), given) for probe in probes)


def found_in(run: Run) -> tuple[str, ...]:
    """The features that a run found: what another run of the same deployment may expect (`--expect`)."""
    return tuple(feature.name for feature in run.features if feature.found)


def _record(feature: Feature, given: Given) -> FeatureRecord:
    return FeatureRecord(
        name=feature.name,
        found=feature.found,
        reason=feature.reason,
        expected=feature.name in given.expected,
        evidence=tuple(
            EvidenceRecord(exchange=f"exchanges/{shown.exchange}.jsonl", frames=shown.frames)
            for shown in feature.evidence
        ),
    )
