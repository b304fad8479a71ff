"""CFG: the opening frame and what may be left out of it (docs/protocol.md section 3)."""

from collections.abc import Mapping

from asrgate.judge import configuration
from asrgate.judge.finding import Finding
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
