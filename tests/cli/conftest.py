"""A saved run for the commands that read one."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from suite.runs import TONES, asrgate
from suite.servers import Parrot, serving


@dataclass(frozen=True)
class SavedRun:
    """The folder of a run in which END-04 and TS-09 failed, of an endpoint that is gone."""

    folder: Path
    url: str

    def exchange(self, name: str) -> Path:
        """The file of the exchange of this name."""
        (file,) = (self.folder / "exchanges").glob(f"{name}-*.jsonl")
        return file


@pytest.fixture(scope="session")
def saved_run(tmp_path_factory: pytest.TempPathFactory) -> SavedRun:
    """A check of five requirements on a parrot that makes something of nothing."""
    folder = tmp_path_factory.mktemp("saved")
    with serving(Parrot(says_of_nothing="嗯")) as url:
        asked = "HS-01,END-01,END-04,SCH-01,TS-09"
        ran = asrgate(
            "check", url, "--select", asked, "--fixtures", TONES, "--header", "X-Key: geheim", folder=folder
        )
    assert (ran.verdicts["END-04"], ran.verdicts["TS-09"]) == ("fail", "fail")
    return SavedRun(ran.out, url)
