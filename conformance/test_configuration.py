"""CFG: the opening frame and what may be left out of it (docs/protocol.md section 3)."""

from collections.abc import Mapping, Sequence

from asrgate.judge import configuration, renewal
from asrgate.judge.finding import Finding
from asrgate.judge.renewal import SplitRun
from asrgate.judge.steadiness import unless_it_varies
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("CFG-01")
def test_guide_frame_accepted(guide_frame: Exchange, plain: Exchange) -> Finding:
    return configuration.guide_frame_accepted(guide_frame, plain)


@check("CFG-02")
def test_optional_fields_may_be_omitted(omitted: Mapping[str, Exchange], plain: Exchange) -> Finding:
    return configuration.optional_fields_may_be_omitted(omitted, plain)


@check("CFG-03")
def test_missing_chunk_size_answered(no_chunk_size: Exchange, plain: Exchange) -> Finding:
    return configuration.missing_chunk_size_answered(no_chunk_size, plain)


@check("CFG-04")
def test_later_chunk_size_repairs(repaired: Exchange, plain: Exchange) -> Finding:
    return renewal.later_chunk_size_repairs(repaired, plain)


@check("CFG-05")
def test_split_configuration_holds(split_configurations: Sequence[SplitRun]) -> Finding:
    return renewal.split_configuration_holds(split_configurations)


@check("CFG-06")
def test_unknown_fields_change_nothing(
    unknown_fields: Exchange, plain: Exchange, repeats: Sequence[Exchange]
) -> Finding:
    return unless_it_varies(configuration.unknown_fields_change_nothing(unknown_fields, plain), repeats)


@check("CFG-07")
def test_later_settings_hold_from_then_on(renewed: Exchange) -> Finding:
    return renewal.later_settings_hold_from_then_on(renewed)
