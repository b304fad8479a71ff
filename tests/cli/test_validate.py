"""`asrgate validate` is check and accuracy in one run with one report."""

from pathlib import Path

from suite.runs import TONES, asrgate
from suite.servers import Parrot, serving


def test_one_run_holds_both(tmp_path: Path) -> None:
    """Findings and error rates are in one record, and sessions that both need are driven once."""
    with serving(Parrot()) as url:
        ran = asrgate("validate", url, "--fixtures", TONES, "--select", "MODE-05,END-03", folder=tmp_path)
    assert ran.status == 0
    assert ran.verdicts["MODE-05"] != "skipped"
    assert len(ran.run["accuracy"]["clips"]) == 15
    # Fifteen for accuracy, among them the six that MODE-05 compares; one more for END-03, which listens on.
    assert ran.run["sessions"] == 16


def test_embedded_endpoint_serves_when_there_is_no_url(tmp_path: Path) -> None:
    """Without URL the embedded endpoint is started, in the dialect that was asked for, with TLS if wanted."""
    options = ("--dialect", "funasr-offline", "--tls", "--fixtures", TONES, "--select", "HS-01,HS-02,SCH-01")
    ran = asrgate("validate", *options, folder=tmp_path)
    assert ran.run["endpoint"]["dialect"] == "funasr-offline"
    assert ran.run["endpoint"]["url"].startswith("wss://127.0.0.1:")
    assert ran.verdicts["HS-01"] == ran.verdicts["HS-02"] == "pass"
    assert {clip["mode"] for clip in ran.run["accuracy"]["clips"]} == {"offline"}
