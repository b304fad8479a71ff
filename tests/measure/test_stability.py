"""Partial stability on sessions whose answer can be told by hand."""

import pytest

from asrgate.measure.emission import emissions
from asrgate.measure.stability import Changes, changes, stability_of
from asrgate.wire.exchange import Exchange
from measure.timed import partial, sentence, session, timed_clip, update

WEATHER = timed_clip(
    ("今", 200, 400), ("天", 400, 600), ("天", 600, 800), ("气", 800, 1000), ("好", 1000, 1300)
)


def of(*replies: tuple[float, dict[str, object]], dialect: str = "funasr-2pass") -> Changes:
    """What became of the partials of a session."""
    return changes(WEATHER, session(WEATHER, *replies, dialect=dialect))


def test_deltas_that_the_sentence_confirms_are_steady() -> None:
    """Each of five characters came once."""
    assert of(
        (700, partial("今天")), (1250, partial("天气好")), (1900, sentence("今天天气，好。"))
    ) == Changes(told=5, by_partials=0, by_sentences=0, edits=5, final=5)


def test_what_the_sentence_changes_is_counted() -> None:
    """田 became 天, and 好 was added: one of four told was changed."""
    found = of((700, partial("今田")), (1250, partial("天气")), (1900, sentence("今天天气好")))
    assert found == Changes(told=4, by_partials=0, by_sentences=1, edits=6, final=5)


def test_what_a_later_partial_changes_is_counted() -> None:
    """Updates replace one another: 惊田 went, 今天 stayed; that is 2 of 6."""
    found = of(
        (700, update("惊田")),
        (1250, update("今天天气")),
        (3300, update("", ("今天天气好", 200, 1300))),
        dialect="funasr-realtime",
    )
    assert found == Changes(told=6, by_partials=2, by_sentences=0, edits=7, final=5)


def test_a_number_that_is_only_written_otherwise_has_not_changed() -> None:
    """七月 and 7月 are the same words."""
    july = timed_clip(("七", 0, 200), ("月", 200, 400))
    found = changes(july, session(july, (600, partial("七月")), (1500, sentence("7月。"))))
    assert found == Changes(told=2, by_partials=0, by_sentences=0, edits=2, final=2)


def test_a_sentence_without_partials_told_nothing_early() -> None:
    """There is nothing that could have been taken back."""
    found = stability_of([of((1900, sentence("今天天气好")))], [])
    assert (found.told, found.unstable, found.edits_per_token) == (0, None, None)
    assert found.reason == "no partial with text came"


def test_sessions_are_pooled_with_an_interval() -> None:
    """One of four changed in each of three sessions, none of five in the others: 3 of 22."""
    bad = of((700, partial("今田")), (1250, partial("天气")), (1900, sentence("今天天气好")))
    good = of((700, partial("今天天气好")), (1900, sentence("今天天气好")))
    found = stability_of([bad, bad, bad, good, good], [])
    assert found.unstable == pytest.approx(3 / 22)
    assert found.unstable_ci95 is not None
    assert found.unstable_ci95[0] <= 3 / 22 <= found.unstable_ci95[1]
    assert found.edits_per_token == pytest.approx(28 / 25)
    assert (found.by_sentences, found.clips) == (3, 5)


def test_only_words_that_changed_have_a_time_to_settle() -> None:
    """今 was lost and found again after 600 ms."""
    exchange: Exchange = session(
        WEATHER,
        (700, update("今天")),
        (900, update("惊天")),
        (1300, update("今天天气")),
        (3000, update("", ("今天天气好", 200, 1300))),
        dialect="funasr-realtime",
    )
    found = stability_of([changes(WEATHER, exchange)], emissions(WEATHER, exchange))
    assert found.unsettled.samples == (600.0,)
