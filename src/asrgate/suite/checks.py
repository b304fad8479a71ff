"""A check: a requirement, the exchanges that it looks at, and the function that judges them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from asrgate.judge.catalogue import Requirement
from asrgate.judge.features import OPTIONAL, Feature
from asrgate.judge.finding import Finding, Verdict, inconclusive, unsupported
from asrgate.suite.arguments import built, unknown_names
from asrgate.suite.declarations import NamedExchange
from asrgate.suite.given import Given, MissingClip
from asrgate.suite.jobs import NotDriven
from asrgate.suite.probes import Probe
from asrgate.wire.dialects import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One test function of conformance/, with the named exchanges that its arguments ask for.

    `probe` tells whether the deployment has the feature that the requirement needs; None when it needs none.
    """

    requirement: Requirement
    judge: Callable[..., Finding]
    named: Mapping[str, NamedExchange[object]]
    probe: Probe | None = None

    @property
    def unknown_arguments(self) -> list[str]:
        """The arguments that no exchange is named like."""
        return unknown_names(self.judge, self.named)

    def why_unsupported(self, dialect: Dialect) -> str | None:
        """Why the requirement does not apply to this dialect, or None when it does."""
        requirement = self.requirement
        if dialect.name not in requirement.dialects:
            return requirement.unsupported or f"does not apply to {dialect.name}"
        return None

    def build(self, given: Given) -> dict[str, object]:
        """Ask for everything that the function wants, by the names of its arguments.

        Raises:
            MissingClip: there is no clip for some of it.
            NotDriven: some of it was not driven.
        """
        ground = replace(given, hazard=self.requirement.hazard)
        return built(self.judge, self.named, ground)

    def absent(self, given: Given) -> Feature | None:
        """The feature that the requirement needs, when it was probed and is not there.

        None for a feature that the dialect itself promises or that the user expects: then its absence is
        judged.
        """
        if self.probe is None or self.probe.name not in OPTIONAL or self.probe.name in given.expected:
            return None
        feature = self.probe.feature(given)
        return feature if feature.found is False else None

    def finding(self, given: Given) -> Finding:
        """Judge, when everything that it needs has been driven.

        Raises:
            Exception: the check is broken; whatever its code raises comes through.
        """
        reason = self.why_unsupported(given.dialect)
        if reason is not None:
            return unsupported(self.requirement.id, reason)
        absent = self.absent(given)
        if absent is not None:
            return unsupported(self.requirement.id, absent.reason, *absent.evidence)
        try:
            arguments = self.build(given)
            finding = self.judge(**arguments)
        except (MissingClip, NotDriven) as nothing:
            return inconclusive(self.requirement.id, str(nothing))
        if not isinstance(finding, Finding) or finding.requirement != self.requirement.id:
            raise TypeError(
                f"the check of {self.requirement.id} returned {finding!r}, expected a finding for it"
            )
        return finding

    def judged(self, given: Given) -> Finding:
        """The finding, or that the check itself is broken: who has many checks goes on with the others."""
        try:
            return self.finding(given)
        except Exception as error:
            return Finding(
                requirement=self.requirement.id,
                verdict=Verdict.ERROR,
                reason=f"the check is broken: {type(error).__name__}: {error}",
            )
