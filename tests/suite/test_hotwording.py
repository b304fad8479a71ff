"""What is sent to find out what hotwords do."""

import json
from dataclasses import replace

import pytest

from asrgate.audio.clips import ClipSet, load_clips
from asrgate.suite.hotword_trial import HotwordTrial, made_up_words
from asrgate.suite.hotwording import compare_hotwords
from asrgate.suite.jobs import Job, Order
from asrgate.wire.dialects import FUNASR_PYTHON, FUNASR_REALTIME
from asrgate.wire.scenario import Scenario, SendText
from suite.grounds import noting
from suite.runs import TONES


def _clips() -> ClipSet:
    """One clip with a term, and one without."""
    first, second, *_ = load_clips(TONES).clips
    return ClipSet(TONES, (replace(first, hotwords=("ding",)), second))


def _opened(scenario: Scenario) -> str:
    return next(step.text for step in scenario.steps if isinstance(step, SendText))


def _hotwords(jobs: list[Job]) -> list[str]:
    return [json.loads(_opened(scenario))["hotwords"] for job in jobs for scenario in job.scenarios]


def test_nothing_is_sent_unless_it_is_asked() -> None:
    """A run without the option is what it was."""
    jobs: list[Job] = []
    assert compare_hotwords(noting(_clips(), jobs)) is None
    assert jobs == []


def test_every_clip_is_sent_without_and_with_all_terms_of_each_weight() -> None:
    """Two clips, two weights."""
    jobs: list[Job] = []
    found = compare_hotwords(replace(noting(_clips(), jobs), hotword_trial=HotwordTrial(weights=(20, 50))))
    assert found is not None
    assert [effect.weight for effect in found.effects] == [20, 50]
    assert sorted(_hotwords(jobs)) == sorted([*[""] * 4, *['{"ding":20}'] * 2, *['{"ding":50}'] * 2])


def test_terms_of_the_user_have_their_own_weights() -> None:
    """Those of the clips are not sent then."""
    jobs: list[Job] = []
    trial = HotwordTrial(terms=(("dong", 7), ("dang", 9)))
    found = compare_hotwords(replace(noting(_clips(), jobs), hotword_trial=trial))
    assert found is not None
    assert [effect.weight for effect in found.effects] == [None]
    assert set(_hotwords(jobs)) == {"", '{"dong":7,"dang":9}'}


@pytest.mark.parametrize(
    ("dialect", "sent"), [(FUNASR_PYTHON, '"hotwords":"ding"'), (FUNASR_REALTIME, "HOTWORDS:ding")]
)
def test_where_hotwords_have_no_weights_they_are_tried_once(dialect, sent: str) -> None:
    """In the form that the dialect's models read."""
    jobs: list[Job] = []
    given = replace(noting(_clips(), jobs), dialect=dialect, hotword_trial=HotwordTrial(weights=(20, 50)))
    found = compare_hotwords(given)
    assert found is not None
    assert [effect.weight for effect in found.effects] == [None]
    assert sum(sent in _opened(scenario) for job in jobs for scenario in job.scenarios) == 2


def test_numbers_of_hotwords_take_turns_one_session_at_a_time() -> None:
    """At the pace of speech, up and down again; none of the made-up words is said in a clip."""
    jobs: list[Job] = []
    trial = HotwordTrial(weights=(20,), counts=(1, 10))
    compare_hotwords(replace(noting(_clips(), jobs), hotword_trial=trial))
    (job,) = [job for job in jobs if len(job.scenarios) > 1]
    assert job.order is Order.IN_TURN
    numbers = [len(json.loads(words or "{}")) for words in _hotwords([job])]
    assert numbers == [0, 1, 10, 10, 1, 0]


def test_clips_without_terms_leave_nothing_to_compare() -> None:
    """The reason is told; nothing is sent."""
    jobs: list[Job] = []
    given = replace(noting(load_clips(TONES), jobs), hotword_trial=HotwordTrial())
    found = compare_hotwords(given)
    assert found is not None
    assert (found.effect, jobs) == (None, [])
    assert found.reason == "no clip names hotwords in the manifest"


def test_made_up_words_are_a_thousand_different_ones() -> None:
    """As many as upstream recommends at most."""
    assert len(set(made_up_words(1000))) == 1000
