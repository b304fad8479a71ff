"""The ground for the suite's own tests: the tone clips, and a given that notes what is asked for."""

from pathlib import Path

import pytest

from asrgate.audio.clips import ClipSet, load_clips
from asrgate.judge.catalogue import load_catalogue
from asrgate.suite.given import Given
from asrgate.suite.jobs import Job
from asrgate.suite.locations import requirements_file
from suite.completeness import checked_requirements, differences
from suite.grounds import noting

TONES = Path(__file__).parents[1] / "tones"


def pytest_collection_modifyitems() -> None:
    """Fail collection when a requirement has no check, or a check no requirement."""
    found = differences(load_catalogue(requirements_file()), checked_requirements())
    if found:
        raise pytest.UsageError("conformance: " + "; ".join(found))


@pytest.fixture(scope="session")
def tones() -> ClipSet:
    """The tiny folder of tone clips."""
    return load_clips(TONES)


@pytest.fixture
def jobs() -> list[Job]:
    """What was asked for."""
    return []


@pytest.fixture
def given(tones: ClipSet, jobs: list[Job]) -> Given:
    """A ground on which nothing happens."""
    return noting(tones, jobs)
