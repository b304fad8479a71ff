"""Emission latency on sessions whose answer can be told by hand."""

from dataclasses import replace

import pytest

from asrgate.measure.emission import Emission, emissions
from measure.timed import partial, sentence, session, timed_clip, update

WEATHER = timed_clip(
    ("今", 200, 400), ("天", 400, 600), ("天", 600, 800), ("气", 800, 1000), ("好", 1000, 1300)
)


def told(words: tuple[Emission, ...]) -> list[tuple[str, float, str, float]]:
    """The words with what was measured of them."""
    return [(word.word, word.latency_ms, word.by, word.unsettled_ms) for word in words]


def test_deltas_are_counted_from_the_end_of_each_word() -> None:
    """Two deltas, and a sentence that brings the last character."""
    words = emissions(
        WEATHER,
        session(WEATHER, (700, partial("今天")), (1250, partial("天气")), (1900, sentence("今天天气好。"))),
    )
    assert told(words) == [
        ("今", 300.0, "partial", 0.0),
        ("天", 100.0, "partial", 0.0),
        ("天", 450.0, "partial", 0.0),
        ("气", 250.0, "partial", 0.0),
        ("好", 600.0, "sentence", 0.0),
    ]


def test_updates_that_repeat_everything_are_no_deltas() -> None:
    """In funasr-realtime each partial replaces the one before."""
    words = emissions(
        WEATHER,
        session(
            WEATHER,
            (700, update("今天")),
            (1250, update("今天天气")),
            (3300, update("", ("今天天气好。", 200, 1300))),
            dialect="funasr-realtime",
        ),
    )
    assert [(word.latency_ms, word.by) for word in words] == [
        (300.0, "partial"),
        (100.0, "partial"),
        (450.0, "partial"),
        (250.0, "partial"),
        (2000.0, "sentence"),
    ]


def test_a_late_client_does_not_hide_latency() -> None:
    """What counts is when the audio was due, not when it was sent."""
    replies = ((700, partial("今天")), (1900, sentence("今天天气好")))
    assert emissions(WEATHER, session(WEATHER, *replies, late_ms=90)) == emissions(
        WEATHER, session(WEATHER, *replies)
    )


def test_a_word_that_was_taken_back_is_unsettled_until_it_stays() -> None:
    """First seen at 700 ms, lost at 900, there for good from 1300 on."""
    words = emissions(
        WEATHER,
        session(
            WEATHER,
            (700, update("今天")),
            (900, update("惊")),
            (1300, update("今天天气")),
            (3000, update("", ("今天天气好", 200, 1300))),
            dialect="funasr-realtime",
        ),
    )
    assert told(words)[0] == ("今", 300.0, "partial", 600.0)
    assert told(words)[3] == ("气", 300.0, "partial", 0.0)


def test_a_word_that_was_not_heard_has_no_latency() -> None:
    """田 for 天 is a matter of the error rate."""
    words = emissions(WEATHER, session(WEATHER, (1900, sentence("今田天气好"))))
    assert [word.word for word in words] == ["今", "天", "气", "好"]


def test_a_character_before_it_was_spoken_is_another_one() -> None:
    """A wrong guess at 300 ms is not the 气 that begins at 800 ms."""
    words = emissions(WEATHER, session(WEATHER, (300, partial("气")), (1900, sentence("今天天气好"))))
    assert [(word.word, word.latency_ms) for word in words if word.word == "气"] == [("气", 900.0)]


def test_words_said_twice_are_told_apart() -> None:
    """The first half of 一二一二 appears with the first partial, the second with the second."""
    twice = timed_clip(("一", 0, 200), ("二", 200, 400), ("一", 900, 1100), ("二", 1100, 1300))
    words = emissions(
        twice, session(twice, (1000, partial("一二")), (1500, partial("一二")), (2000, sentence("一二一二")))
    )
    assert [word.latency_ms for word in words] == [800.0, 600.0, 400.0, 200.0]


def test_a_number_counts_from_its_first_partial_however_the_sentence_writes_it() -> None:
    """七月 in a partial, 7月 in the sentence."""
    july = timed_clip(("七", 0, 200), ("月", 200, 400))
    words = emissions(july, session(july, (600, partial("七月")), (1500, sentence("7月。"))))
    assert told(words) == [("七", 400.0, "partial", 0.0), ("月", 200.0, "partial", 0.0)]


def test_a_latin_word_counts_when_it_is_whole() -> None:
    """Python is not there while only pyth is."""
    mixed = timed_clip(("用", 0, 200), ("Python", 200, 700), text="用 Python")
    words = emissions(
        mixed, session(mixed, (600, partial("用pyth")), (1000, partial("on")), (1500, sentence("用python")))
    )
    assert [(word.word, word.latency_ms) for word in words] == [("用", 400.0), ("Python", 300.0)]


@pytest.mark.parametrize("pace", [None, 2.0])
def test_there_is_none_without_the_pace_of_speech(pace: float | None) -> None:
    """What a backlog takes is not a latency."""
    assert emissions(WEATHER, session(WEATHER, (700, partial("今天")), pace=pace)) == ()


def test_there_is_none_where_nothing_is_known() -> None:
    """Neither for a session without a reply nor for a clip without word times."""
    assert emissions(WEATHER, session(WEATHER)) == ()
    bare = replace(WEATHER, words=())
    assert emissions(bare, session(bare, (300, partial("今")))) == ()
