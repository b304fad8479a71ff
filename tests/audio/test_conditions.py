"""Conditions under which clips are scored."""

from asrgate.audio.conditions import DEGRADATIONS, Condition, conditions


def test_plain_sound_at_16_khz_is_what_is_scored_if_nothing_is_asked_for() -> None:
    """Its scores go by the name of the mode alone."""
    (only,) = conditions((), ())
    assert (only, only.named("2pass")) == (Condition(), "2pass")


def test_every_rate_and_degradation_is_a_mode_of_its_own() -> None:
    """Clean sound comes first; what is named twice is sent once."""
    names = [condition.named("2pass") for condition in conditions((16000, 8000, 8000), ("pink-10",))]
    assert names == ["2pass", "2pass@8000", "2pass+pink-10", "2pass@8000+pink-10"]


def test_every_degradation_does_something() -> None:
    """And no two of them the same."""
    assert all(DEGRADATIONS.values())
    assert len(set(DEGRADATIONS.values())) == len(DEGRADATIONS)
