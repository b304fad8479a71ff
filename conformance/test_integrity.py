"""ACC: what a text must not lose, repeat or invent (docs/protocol.md section 4.7)."""

from collections.abc import Sequence

from asrgate.judge import integrity
from asrgate.judge.finding import Finding
from asrgate.judge.integrity import PassPair, Spoken
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("ACC-02")
def test_second_pass_reads_better(scored_passes: Sequence[PassPair]) -> Finding:
    return integrity.second_pass_reads_better(scored_passes)


@check("ACC-03")
def test_first_characters_are_kept(spoken: Sequence[Spoken]) -> Finding:
    return integrity.first_characters_are_kept(spoken)


@check("ACC-04")
def test_nothing_is_said_twice(spoken: Sequence[Spoken], sentences_in_turn: Sequence[Spoken]) -> Finding:
    return integrity.nothing_is_said_twice([*spoken, *sentences_in_turn])


@check("ACC-05")
def test_english_words_stay_apart(english: Sequence[Spoken]) -> Finding:
    return integrity.english_words_stay_apart(english)


@check("ACC-06")
def test_nothing_is_heard_in_silence(long_silence: Exchange, noises: Sequence[Exchange]) -> Finding:
    return integrity.nothing_is_heard_in_silence(long_silence, noises)


@check("ACC-08")
def test_last_characters_are_kept(spoken: Sequence[Spoken]) -> Finding:
    return integrity.last_characters_are_kept(spoken)
