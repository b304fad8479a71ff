"""The words of the reports."""

import re
from importlib.resources import files

import pytest

from asrgate.judge.finding import Verdict
from asrgate.measure.accuracy import accuracy_of
from asrgate.report.language import LANGUAGES, Language, words_of
from report.sample import answered, clip

_PLACE = re.compile(r"{(\w+)}")


def test_both_languages_have_every_word_with_the_same_places() -> None:
    """A sentence of one language has what the other has."""
    english, chinese = words_of("en").texts, words_of("zh").texts
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert set(_PLACE.findall(text)) == set(_PLACE.findall(chinese[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_has_a_word(language: Language) -> None:
    """Nothing is shown as a bare identifier."""
    words = words_of(language)
    assert len({words(f"verdict.{verdict}") for verdict in Verdict}) == len(Verdict)


def test_no_word_is_left_over() -> None:
    """Every word stands in a template or a module, or belongs to a group of which names are looked up."""
    roots = [files("asrgate.report"), files("asrgate.gate")]
    entries = [entry for root in roots for entry in root.iterdir() if entry.name.endswith(".py")]
    entries += [entry for root in roots for entry in root.joinpath("templates").iterdir()]
    sources = [entry.read_text(encoding="utf-8") for entry in entries]
    text = "".join(sources)
    looked_up = {"run", "verdict", "family", "status", "role", "direction", "who"}
    looked_up |= {"said", "latency", "headline", "count", "features", "gate"}
    looked_up |= {"drawn", "chart", "metric", "short", "unit", "series", "series_unit"}
    looked_up |= {"law", "error", "purpose", "outcome", "view", "facet", "trait", "numbers", "test"}
    looked_up |= {"time"}
    for key in words_of("en").texts:
        assert key.partition(".")[0] in looked_up or key in text, key


def test_the_steps_of_the_view_are_translated() -> None:
    """The Chinese report lists what was done to the texts in Chinese."""
    words = words_of("zh")
    accuracy = accuracy_of([answered(clip("c", "今天"), "今天")])
    for step in (*accuracy.steps, *(step for view in accuracy.views for step in view.steps)):
        assert words.named("said", step) != step
