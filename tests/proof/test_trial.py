"""Trials: the suite against a real endpoint behind a fault."""

from collections.abc import Iterator

import pytest

from asrgate.judge.finding import Verdict
from asrgate.proof.trial import Trial, run_trial
from asrgate.reference.embedded import embedded_endpoint
from asrgate.suite.settings import Settings
from asrgate.wire.endpoint import Endpoint


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    """The embedded endpoint, shared by the tests of this module."""
    with embedded_endpoint() as embedded:
        yield Endpoint(url=embedded.url)


def settings(*select: str, **more) -> Settings:
    """A run that judges these requirements."""
    return Settings(dialect="funasr-2pass", select=select, recovery_s=1.0, strict=True, **more)


def test_without_a_fault_nothing_fails(endpoint: Endpoint) -> None:
    """Through the proxy alone the endpoint keeps what it keeps without it."""
    said = run_trial(Trial(endpoint=endpoint, settings=settings("HS-08", "HS-11", "HS-14", "HS-15", "HS-16")))
    assert said.failed == ()
    assert Verdict.PASS in said.verdicts.values()


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("subprotocol-demanded", "HS-04"),
        ("pong-with-other-payload", "HS-08"),
        ("compression-flag-unasked", "HS-07"),
        ("certificate-expired", "HS-02"),
        ("empty-sessions-get-text", "END-04"),
        ("dies-of-invalid-utf8", "ROB-20"),
    ],
)
def test_a_fault_is_caught(endpoint: Endpoint, fault: str, requirement: str) -> None:
    """The requirement that the fault names fails, and tells why."""
    said = run_trial(Trial(endpoint=endpoint, settings=settings(requirement), fault=fault))
    assert requirement in said.failed, said.reasons.get(requirement) or said.error


def test_a_deadly_input_is_caught(endpoint: Endpoint) -> None:
    """A server that dies of a field is found by the destructive requirement, which names the input."""
    asked = settings("ROB-04", destructive=True)
    said = run_trial(Trial(endpoint=endpoint, settings=asked, fault="dies-of-hotwords-as-object"))
    assert said.failed == ("ROB-04",)
    assert "hotwords as an object" in said.reasons["ROB-04"]


def test_a_run_that_is_not_possible_is_a_result(endpoint: Endpoint) -> None:
    """Nobody behind the proxy: the trial says so, and does not raise."""
    nobody = Endpoint(url="ws://127.0.0.1:9", connect_timeout_s=2)
    said = run_trial(Trial(endpoint=nobody, settings=settings("HS-08")))
    assert said.verdicts == {}
    assert said.error
