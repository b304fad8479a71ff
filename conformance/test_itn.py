"""ITN: numbers as people write them (docs/protocol.md section 4.7)."""

from collections.abc import Sequence

from asrgate.judge import itn
from asrgate.judge.finding import Finding
from asrgate.judge.itn import NumberRuns
from asrgate.judge.steadiness import unless_it_varies
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("ITN-01")
def test_numbers_are_written(numbers: Sequence[NumberRuns], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(itn.numbers_are_written(numbers), repeats)


@check("ITN-02")
def test_spoken_forms_are_kept(numbers: Sequence[NumberRuns]) -> Finding:
    return itn.spoken_forms_are_kept(numbers)


@check("ITN-03")
def test_itn_is_on_by_default(numbers: Sequence[NumberRuns], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(itn.itn_is_on_by_default(numbers), repeats)
