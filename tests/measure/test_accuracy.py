"""Accuracy of sessions that each sent one clip."""

import pytest

from asrgate.measure.accuracy import accuracy_of
from report.sample import answered, clip, exchange, reply

SPOKEN = "今天天气很好"


def test_sentences_are_scored_and_pooled() -> None:
    """Two wrong characters in five clips of six are 2 of 30, pooled over characters."""
    heard = [SPOKEN, SPOKEN, SPOKEN, "今天田气很好。", "今天天气好"]
    accuracy = accuracy_of([answered(clip(f"c{n}", SPOKEN), text) for n, text in enumerate(heard)])
    assert accuracy.cer == 2 / 30
    assert accuracy.pooled.substitutions == accuracy.pooled.deletions == 1
    assert accuracy.cer_ci95 is not None
    assert accuracy.cer_ci95 == accuracy.slices["2pass/zh"].ci95


def test_partials_are_joined_where_there_are_no_sentences() -> None:
    """Mode online gives deltas only; together they are the text."""
    session = exchange("deltas", reply("今天"), reply("天气"), reply("很好", is_final=True))
    accuracy = accuracy_of([(clip("c", SPOKEN), "online", session)])
    assert accuracy.clips[0].hypothesis == SPOKEN
    assert accuracy.clips[0].cer == 0.0


def test_text_is_kept_as_it_was_received() -> None:
    """Only the comparison is normalised, never the record."""
    score = accuracy_of([answered(clip("c", SPOKEN), "今天天气，很好。")]).clips[0]
    assert score.hypothesis == "今天天气，很好。"
    assert score.reference == SPOKEN
    assert score.cer == 0.0


def test_the_written_form_that_was_met_is_the_reference() -> None:
    """With ITN on, digits are as right as number words."""
    date = clip("d", "二零二四年七月二十五日", written=("2024年7月25日",))
    score = accuracy_of([answered(date, "2024年7月25日。")]).clips[0]
    assert score.reference == "2024年7月25日"
    assert score.cer == 0.0


def test_a_session_without_an_answer_is_named_and_left_out() -> None:
    """A dead session is no mistake in hearing, and no clip that was heard right either."""
    accuracy = accuracy_of(
        [answered(clip("c", SPOKEN), SPOKEN), (clip("dead", SPOKEN), "2pass", exchange("dead"))]
    )
    assert accuracy.pooled.clips == 1
    assert accuracy.pooled.units == 6
    assert accuracy.clips[1].cer is None
    assert accuracy.clips[1].reason == "no answer came in this session"
    assert "1 of 2 clips gave no answer and are not in this rate" in (accuracy.pooled.reason or "")


def test_an_empty_answer_to_speech_counts_in_full() -> None:
    """Whoever answers with nothing has lost every character."""
    assert accuracy_of([answered(clip("c", SPOKEN), "")]).cer == 1.0


def test_text_where_nobody_speaks_is_a_slice_of_its_own() -> None:
    """Silence has no rate: what came there is told in characters and does not touch the error rate."""
    accuracy = accuracy_of(
        [answered(clip("c", SPOKEN), SPOKEN), answered(clip("silence", "", language="none"), "嗯嗯")]
    )
    quiet = accuracy.slices["2pass/non-speech"]
    assert accuracy.cer == 0.0
    assert (quiet.value, quiet.insertions) == (None, 2)
    assert quiet.reason == "nobody speaks in these 1 clips; 1 gave text, 2 characters together"


def test_modes_and_languages_are_slices_and_2pass_is_the_main_mode() -> None:
    """English is counted in words and stays out of the character error rate."""
    accuracy = accuracy_of(
        [
            answered(clip("a", SPOKEN), SPOKEN, mode="offline"),
            answered(clip("b", SPOKEN), "今天天气很坏"),
            answered(clip("m", "我用 Python", language="mixed"), "我用python"),
            answered(clip("e", "hello world", language="en"), "hello word"),
        ]
    )
    assert accuracy.mode == "2pass"
    assert list(accuracy.slices) == ["2pass/en", "2pass/mixed", "2pass/zh", "offline/zh"]
    assert accuracy.cer == 1 / 14
    assert accuracy.slices["2pass/en"].value == 0.5


def test_only_english_leaves_the_character_error_rate_open() -> None:
    """There is no character to count, so that the rate is None with the reason."""
    accuracy = accuracy_of([answered(clip("e", "hello world", language="en"), "hello world")])
    assert accuracy.cer is None
    assert accuracy.pooled.reason == "no clip of this kind"


def test_a_lone_surrogate_in_a_reply_can_be_recorded() -> None:
    r"""JSON can carry \ud800, UTF-8 cannot: it is kept as an escape."""
    broken = '{"text":"今天\\ud800","mode":"2pass-offline","wav_name":"c","is_final":true}'
    accuracy = accuracy_of([(clip("c", SPOKEN), "2pass", exchange("c", broken))])
    assert accuracy.clips[0].hypothesis == "今天\\ud800"


def test_no_sessions_are_refused() -> None:
    """There is no accuracy of nothing."""
    with pytest.raises(ValueError, match="at least one session"):
        accuracy_of([])
