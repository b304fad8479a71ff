"""SCH: the form of every reply (docs/protocol.md section 4)."""

from collections.abc import Sequence

from asrgate.judge import schema
from asrgate.judge.finding import Finding
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("SCH-01")
def test_messages_are_objects(ordinary: Sequence[Exchange]) -> Finding:
    return schema.messages_are_objects(ordinary)


@check("SCH-02")
def test_results_are_typed(ordinary: Sequence[Exchange]) -> Finding:
    return schema.results_are_typed(ordinary)


@check("SCH-03")
def test_wav_name_echoed(ordinary: Sequence[Exchange]) -> Finding:
    return schema.wav_name_echoed(ordinary)


@check("SCH-04")
def test_modes_allowed(ordinary: Sequence[Exchange]) -> Finding:
    return schema.modes_allowed(ordinary)


@check("SCH-06")
def test_is_final_follows_the_rule(ordinary: Sequence[Exchange]) -> Finding:
    return schema.is_final_follows_the_rule(ordinary)


@check("SCH-07")
def test_timestamp_strings_parse(ordinary: Sequence[Exchange]) -> Finding:
    return schema.timestamp_strings_parse(ordinary)


@check("SCH-09")
def test_stamp_sents_are_arrays(ordinary: Sequence[Exchange]) -> Finding:
    return schema.stamp_sents_are_arrays(ordinary)
