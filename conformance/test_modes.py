"""MODE: 2pass, online and offline (docs/protocol.md section 5)."""

from collections.abc import Sequence

from asrgate.judge import modes
from asrgate.judge.finding import Finding
from asrgate.judge.modes import TailPair
from asrgate.suite.declarations import check
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange


@check("MODE-01")
def test_sentences_delivered_once(pauses: Exchange) -> Finding:
    return modes.sentences_delivered_once(pauses)


@check("MODE-02")
def test_partial_before_sentence(plain_paced: Exchange, given: Given) -> Finding:
    start_ms, end_ms = given.speech_ms(plain_paced)
    return modes.partial_before_sentence(plain_paced, speech_ms=end_ms - start_ms)


@check("MODE-03")
def test_offline_sends_no_partials(plain_offline: Exchange) -> Finding:
    return modes.offline_sends_no_partials([plain_offline])


@check("MODE-05")
def test_online_keeps_the_tail(tail_pairs: Sequence[TailPair]) -> Finding:
    return modes.online_keeps_the_tail(tail_pairs)
