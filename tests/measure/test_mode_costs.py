"""What the modes of a deployment cost each other."""

import jiwer
import pytest

from asrgate.measure.accuracy import accuracy_of
from report.sample import answered, clip

SPOKEN = "今天天气很好"
WRONG = "今天田气很好"


def test_a_mode_costs_what_its_error_rate_is_higher() -> None:
    """On the clips that both answered, as jiwer counts them."""
    sessions = [answered(clip(f"c{n}", SPOKEN), SPOKEN) for n in range(6)]
    online = [WRONG, SPOKEN, WRONG, SPOKEN, SPOKEN, WRONG]
    sessions += [answered(clip(f"c{n}", SPOKEN), text, mode="online") for n, text in enumerate(online)]
    sessions += [answered(clip("more", SPOKEN), "错", mode="online")]
    (cost,) = accuracy_of(sessions).mode_costs
    assert (cost.mode, cost.against, cost.clips) == ("online", "2pass", 6)
    assert cost.difference == pytest.approx(jiwer.cer([SPOKEN] * 6, online))
    assert cost.ci90 is not None
    assert cost.ci90[0] < cost.difference < cost.ci90[1]


def test_a_condition_is_held_against_its_own_mode() -> None:
    """Not against another mode under another condition."""
    modes = ("2pass", "online", "2pass@8000", "online@8000")
    sessions = [answered(clip(f"c{n}", SPOKEN), SPOKEN, mode=mode) for mode in modes for n in range(2)]
    pairs = {(cost.mode, cost.against) for cost in accuracy_of(sessions).mode_costs}
    assert pairs == {("online", "2pass"), ("2pass@8000", "2pass"), ("online@8000", "online")}
