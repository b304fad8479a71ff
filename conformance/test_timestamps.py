"""TS: word time stamps (docs/protocol.md section 4.8)."""

from collections.abc import Sequence

from asrgate.judge import clauses, timestamps
from asrgate.judge.finding import Finding
from asrgate.judge.timestamps import TimedClip
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("TS-01")
def test_stamps_are_ordered_pairs(ordinary: Sequence[Exchange]) -> Finding:
    return timestamps.stamps_are_ordered_pairs(ordinary)


@check("TS-02")
def test_stamps_never_go_back(ordinary: Sequence[Exchange]) -> Finding:
    return timestamps.stamps_never_go_back(ordinary)


@check("TS-03")
def test_one_stamp_per_token(ordinary: Sequence[Exchange]) -> Finding:
    return timestamps.one_stamp_per_token(ordinary)


@check("TS-04")
def test_stamps_end_with_the_audio(ordinary: Sequence[Exchange]) -> Finding:
    return timestamps.stamps_end_with_the_audio(ordinary)


@check("TS-05")
def test_spans_enclose_their_stamps(ordinary: Sequence[Exchange]) -> Finding:
    return clauses.spans_enclose_their_stamps(ordinary)


@check("TS-06")
def test_clause_stamps_are_the_stamps(ordinary: Sequence[Exchange]) -> Finding:
    return clauses.clause_stamps_are_the_stamps(ordinary)


@check("TS-07")
def test_clauses_have_a_stamp_per_token(ordinary: Sequence[Exchange]) -> Finding:
    return clauses.clauses_have_a_stamp_per_token(ordinary)


@check("TS-08")
def test_clauses_make_the_text(ordinary: Sequence[Exchange]) -> Finding:
    return clauses.clauses_make_the_text(ordinary)


@check("TS-09")
def test_silence_shifts_stamps(plain: Exchange, padded: Exchange) -> Finding:
    return timestamps.silence_shifts_stamps(plain, padded, silence_ms=2000)


@check("TS-10")
def test_stamps_of_sentences_stay_apart(ordinary: Sequence[Exchange]) -> Finding:
    return timestamps.stamps_of_sentences_stay_apart(ordinary)


@check("TS-11")
def test_words_are_stamped_where_spoken(timed: Sequence[TimedClip]) -> Finding:
    return timestamps.words_are_stamped_where_spoken(timed)
