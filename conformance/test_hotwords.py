"""HOT: hotwords (docs/protocol.md section 3.5)."""

from collections.abc import Sequence

from asrgate.judge import biasing, hotwords
from asrgate.judge.aftermath import Aftermath
from asrgate.judge.biasing import FormRuns, Unrelated
from asrgate.judge.finding import Finding
from asrgate.judge.hotwords import HotwordRuns
from asrgate.judge.steadiness import unless_it_varies
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("HOT-01")
def test_guide_form_accepted(guide_hotwords: Exchange, plain: Exchange) -> Finding:
    return hotwords.guide_form_accepted(guide_hotwords, plain)


@check("HOT-02")
def test_hotwords_raise_recall(rare_terms: Sequence[HotwordRuns]) -> Finding:
    return hotwords.hotwords_raise_recall(rare_terms)


@check("HOT-03")
def test_unrelated_speech_is_unharmed(unrelated: Sequence[Unrelated], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(biasing.unrelated_speech_is_unharmed(unrelated), repeats)


@check("HOT-04")
def test_hotwords_do_not_leak(rare_terms: Sequence[HotwordRuns]) -> Finding:
    return hotwords.hotwords_do_not_leak(rare_terms)


@check("HOT-05")
def test_plain_words_accepted(plain_words: Exchange, plain: Exchange) -> Finding:
    return hotwords.plain_words_accepted(plain_words, plain)


@check("HOT-06")
def test_weights_as_text_count(weights_as_text: Sequence[FormRuns]) -> Finding:
    return biasing.weights_as_text_count(weights_as_text)


@check("HOT-07")
def test_late_hotwords_count(late_hotwords: Sequence[FormRuns]) -> Finding:
    return biasing.late_hotwords_count(late_hotwords)


@check("HOT-08")
def test_odd_hotwords_are_borne(odd_hotwords: Sequence[Aftermath]) -> Finding:
    return biasing.odd_hotwords_are_borne(odd_hotwords)


@check("HOT-09")
def test_thousand_hotwords_are_borne(
    thousand_hotwords: tuple[Exchange, Exchange], plain: Exchange
) -> Finding:
    return biasing.thousand_hotwords_are_borne(*thousand_hotwords, plain)
