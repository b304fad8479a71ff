"""Conditions under which clips are scored."""

from asrgate.audio.conditions import DEGRADATIONS, PRESETS, Condition, conditions, preset_of


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


def test_other_presets_come_last_and_only_with_clean_sound() -> None:
    """The usual preset has no name of its own, so that runs with and without presets can be compared."""
    asked = conditions((), ("pink-10",), PRESETS.values())
    assert [condition.named("2pass") for condition in asked] == [
        "2pass",
        "2pass+pink-10",
        "2pass~3,6,3",
        "2pass~8,15,8",
    ]


def test_the_preset_can_be_read_from_the_name_of_a_mode() -> None:
    """Scores under another condition belong to no preset."""
    assert preset_of("online") == ("online", (5, 10, 5))
    assert preset_of("online~8,15,8") == ("online", (8, 15, 8))
    assert preset_of("online@8000") is None
