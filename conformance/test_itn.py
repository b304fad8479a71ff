"""ITN: numbers as people write them (docs/protocol.md section 4.7)."""

from collections.abc import Sequence

from asrgate.judge import itn, timestamps
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


@check("ITN-04")
def test_words_are_left_alone(
    numbers: Sequence[NumberRuns], plain_spoken: Exchange, plain: Exchange, repeats: Sequence[Exchange]
) -> Finding:
    return unless_it_varies(itn.words_are_left_alone(numbers, plain_spoken, plain), repeats)


@check("ITN-05")
def test_numbers_are_written_as_readers_do(numbers: Sequence[NumberRuns]) -> Finding:
    return itn.numbers_are_written_as_readers_do(numbers)


@check("ITN-06")
def test_one_stamp_per_written_token(written: Sequence[Exchange]) -> Finding:
    return timestamps.one_stamp_per_written_token(written)


@check("ITN-07")
def test_partials_are_as_spoken(numbers: Sequence[NumberRuns]) -> Finding:
    return itn.partials_are_as_spoken(numbers)
