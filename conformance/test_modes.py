"""MODE: 2pass, online and offline (docs/protocol.md section 5)."""

from collections.abc import Sequence

from asrgate.judge import modes, passes
from asrgate.judge.finding import Finding
from asrgate.judge.modes import TailPair
from asrgate.judge.passes import PassPair
from asrgate.judge.steadiness import unless_it_varies
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


@check("MODE-04")
def test_online_sends_no_sentences(plain_online: Exchange, tail_pairs: Sequence[TailPair]) -> Finding:
    return modes.online_sends_no_sentences([plain_online, *(pair.online for pair in tail_pairs)])


@check("MODE-05")
def test_online_keeps_the_tail(tail_pairs: Sequence[TailPair]) -> Finding:
    return modes.online_keeps_the_tail(tail_pairs)


@check("MODE-06")
def test_online_writes_somewhere(written_online: Sequence[Exchange]) -> Finding:
    return passes.online_writes_somewhere(written_online)


@check("MODE-07")
def test_unknown_mode_refused(unknown_mode: Exchange, plain: Exchange) -> Finding:
    return modes.unknown_mode_refused(unknown_mode, plain)


@check("MODE-08")
def test_offline_reads_as_2pass(pass_pairs: Sequence[PassPair], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(passes.offline_reads_as_2pass(pass_pairs), repeats)


@check("MODE-09")
def test_partials_are_deltas(both_passes: Sequence[Exchange]) -> Finding:
    return passes.partials_are_deltas(both_passes)


@check("MODE-10")
def test_offline_gives_text_and_stamps(plain_offline: Exchange, plain: Exchange) -> Finding:
    return passes.offline_gives_text_and_stamps(plain_offline, plain)
