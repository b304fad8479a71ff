"""TS: the clauses of a sentence."""

from collections.abc import Callable
from typing import Any

import pytest

from asrgate.judge.clauses import (
    clause_stamps_are_the_stamps,
    clauses_have_a_stamp_per_token,
    clauses_make_the_text,
    spans_enclose_their_stamps,
)
from asrgate.judge.finding import Finding, Verdict
from asrgate.wire.exchange import Exchange

from .exchanges import judged, unopened
from .recorded import EMPTY_FINAL, WITH_SESSION_STAMPS, heard, recorded, replied, sentence

in_every_dialect = pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)

STAMPS = [[300, 460], [500, 659], [700, 859]]


def clause(**changed: Any) -> dict[str, Any]:
    """The clause 一二三 with its closing mark, changed in some fields."""
    fields = {"text_seg": "一 二 三", "punc": "。", "start": 300, "end": 859, "ts_list": STAMPS}
    return {key: value for key, value in (fields | changed).items() if value is not None}


def clauses(dialect: str, *items: dict[str, Any], text: str = "一二三。") -> Exchange:
    """A session of one sentence with these clauses."""
    (message, *rest) = sentence(dialect, text, STAMPS)
    return replied(dialect, message | {"stamp_sents": list(items)}, *rest)


@in_every_dialect
@judged("TS-05", Verdict.PASS, "each from its first stamp to its last")
def test_recorded_clauses_enclose_their_stamps(dialect: str) -> Finding:
    """Also an empty one at the head of a sentence, which has -1."""
    return spans_enclose_their_stamps([recorded(dialect)])


@judged("TS-05", Verdict.PASS, "1 clause")
def test_clauses_without_stamps_of_their_own_go_by_those_of_the_sentence() -> Finding:
    """The guide's sample has no ts_list."""
    return spans_enclose_their_stamps([clauses("funasr-2pass-0.1", clause(ts_list=None))])


@judged("TS-05", Verdict.PASS, "2 clauses")
def test_a_later_clause_without_tokens_has_zeros() -> Finding:
    """Only the first of a message has -1."""
    empty = clause(text_seg="", ts_list=[], start=0, end=0)
    return spans_enclose_their_stamps([clauses("funasr-2pass", clause(), empty)])


@in_every_dialect
@judged("TS-05", Verdict.FAIL, "goes from 500 to 859 ms, its stamps from 300 to 859 ms", "'一二三。'")
def test_a_clause_that_begins_late_fails(dialect: str) -> Finding:
    """Both spans are told."""
    return spans_enclose_their_stamps([clauses(dialect, clause(start=500))])


@judged("TS-05", Verdict.FAIL, "from 300 to 859 ms, expected -1 or 0")
def test_a_clause_without_tokens_spans_nothing() -> Finding:
    """Real times on nothing are wrong."""
    return spans_enclose_their_stamps([clauses("funasr-2pass", clause(text_seg="", ts_list=[]))])


@in_every_dialect
@judged("TS-06", Verdict.PASS)
def test_recorded_clauses_have_the_stamps_of_the_sentence(dialect: str) -> Finding:
    """Joined, they are the same pairs."""
    return clause_stamps_are_the_stamps([recorded(dialect)])


@in_every_dialect
@judged("TS-06", Verdict.FAIL, "[500, 650] in ts_list is [500, 659] in timestamp")
def test_a_pair_that_differs_fails(dialect: str) -> Finding:
    """Both are shown."""
    return clause_stamps_are_the_stamps(
        [clauses(dialect, clause(ts_list=[[300, 460], [500, 650], [700, 859]]))]
    )


@judged("TS-06", Verdict.FAIL, "2 pairs in ts_list, 3 in timestamp")
def test_a_pair_that_lacks_fails() -> Finding:
    """The numbers are told."""
    return clause_stamps_are_the_stamps([clauses("funasr-2pass", clause(ts_list=STAMPS[:2]))])


@in_every_dialect
@judged("TS-07", Verdict.PASS)
def test_recorded_clauses_have_a_stamp_per_token(dialect: str) -> Finding:
    """Blanks separate the tokens."""
    return clauses_have_a_stamp_per_token([recorded(dialect)])


@in_every_dialect
@judged("TS-07", Verdict.FAIL, "2 tokens in text_seg '一 二', 3 pairs in ts_list")
def test_a_clause_that_lost_a_token_fails(dialect: str) -> Finding:
    """Both numbers are told."""
    return clauses_have_a_stamp_per_token([clauses(dialect, clause(text_seg="一 二"))])


@in_every_dialect
@judged("TS-08", Verdict.PASS)
def test_recorded_clauses_make_their_text(dialect: str) -> Finding:
    """Marks included, also the one that opens a sentence."""
    return clauses_make_the_text([recorded(dialect)])


@in_every_dialect
@judged("TS-08", Verdict.FAIL, "the clauses make '一二三。', the text is '一二，三'")
def test_punctuation_that_moved_fails(dialect: str) -> Finding:
    """Both texts are shown."""
    return clauses_make_the_text([clauses(dialect, clause(), text="一二，三")])


@judged("TS-08", Verdict.INCONCLUSIVE, "no message with text")
def test_texts_with_latin_words_are_not_compared() -> Finding:
    """A mark beside such a word cuts nothing there, by design."""
    return clauses_make_the_text([clauses("funasr-2pass", clause(text_seg="ok，", punc=""), text="ok ，")])


@pytest.mark.parametrize(
    ("requirement", "judge"),
    [
        ("TS-05", spans_enclose_their_stamps),
        ("TS-06", clause_stamps_are_the_stamps),
        ("TS-07", clauses_have_a_stamp_per_token),
        ("TS-08", clauses_make_the_text),
    ],
)
def test_nothing_to_judge_on(requirement: str, judge: Callable[..., Finding]) -> None:
    """No clauses, unreadable ones, an empty string in their place, no text, no session."""
    (message,) = sentence("funasr-2pass", "一二三", STAMPS)
    nothing = [
        heard("funasr-2pass", "一二三"),
        replied("funasr-2pass", message | {"stamp_sents": ""}),
        replied("funasr-2pass", message | {"stamp_sents": [{"punc": 5}]}),
        replied("funasr-2pass", message | {"stamp_sents": 7}),
        replied("funasr-2pass", EMPTY_FINAL["funasr-2pass"]),
    ]
    finding = judge(nothing)
    assert (finding.requirement, finding.verdict) == (requirement, Verdict.INCONCLUSIVE), finding.reason
    assert "connection refused" in judge([unopened()]).reason


@judged("TS-05", Verdict.INCONCLUSIVE)
def test_clauses_with_other_stamps_than_the_sentence_are_not_spanned() -> Finding:
    """Without ts_list it is unknown which stamps are whose."""
    return spans_enclose_their_stamps([clauses("funasr-2pass-0.1", clause(ts_list=None, text_seg="一 二"))])


@judged("TS-06", Verdict.INCONCLUSIVE)
def test_clauses_without_ts_list_have_no_stamps_to_join() -> Finding:
    """It is optional on older images."""
    return clause_stamps_are_the_stamps([clauses("funasr-2pass-0.1", clause(ts_list=None))])


@judged("TS-07", Verdict.INCONCLUSIVE)
def test_clauses_without_ts_list_have_no_stamps_to_count() -> Finding:
    """It is optional on older images."""
    return clauses_have_a_stamp_per_token([clauses("funasr-2pass-0.1", clause(ts_list=None))])
