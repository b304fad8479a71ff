"""Tolerances as they are written, and as the noise of a deployment asks for them."""

from pathlib import Path

import pytest

from asrgate.errors import UsageError
from asrgate.gate.calibration import FLOORS, keep, noise_of, tolerances_for, written
from asrgate.gate.tolerance import DEFAULTS, parse_tolerances

from .deployments import deployment, later_by, side


def test_amounts_are_read_in_their_units() -> None:
    """What is not named keeps its default."""
    told = parse_tolerances(["cer=0.3%", "final=0.2s", "first_partial=80ms", "wer=0.02"]).of
    assert told == DEFAULTS | {
        "cer": pytest.approx(0.003),
        "final": 200.0,
        "first_partial": 80.0,
        "wer": 0.02,
    }
    assert parse_tolerances([]).of == DEFAULTS


@pytest.mark.parametrize(
    "text",
    [
        "cer",
        "unstable=3ms",
        "emission=2%",
        "speed=3",
        "cer=ms",
        "cer=20ms",
        "final=3%",
        "final=-5ms",
        "cer=2",
    ],
)
def test_another_form_is_told(text: str) -> None:
    """The sentence repeats what was written."""
    with pytest.raises(UsageError, match=text):
        parse_tolerances([text])


def test_noise_is_the_largest_difference_between_repeats() -> None:
    """Finals 40 ms later in one of three repeats ask for 60 ms; what does not differ, for the floor."""
    repeats = side(deployment(seed=1), deployment(seed=1), deployment(later_by(40.0), seed=1))
    noise = noise_of(repeats)
    assert noise["final"] == pytest.approx(40.0)
    tolerances = tolerances_for(noise)
    assert tolerances["final"] == pytest.approx(60.0, abs=1)
    assert tolerances["cer"] == pytest.approx(FLOORS["cer"], abs=2e-4)
    assert parse_tolerances(written(tolerances)).of["final"] == tolerances["final"]


def test_two_repeats_are_too_few() -> None:
    """Noise cannot be told from one difference."""
    with pytest.raises(UsageError, match="3 repeats"):
        noise_of(side(deployment(), deployment()))


def test_tolerances_are_kept_beside_what_a_file_holds(tmp_path: Path) -> None:
    """Comments and other tables stay; a second time replaces the first."""
    file = tmp_path / "asrgate.toml"
    file.write_text("# ours\n[check]\nstreams = 2\n")
    keep({"final": 60.0}, file)
    keep({"final": 80.0, "cer": 0.004}, file)
    text = file.read_text()
    assert text.startswith("# ours\n[check]\nstreams = 2\n")
    assert 'tolerance = ["final=80ms", "cer=0.4%"]' in text


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    """And left as it is."""
    file = tmp_path / "asrgate.toml"
    file.write_text("[check\n")
    with pytest.raises(UsageError, match="not TOML"):
        keep({"final": 60.0}, file)
    assert file.read_text() == "[check\n"
