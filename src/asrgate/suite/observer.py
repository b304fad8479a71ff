"""Who is told how far a run is: nobody by default, a terminal, or pytest's own reporter."""

from pathlib import Path

from asrgate.judge.catalogue import Requirement
from asrgate.judge.finding import Finding
from asrgate.report.record import Run
from asrgate.suite.ground import Ground
from asrgate.suite.plan import Plan
from asrgate.wire.scenario import Scenario


class Observer:
    """Hears everything and does nothing. `began`, `sent` and `ended` are called in the driver's thread."""

    def say(self, sentence: str) -> None:
        """Something that a person should know, such as that the endpoint is being waited for."""

    def planned(self, ground: Ground, plan: Plan, streams: int) -> None:
        """The endpoint answered, and this is what will be driven."""

    def began(self, scenario: Scenario) -> None:
        """A session is being opened."""

    def sent(self, audio_s: float) -> None:
        """So many more seconds of audio were sent."""

    def ended(self, scenario: Scenario) -> None:
        """A session is over."""

    def fuzzing(self, doing: str, sessions: int, planned: int | None, causes: int) -> None:
        """So many generated sessions were driven of those `planned`, and so many causes of failure found.

        `planned` is None where as many are driven as fit. Called in a thread of its own.
        """

    def found(self, requirement: Requirement, finding: Finding) -> None:
        """A requirement was judged."""

    def finished(self, run: Run, report: Path) -> None:
        """Everything was written; `report` is the page to open."""
