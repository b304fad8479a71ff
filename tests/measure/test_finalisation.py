"""Finalisation latency on sessions whose answer can be told by hand."""

from dataclasses import replace

from asrgate.measure.finalisation import finalisations
from measure.timed import partial, sentence, session, timed_clip

TWO_SENTENCES = timed_clip(
    ("今", 0, 200),
    ("天", 200, 400),
    ("好", 400, 600),
    ("明", 1800, 2000),
    ("天", 2000, 2200),
    ("坏", 2200, 2400),
)


def test_each_sentence_counts_from_its_own_pause() -> None:
    """The first ends at 600 ms, the second at 2400 ms; the last one came after the end frame."""
    found = finalisations(
        TWO_SENTENCES,
        session(
            TWO_SENTENCES, (1500, sentence("今天好。")), (2900, partial("明")), (3100, sentence("明天坏。"))
        ),
    )
    assert [(one.latency_ms, one.at_end) for one in found] == [(900.0, False), (700.0, True)]


def test_one_of_the_last_two_words_is_enough() -> None:
    """好 was not heard, 天 before it was."""
    found = finalisations(TWO_SENTENCES, session(TWO_SENTENCES, (1500, sentence("今天号。"))))
    assert [one.latency_ms for one in found] == [900.0]


def test_a_sentence_that_no_pause_ended_has_no_latency() -> None:
    """It was cut after its first word: nobody knows where its speech should have ended."""
    assert finalisations(TWO_SENTENCES, session(TWO_SENTENCES, (500, sentence("今。")))) == ()


def test_without_word_times_the_last_sentence_counts_from_the_end_of_speech() -> None:
    """The manifest of people's own clips often says no more than that."""
    bare = replace(TWO_SENTENCES, words=())
    found = finalisations(bare, session(bare, (1500, sentence("今天好")), (2900, sentence("明天坏"))))
    assert [one.latency_ms for one in found] == [500.0]


def test_a_result_before_its_speech_was_over_was_not_ended_by_it() -> None:
    """好 had not been said when the sentence came."""
    assert finalisations(TWO_SENTENCES, session(TWO_SENTENCES, (550, sentence("今天。")))) == ()
    bare = replace(TWO_SENTENCES, words=())
    assert finalisations(bare, session(bare, (550, sentence("今天。")))) == ()


def test_there_is_none_without_the_pace_of_speech() -> None:
    """What a backlog takes is not a latency."""
    assert finalisations(TWO_SENTENCES, session(TWO_SENTENCES, (1500, sentence("今天好")), pace=None)) == ()
