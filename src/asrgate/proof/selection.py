"""What is driven against a fault: the requirements that it names, and a core set of one per family."""

from collections.abc import Iterable, Mapping

from asrgate.faults.fault import Fault
from asrgate.judge.catalogue import Requirement

CORE = (
    "HS-11",
    "SCH-02",
    "CFG-01",
    "MODE-03",
    "END-02",
    "CHUNK-03",
    "FS-06",
    "ITN-06",
    "HOT-01",
    "TS-02",
    "ACC-07",
    "ROB-22",
    "SEC-03",
    "LAT-05",
    "RT-01",
)
"""One requirement of each family that costs little to judge: they show what else a fault does."""


def requirements_for(
    fault: Fault, catalogue: Mapping[str, Requirement], dialect: str, *, full: bool
) -> tuple[str, ...]:
    """The requirements to judge against a fault, in the order of the catalogue."""
    wanted: Iterable[str] = catalogue if full else (*fault.caught_by, *CORE)
    named = named_for(fault, catalogue, dialect)
    harmless = {id_ for id_ in wanted if id_ in catalogue and not catalogue[id_].destructive}
    return tuple(id_ for id_ in catalogue if id_ in harmless or id_ in named)


def named_for(fault: Fault, catalogue: Mapping[str, Requirement], dialect: str) -> tuple[str, ...]:
    """The requirements that a fault names, those that apply to the dialect.

    Without those that only a load can judge: faults that name nothing else are proved by load runs.
    """
    known = (catalogue[id_] for id_ in fault.caught_by if id_ in catalogue)
    return tuple(entry.id for entry in known if dialect in entry.dialects and not entry.loaded)


def part_of(faults: tuple[Fault, ...], part: int, parts: int) -> tuple[Fault, ...]:
    """One of several equal shares, always the same: every n-th fault."""
    return faults[part - 1 :: parts]
