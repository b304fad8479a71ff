"""The same seed gives the same sessions, whatever else the process has loaded."""

import importlib
from pathlib import Path

import pytest

from asrgate.audio.clips import ClipSet
from asrgate.fuzz.generation import generated
from asrgate.fuzz.sessions import Ground, sessions
from asrgate.wire.dialects import DIALECTS, dialect_named
from asrgate.wire.scenario import Ping

SEED, COUNT = 7, 200


def fingerprints(clips: ClipSet) -> list[str]:
    """Which sessions the seed gives."""
    ground = Ground.of(dialect_named("funasr-2pass"), clips)
    return [scenario.fingerprint for scenario in generated(sessions(ground), SEED, COUNT)]


def test_a_seed_means_the_same_when_more_modules_are_loaded(
    tones: ClipSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Constants in somebody's code are no source of sessions."""
    before = fingerprints(tones)
    constants = [*range(100, 500), *(f"constant {number}" for number in range(200))]
    (tmp_path / "somebodys_constants.py").write_text(f"CONSTANTS = {constants!r}\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("somebodys_constants")
    assert len(before) == COUNT
    assert fingerprints(tones) == before


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_every_generated_session_can_be_sent(dialect: str, tones: ClipSet) -> None:
    """Pings carry whole bytes, at most as many as a control frame holds (RFC 6455, section 5.5)."""
    strategy = sessions(Ground.of(dialect_named(dialect), tones))
    steps = [step for seed in range(2) for s in generated(strategy, seed, 250) for step in s.steps]
    pings = [bytes.fromhex(step.payload_hex) for step in steps if isinstance(step, Ping)]
    assert pings
    assert max(map(len, pings)) <= 125
