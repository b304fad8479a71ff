"""HOT: hotwords (docs/protocol.md section 3.5)."""

from collections.abc import Sequence

from asrgate.judge import hotwords
from asrgate.judge.finding import Finding
from asrgate.judge.hotwords import HotwordRuns
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("HOT-01")
def test_guide_form_accepted(guide_hotwords: Exchange, plain: Exchange) -> Finding:
    return hotwords.guide_form_accepted(guide_hotwords, plain)


@check("HOT-02")
def test_hotwords_raise_recall(rare_terms: Sequence[HotwordRuns]) -> Finding:
    return hotwords.hotwords_raise_recall(rare_terms)


@check("HOT-04")
def test_hotwords_do_not_leak(rare_terms: Sequence[HotwordRuns]) -> Finding:
    return hotwords.hotwords_do_not_leak(rare_terms)
