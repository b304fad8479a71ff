"""`asrgate capacity`: how many streams, and what limits them."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from websockets.asyncio.server import ServerConnection

from asrgate.cli import main
from suite.runs import TONES, Ran, asrgate
from suite.servers import Parrot, serving

from .test_load import valid

CARRIED = 2


class Crowded(Parrot):
    """A parrot that thinks for three seconds about each utterance while more than two sessions are open."""

    async def on_settings(self, session: ServerConnection, fields: dict[str, object]) -> None:
        """Think before the end of an utterance."""
        if fields.get("is_speaking") is False and self.open_now > CARRIED:
            await asyncio.sleep(3)


def searched(folder: Path, url: str) -> Ran:
    """Search from 2 to 4 streams."""
    folder.mkdir()
    slo = folder / "slo.toml"
    slo.write_text('objectives = ["final_ms.p95 <= 1500", "errors.rate <= 0"]', encoding="utf-8")
    bounds = ("--from", "2", "--to", "4", "--within", "75s")
    demand = ("--demand-streams", "5", "--price", "2", "--currency", "EUR")
    return asrgate(
        "capacity",
        url,
        "--fixtures",
        TONES,
        "--speak",
        "short",
        "--slo",
        slo,
        *bounds,
        *demand,
        folder=folder,
    )


def test_the_number_its_interval_its_limit_and_the_plan(tmp_path: Path) -> None:
    """An endpoint that carries two is found to, limited by the final; the plan follows from it."""
    with serving(Crowded()) as url:
        ran = valid(lambda folder: searched(folder, url), tmp_path)
    assert ran.status == 0, ran.output + ran.errors
    found = ran.run["load"]["capacity"]
    low, high = found["interval"]
    assert (found["streams"], found["fails_at"]) in ((2, 3), (2, 4)), found
    assert low <= 2 <= high
    assert found["limiting"] == "final_ms.p95 <= 1500"
    assert [trial["streams"] for trial in found["trials"]][:2] == [2, 4]
    assert (found["plan"]["instances"], found["plan"]["spare"], found["plan"]["cost_per_hour"]) == (4, 1, 8)
    assert "carries 2 streams" in ran.output
    assert "final_ms.p95" in ran.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "9", "--to", "8"], "--from 9 is above --to 8"),
        (["--demand-calls-per-hour", "100"], "--demand-calls-per-hour and --mean-length belong together"),
        (["--blocking", "1"], "Invalid value for '--blocking'"),
        (["--within", "soon"], "no length of time"),
    ],
)
def test_wrong_use(arguments: list[str], sentence: str) -> None:
    """Exit status 2, and the message names the option and what it takes."""
    result = CliRunner().invoke(main, ["capacity", "ws://127.0.0.1:1", *arguments])
    assert result.exit_code == 2, result.output
    assert sentence in result.stderr
