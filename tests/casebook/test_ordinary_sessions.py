"""What any client may have with a real server: right answers never fail, and what is wrong does."""

import pytest

from asrgate.judge.finding import Finding, Verdict

from .judging import findings
from .replies import C2_EMPTY, CO_EMPTY, ack
from .sessions import ORDINARY, Case, empty

EMPTY = {"funasr-2pass": C2_EMPTY, "funasr-offline": CO_EMPTY, "funasr-python": ack()}


def _judged(case: Case) -> dict[str, Finding]:
    dialect = case.exchange.dialect
    given = {"ordinary": [case.exchange], "empty": empty(dialect, EMPTY[dialect])}
    return findings(dialect, given, about={"ordinary"})


@pytest.mark.parametrize("case", ORDINARY, ids=lambda c: f"{c.exchange.dialect}: {c.row}")
def test_verdicts_are_fair(case: Case) -> None:
    """Exactly what is wrong in the row fails."""
    judged = _judged(case)
    failed = {id_: f.reason for id_, f in judged.items() if f.verdict is Verdict.FAIL}
    assert set(failed) == case.wrong, failed
    assert len(judged) > 8
