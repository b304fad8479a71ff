"""Several runs side by side: which requirement has which verdict in which run."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from asrgate.report.headline import standing, title
from asrgate.report.language import Language
from asrgate.report.load_headline import answer_of
from asrgate.report.load_page import quoted_step
from asrgate.report.page import environment, held, page_context
from asrgate.report.rates import main_rate
from asrgate.report.record import FindingRecord, Run

MISSING = "missing"
"""Stands for the verdict of a run that does not know the requirement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRequirement:
    """One requirement and its findings, None for a run that does not know it, in the order of the runs."""

    requirement: FindingRecord
    findings: tuple[FindingRecord | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the runs disagree."""
        return len({MISSING if f is None else f.verdict for f in self.findings}) > 1


def compared(runs: Sequence[Run]) -> tuple[ComparedRequirement, ...]:
    """Return every requirement that any run knows, by family in the order in which the families come up."""
    known: dict[str, FindingRecord] = {}
    for run in runs:
        known |= {finding.id: finding for finding in run.findings if finding.id not in known}
    families = list(dict.fromkeys(finding.family for finding in known.values()))
    ordered = sorted(known.values(), key=lambda finding: families.index(finding.family))
    by_id = [{finding.id: finding for finding in run.findings} for run in runs]
    return tuple(
        ComparedRequirement(requirement=finding, findings=tuple(found.get(finding.id) for found in by_id))
        for finding in ordered
    )


def comparison_html(runs: Sequence[tuple[str, Run]], language: Language) -> str:
    """Return the page that shows named runs side by side."""
    requirements = compared([run for _, run in runs])
    rates = [main_rate(run.accuracy) if run.accuracy is not None else None for _, run in runs]
    return (
        environment()
        .get_template("comparison.html.j2")
        .render(
            **page_context(language),
            runs=[
                {
                    "name": name,
                    "run": run,
                    "standing": standing(run),
                    "title": title(run, language),
                    "held": held(run),
                    "rate": rate,
                    "answer": answer_of(run),
                    "step": quoted_step(run),
                }
                for (name, run), rate in zip(runs, rates, strict=True)
            ],
            families=[
                (family, list(members))
                for family, members in groupby(requirements, key=lambda r: r.requirement.family)
            ],
            differing=sum(requirement.differs for requirement in requirements),
            total=len(requirements),
        )
    )
