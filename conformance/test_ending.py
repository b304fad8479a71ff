"""END: what ends an utterance and a session (docs/protocol.md sections 3.4, 5 and 9.5)."""

from collections.abc import Mapping, Sequence

from asrgate.judge import ending, odd_ends, tails
from asrgate.judge.finding import Finding
from asrgate.judge.steadiness import unless_it_varies
from asrgate.judge.tails import TailRun
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


@check("END-06")
def test_end_first_answered(ended_first: Exchange, empty: Exchange) -> Finding:
    return odd_ends.end_first_answered(ended_first, empty)


@check("END-07")
def test_second_end_is_harmless(
    ended_twice: Exchange, fresh: Exchange, repeats: Sequence[Exchange]
) -> Finding:
    return unless_it_varies(odd_ends.second_end_is_harmless(ended_twice, fresh), repeats)


@check("END-08")
def test_tail_is_kept(cut_tails: Sequence[TailRun], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(tails.tail_is_kept(cut_tails), repeats)


@check("END-09")
def test_second_utterance_reads_as_fresh(
    twice: Exchange, fresh: Exchange, repeats: Sequence[Exchange]
) -> Finding:
    return unless_it_varies(ending.second_utterance_reads_as_fresh(twice, fresh), repeats)


@check("END-10")
def test_stamps_restart(twice: Exchange, fresh: Exchange) -> Finding:
    return ending.stamps_restart(twice, fresh)


@check("END-11")
def test_is_finished_ends(finished: Exchange, plain: Exchange) -> Finding:
    return odd_ends.is_finished_ends(finished, plain)


@check("END-12")
def test_is_end_acknowledged(ordinary: Sequence[Exchange], empty: Exchange) -> Finding:
    return odd_ends.is_end_acknowledged([*ordinary, empty])


@check("END-13")
def test_stays_open(left_open: Exchange) -> Finding:
    return ending.stays_open(left_open)


@check("END-14")
def test_odd_ends_are_not_swallowed(nearly_false: Mapping[str, Exchange]) -> Finding:
    return odd_ends.odd_ends_are_not_swallowed(nearly_false)
