"""The list of faults: complete, and in step with the requirements."""

import pytest

from asrgate.errors import UsageError
from asrgate.faults.catalogue import FAULTS, fault_named, faults_like
from asrgate.judge.catalogue import Requirement, load_catalogue
from asrgate.judge.finding import Level
from asrgate.proof.selection import CORE, named_for, part_of, requirements_for
from asrgate.suite.locations import requirements_file
from asrgate.wire.dialects import DIALECTS

CATALOGUE = load_catalogue(requirements_file())
NAMED = {id_ for fault in FAULTS.values() for id_ in fault.caught_by}


def test_there_are_enough() -> None:
    """At least 60 faults, each with a name of its own and a sentence."""
    assert len(FAULTS) >= 60
    for fault in FAULTS.values():
        assert fault.sentence.endswith("."), fault.name
        assert fault.caught_by, fault.name
        assert set(fault.dialects) <= set(DIALECTS), fault.name


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_names_requirements_that_can_catch_it(fault) -> None:
    """Every requirement that a fault names exists, and applies to a dialect of the fault."""
    for id_ in fault.caught_by:
        assert id_ in CATALOGUE
        assert set(CATALOGUE[id_].dialects) & set(fault.dialects), id_


@pytest.mark.parametrize("requirement", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_requirement_is_proved_or_says_why_not(requirement: Requirement) -> None:
    """A MUST or SHOULD is named by a fault, or its entry says why none can break it; never both."""
    if requirement.id in NAMED:
        assert not requirement.unproved
    elif requirement.level is not Level.MAY:
        assert requirement.unproved


def test_an_unknown_fault_is_told() -> None:
    """A name that nobody has is told in one sentence, with those that are like it."""
    with pytest.raises(UsageError, match="no fault 'stamps-sideways'; did you mean"):
        fault_named("stamps-sideways")
    with pytest.raises(UsageError, match="no fault 'qq'; asrgate break --list"):
        fault_named("qq")


def test_faults_are_chosen_by_name_family_and_requirement() -> None:
    """Patterns name faults, families, or the requirements that catch them."""
    named = faults_like(["stamps-swapped"], "funasr-2pass")
    assert [fault.name for fault in named] == ["stamps-swapped"]
    assert {fault.family for fault in faults_like(["stamps"], "funasr-2pass")} == {"stamps"}
    assert all("TS-01" in fault.caught_by for fault in faults_like(["TS-01"], "funasr-2pass"))
    with pytest.raises(UsageError, match=r"--faults nothing-\*"):
        faults_like(["nothing-*"], "funasr-2pass")


def test_parts_make_the_whole() -> None:
    """The thirds of the faults are disjoint, and together all of them."""
    every = faults_like([], "funasr-2pass")
    thirds = [part_of(every, part, 3) for part in (1, 2, 3)]
    assert sorted(fault.name for third in thirds for fault in third) == sorted(f.name for f in every)


def test_what_is_judged_against_a_fault() -> None:
    """What the fault names, and one requirement of each family; nothing destructive that is not named."""
    fault = fault_named("dies-of-nested-json")
    judged = requirements_for(fault, CATALOGUE, "funasr-2pass", full=False)
    assert set(judged) == {"ROB-18", *CORE} & set(CATALOGUE)
    everything = requirements_for(fault, CATALOGUE, "funasr-2pass", full=True)
    assert [id_ for id_ in everything if CATALOGUE[id_].destructive] == ["ROB-18"]
    assert named_for(fault, CATALOGUE, "funasr-2pass") == ("ROB-18",)
    assert named_for(fault_named("itn-forced-on"), CATALOGUE, "funasr-python") == ("ITN-02",)
    assert named_for(fault_named("itn-forced-on"), CATALOGUE, "funasr-realtime") == ()


def test_the_core_has_every_family() -> None:
    """One requirement of each family that a check judges, so that the side effects of a fault show."""
    families = {entry.family for entry in CATALOGUE.values() if not entry.loaded}
    assert {CATALOGUE[id_].family for id_ in CORE} == families


def test_faults_that_only_load_shows_are_not_for_prove() -> None:
    """They name requirements that load runs judge, and nothing that `asrgate prove` could drive."""
    for fault in FAULTS.values():
        loaded = {CATALOGUE[id_].loaded for id_ in fault.caught_by}
        assert loaded == {fault.family == "load"}
        if fault.family == "load":
            assert not any(named_for(fault, CATALOGUE, dialect) for dialect in DIALECTS)
