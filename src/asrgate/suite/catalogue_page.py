"""docs/requirements.md, made from the catalogue. `python -m asrgate.suite.catalogue_page FILE` writes it."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from asrgate.judge.catalogue import Requirement, load_catalogue
from asrgate.judge.deviations import Deviation, load_deviations
from asrgate.report.language import words_of
from asrgate.suite.locations import deviations_file, requirements_file
from asrgate.wire.dialects import DIALECTS

_HEAD = """\
# Requirements

What asrgate judges: {total} requirements, {must} MUST, {should} SHOULD, {may} MAY; {destructive} of them are
destructive and asked only with `--destructive`. Made from `conformance/requirements.toml` by
`python -m asrgate.suite.catalogue_page docs/requirements.md`. `asrgate explain ID` says more of each, and
with `--run DIR` what a run saw of it.

- **status**: *documented* where upstream or the deployment guide says so, *de facto* where all servers do so,
  *contested* where sources or servers differ.
- **dialects**: `2pass` is `funasr-2pass`, `0.1` is `funasr-2pass-0.1`, and so on. For the others the verdict
  is *does not apply*; the reasons stand below each table.
- **needs**: a feature that a deployment may lack; where it is found missing, the requirement does not apply.
- **harm**: from 1, mild, to 9, hard: what asking can do to a vulnerable server.
- **known**: which of upstream's own servers are [known to deviate](deviations.md).
"""
_COLUMNS = ("ID", "level", "status", "requirement", "dialects", "needs", "harm", "source", "known")


def requirements_markdown(
    catalogue: Mapping[str, Requirement], known: Mapping[str, Iterable[Deviation]]
) -> str:
    """Return the page; `known` holds the shipped deviations by dialect."""
    requirements = tuple(catalogue.values())
    levels = Counter(requirement.level.lower() for requirement in requirements)
    head = _HEAD.format(
        total=len(requirements),
        destructive=sum(requirement.destructive for requirement in requirements),
        **{level: levels[level] for level in ("must", "should", "may")},
    )
    listed: dict[str, list[str]] = {}
    for dialect, entries in known.items():
        for entry in entries:
            listed.setdefault(entry.requirement, []).append(dialect)
    families = groupby(requirements, key=lambda requirement: requirement.family)
    return "\n".join([head, *(line for name, members in families for line in _family(name, members, listed))])


def _family(name: str, requirements: Iterable[Requirement], listed: Mapping[str, list[str]]) -> Iterator[str]:
    members = tuple(requirements)
    yield f"## {name}: {words_of('en').named('family', name)}\n"
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "|---" * len(_COLUMNS) + "|"
    for requirement in members:
        cells = (
            requirement.id,
            requirement.level,
            requirement.status,
            requirement.title,
            _dialects(requirement.dialects),
            requirement.needs or "",
            str(requirement.hazard or ""),
            requirement.source,
            _dialects(listed.get(requirement.id, ())),
        )
        yield f"| {' | '.join(map(_cell, cells))} |"
    yield ""
    reasons = {r.id: r.unsupported for r in members if r.unsupported}
    if reasons:
        yield "Why they do not apply to the others:\n"
        yield from (f"- **{id_}** {reason}" for id_, reason in reasons.items())
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _dialects(names: Iterable[str]) -> str:
    kept = tuple(names)
    if set(kept) == set(DIALECTS):
        return "all"
    return ", ".join(name.removeprefix("funasr-").removeprefix("2pass-") for name in kept)


def current_markdown() -> str:
    """Return the page of the catalogue and the deviations as they are."""
    catalogue = load_catalogue(requirements_file())
    files = {dialect: deviations_file(dialect) for dialect in DIALECTS}
    known = {
        dialect: load_deviations(file, catalogue, shipped=True)
        for dialect, file in files.items()
        if file.is_file()
    }
    return requirements_markdown(catalogue, known)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(current_markdown(), encoding="utf-8")
