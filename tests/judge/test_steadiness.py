"""What comparisons rest on: an endpoint that repeats itself."""

import pytest

from asrgate.judge.finding import Verdict, evidence, failed, passed
from asrgate.judge.steadiness import difference, unless_it_varies
from asrgate.wire.exchange import Exchange

from .recorded import sentence, spoken

HEARD = "阿里开源的语音识别真是太牛了"


def reading(text: str, stamps: list[list[int]] | None = None) -> Exchange:
    """A session that read this."""
    replies = sentence("funasr-2pass-0.1", text, stamps)
    return spoken("funasr-2pass-0.1").reply(*replies).terminated().close()


BROKEN = failed("CHUNK-01", "frames of 2 bytes: other text", evidence(reading(HEARD)))


def test_a_failure_stands_where_the_endpoint_repeats_itself() -> None:
    """Three equal readings: the difference came from what was varied."""
    assert unless_it_varies(BROKEN, [reading(HEARD)] * 3) is BROKEN


def test_a_failure_proves_nothing_where_readings_vary() -> None:
    """One character in fourteen differs between sessions that were driven alike."""
    found = unless_it_varies(BROKEN, [reading(HEARD), reading(HEARD), reading(HEARD.replace("源", "元"))])
    assert (found.requirement, found.verdict) == ("CHUNK-01", Verdict.INCONCLUSIVE)
    assert "does not repeat itself" in found.reason
    assert "frames of 2 bytes: other text" in found.reason


@pytest.mark.parametrize("lost", ["阿里", ""])
def test_lost_text_is_no_excuse(lost: str) -> None:
    """A server that loses most of a sentence now and then does not get away with it."""
    assert unless_it_varies(BROKEN, [reading(HEARD), reading(lost)]) is BROKEN


def test_what_held_is_left_alone() -> None:
    """Varying readings take nothing from a pass."""
    held = passed("CHUNK-01", "the same with every size")
    assert unless_it_varies(held, [reading(HEARD), reading("阿里开元的语音识别真是太牛了")]) is held


def test_shifted_stamps_are_a_difference() -> None:
    """The same words at other times are not the same reading."""
    first = reading("阿里", [[300, 460], [500, 659]])
    assert difference(first, reading("阿里", [[300, 460], [500, 660]])) is None
    assert "differ by up to 20 ms" in (difference(first, reading("阿里", [[300, 460], [520, 659]])) or "")
    assert "differ in number" in (difference(first, reading("阿里", [[300, 460]])) or "")
