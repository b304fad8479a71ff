"""END: what ends an utterance and a session (docs/protocol.md sections 3.4, 5 and 9.5)."""

from collections.abc import Sequence

from asrgate.judge import ending
from asrgate.judge.finding import Finding
from asrgate.judge.steadiness import unless_it_varies
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("END-01")
def test_terminated_in_time(ordinary: Sequence[Exchange], empty: Exchange) -> Finding:
    return ending.terminated_in_time([*ordinary, empty])


@check("END-02")
def test_one_terminator_per_end(ordinary: Sequence[Exchange], empty: Exchange) -> Finding:
    return ending.one_terminator_per_end([*ordinary, empty])


@check("END-03")
def test_silent_after_terminator(plain: Exchange) -> Finding:
    return ending.silent_after_terminator(plain)


@check("END-04")
def test_empty_session_answered(empty: Exchange) -> Finding:
    return ending.empty_session_answered(empty)


@check("END-05")
def test_silence_tail_terminated(tails: Sequence[Exchange]) -> Finding:
    return ending.silence_tail_terminated(tails)


@check("END-09")
def test_second_utterance_reads_as_fresh(
    twice: Exchange, fresh: Exchange, repeats: Sequence[Exchange]
) -> Finding:
    return unless_it_varies(ending.second_utterance_reads_as_fresh(twice, fresh), repeats)
