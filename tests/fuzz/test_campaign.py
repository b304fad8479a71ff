"""Campaigns against small servers: a good one breaks nothing, and each fault is found and made small."""

import pytest

from .conftest import Fuzzer
from .servers import Answer, Speaker, doubled, large_frames_lost, plain_names

SMALL_STEPS = 6
FEW = 10


def test_a_good_server_keeps_every_rule(fuzz: Fuzzer) -> None:
    """All sessions are driven, and nothing is found, confirmed or remembered."""
    found = fuzz(Speaker())
    assert (found.sessions, found.broken, found.unsteady, found.ended) == (40, (), (), None)
    assert list(fuzz.store.remembered()) == []


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (doubled, "terminator too many"),
        (plain_names, "wav_name"),
        (large_frames_lost, "text"),
    ],
)
def test_a_fault_is_found_and_made_small(fuzz: Fuzzer, answer: Answer, rule: str) -> None:
    """One cause, not one for each of the sessions that fail of it, in a session of a few steps."""
    found = fuzz(Speaker(answer=answer), sessions=60)
    assert [broken.rule for broken in found.broken] == [rule]
    assert found.broken[0].steps <= SMALL_STEPS
    assert found.sessions > 0


def test_what_was_found_is_tried_first(fuzz: Fuzzer) -> None:
    """The next run says that it still fails, and the one after the mending that it is fixed."""
    first = fuzz(Speaker(answer=doubled), sessions=FEW)
    again = fuzz(Speaker(answer=doubled), sessions=FEW, seed=2)
    assert [broken.again for broken in first.broken] == [False]
    assert again.broken[0].again
    assert [broken.cause for broken in again.broken] == [broken.cause for broken in first.broken]
    mended = fuzz(Speaker(), sessions=FEW)
    assert (len(mended.fixed), mended.broken) == (1, ())
    assert fuzz(Speaker(), sessions=FEW).fixed == ()


def test_a_server_that_falls_ends_the_campaign(fuzz: Fuzzer) -> None:
    """It is the cause that is told first, with the session after which nobody was served."""
    found = fuzz(Speaker(dies_of="svs_lang"), sessions=60)
    assert "did not come back" in (found.ended or "")
    assert [broken.rule for broken in found.broken] == ["endpoint down"]


def test_a_server_that_does_not_answer_is_not_fuzzed(fuzz: Fuzzer) -> None:
    """When a plain utterance gets no final there is nothing to hold generated sessions against."""
    found = fuzz(Speaker(answer=lambda heard: [] if sum(heard.frames) else [{"is_final": True, "text": ""}]))
    assert (found.sessions, found.broken) == (0, ())
    assert found.ended == "nothing was generated: a plain utterance got no terminating message"
