"""A check: a requirement, the exchanges that it looks at, and the function that judges them."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from asrgate.judge.catalogue import Requirement
from asrgate.judge.finding import Finding, inconclusive, unsupported
from asrgate.suite.declarations import NamedExchange
from asrgate.suite.given import Given, MissingClip
from asrgate.suite.jobs import NotDriven
from asrgate.wire.dialects import Dialect

GIVEN = "given"
"""The name of the argument by which a check asks for the ground itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One test function of conformance/, with the named exchanges that its arguments ask for."""

    requirement: Requirement
    judge: Callable[..., Finding]
    named: Mapping[str, NamedExchange[object]]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of its arguments."""
        return tuple(inspect.signature(self.judge).parameters)

    @property
    def unknown_arguments(self) -> list[str]:
        """Those that no exchange is named like."""
        return [name for name in self.arguments if name != GIVEN and name not in self.named]

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
        ground = replace(given, destructive=self.requirement.destructive)
        return {name: ground if name == GIVEN else self.named[name](ground) for name in self.arguments}

    def finding(self, given: Given) -> Finding:
        """Judge, when everything that it needs has been driven.

        Raises:
            Exception: the check is broken; whatever its code raises comes through.
        """
        reason = self.why_unsupported(given.dialect)
        if reason is not None:
            return unsupported(self.requirement.id, reason)
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
