"""`asrgate validate` is check, accuracy and a short load in one run with one report."""

from pathlib import Path

import pytest

from suite.runs import TONES, asrgate
from suite.servers import Parrot, serving


def test_one_run_holds_both(tmp_path: Path) -> None:
    """Findings and error rates are in one record, and sessions that both need are driven once."""
    asked = ("--select", "MODE-05,END-03", "--load-streams", "0")
    with serving(Parrot()) as url:
        ran = asrgate("validate", url, "--fixtures", TONES, *asked, folder=tmp_path)
    assert ran.status == 0
    assert ran.verdicts["MODE-05"] != "skipped"
    assert len(ran.run["accuracy"]["clips"]) == 15
    # Fifteen for accuracy, among them the six that MODE-05 compares; one more for END-03, which listens on.
    assert ran.run["sessions"] == 16
    assert ran.run["load"] is None


@pytest.mark.parametrize(("says", "status", "held"), [("你好", 0, True), ("再见", 1, False)])
def test_a_short_load_counts(tmp_path: Path, says: str, status: int, held: bool) -> None:
    """A few callers at a time get the texts that clips gave before, or objectives are missed: status 1."""
    with serving(Fickle(says)) as url:
        ran = asrgate("validate", url, "--fixtures", TONES, "--select", "END-03", folder=tmp_path)
    (step,) = ran.run["load"]["steps"]
    assert step["streams"] == 4
    assert step["texts_compared"] == step["sessions"] >= 5
    assert not step["errors"]
    assert step["held"] is held or step["generator"]["saturated"]
    assert ran.status == status or step["generator"]["saturated"], ran.output + ran.errors
    assert "Under load" in ran.output


class Fickle(Parrot):
    """A parrot that says something else to callers of a load."""

    def __init__(self, says: str) -> None:
        super().__init__()
        self._says = says

    def final(self, name: str, heard: int) -> dict[str, object]:
        """What ends an utterance of so many bytes."""
        final = super().final(name, heard)
        return final | {"text": self._says} if heard and name.startswith("caller-") else final


def test_embedded_endpoint_serves_when_there_is_no_url(tmp_path: Path) -> None:
    """Without URL the embedded endpoint is started, in the dialect that was asked for, with TLS if wanted."""
    asked = ("--select", "HS-01,HS-02,SCH-01", "--load-streams", "0")
    options = ("--dialect", "funasr-offline", "--tls", "--fixtures", TONES, *asked)
    ran = asrgate("validate", *options, folder=tmp_path)
    assert ran.run["endpoint"]["dialect"] == "funasr-offline"
    assert ran.run["endpoint"]["url"].startswith("wss://127.0.0.1:")
    assert ran.verdicts["HS-01"] == ran.verdicts["HS-02"] == "pass"
    assert {clip["mode"] for clip in ran.run["accuracy"]["clips"]} == {"offline"}
