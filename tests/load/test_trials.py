"""Faults that only load shows, on real sockets: each is found, and told as what it is.

Ten and more callers speak digits of their own to the embedded endpoint, through a proxy with the fault.
"""

from collections.abc import Iterator
from statistics import median

import pytest

from asrgate.faults.families.load import DEADLY, MANY
from asrgate.faults.proxy import proxied
from asrgate.load.deaths import deaths_in
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.endpoint import Endpoint

from .trial import broken, called


@pytest.fixture(scope="module")
def good() -> Iterator[Endpoint]:
    """The embedded endpoint, which is in order."""
    with embedded_endpoint("funasr-2pass") as embedded:
        yield Endpoint(url=embedded.url)


def test_a_good_endpoint_is_blamed_for_nothing(good: Endpoint) -> None:
    """As many callers as every fault needs, each with the words of its own."""
    with proxied(good) as url:
        calls = called(Endpoint(url=url), DEADLY)
    assert [(each.error, each.message, each.mismatch) for each in calls] == [(None, "", False)] * DEADLY
    assert deaths_in(calls, 0.0) == ()


def test_crossed_sessions_are_proved(good: Endpoint) -> None:
    """Whose digits a text has tells that it is another one's, and not only wrong."""
    with broken(good, "sessions-cross-under-load") as endpoint:
        calls = called(endpoint, MANY + 4)
    crossed = [each for each in calls if each.crossed]
    assert len(crossed) >= 3
    assert {each.error for each in crossed} == {"protocol"}
    assert all(each.message.startswith("ACC-07: ") for each in crossed)


def test_lost_tails_are_wrong_texts(good: Endpoint) -> None:
    """Nobody else's digits come, and no judge says no: it is the text that is wrong."""
    with broken(good, "tails-lost-under-load") as endpoint:
        few = called(endpoint, MANY // 2)
        many = called(endpoint, MANY + 4)
    assert [(each.error, each.mismatch) for each in few] == [(None, False)] * len(few)
    wrong = [each for each in many if each.mismatch]
    assert len(wrong) >= 3
    assert {(each.error, each.crossed) for each in wrong} == {(None, False)}
    assert all(each.expected is not None and each.expected.startswith(each.heard) for each in wrong)


def test_partials_that_fall_behind_have_a_lag(good: Endpoint) -> None:
    """The words come, and each of them later after it was spoken than the ones before."""
    with broken(good, "falls-behind-under-load") as endpoint:
        calls = called(endpoint, MANY + 4)
    assert {each.error for each in calls} == {None}
    assert median(max(each.lags_ms) for each in calls) > median(each.lags_ms[0] for each in calls) + 500


def test_a_server_that_dies_is_told_as_that(good: Endpoint) -> None:
    """With how many streams at once, and that nobody was let in again."""
    with broken(good, "dies-of-twenty-sessions") as endpoint:
        calls = called(endpoint, DEADLY) + called(endpoint, 3)
    assert {each.error for each in calls[:DEADLY]} == {"closed early"}
    assert {each.error for each in calls[DEADLY:]} == {"refused"}
    (death,) = deaths_in(calls, calls[0].began_at)
    assert (death.streams, death.cut, death.refused, death.back_after_s) == (DEADLY, DEADLY, 3, None)
