"""Odd but legal sessions with real servers: what is right never fails, and what is wrong does."""

import pytest

from asrgate.judge.finding import Verdict

from .judging import findings
from .worlds import WORLDS, WRONG


@pytest.mark.parametrize("dialect", WORLDS)
def test_verdicts_are_fair(dialect: str) -> None:
    """Exactly what is wrong in this server's answers fails."""
    world = WORLDS[dialect]
    judged = findings(dialect, world, about=set(world))
    failed = {id_: f.reason for id_, f in judged.items() if f.verdict is Verdict.FAIL}
    assert set(failed) == WRONG[dialect], failed
    assert len(judged) > 10
