"""The part on time in report.html and summary.md."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from asrgate.audio.clips import Clip
from asrgate.measure.accuracy import Accuracy, accuracy_of
from asrgate.report.language import LANGUAGES, Language
from asrgate.report.page import report_html
from asrgate.report.summary import summary_markdown
from asrgate.report.timing import histograms_of, trade_offs_of
from asrgate.wire.exchange import Exchange
from measure.timed import partial, sentence, session, timed_clip
from report.reading import Element, page
from report.sample import NOTHING_BESIDES, sample_run

TEXT = "今天天气很好我们去公园散步"
WORDS = tuple((word, 200 * n, 200 * n + 200) for n, word in enumerate(TEXT))
STAMPS = [(start + 10, end - 20) for _, start, end in WORDS]


def spoken(
    number: int, mode: str, later_ms: float, *, pace: float | None = 1.0
) -> tuple[Clip, str, Exchange]:
    """A session in which partials bring all but the last character, and one is wrong in every second."""
    clip = replace(timed_clip(*WORDS), id=f"c{number}")
    heard = TEXT.replace("气", "汽", number % 2)
    replies = (
        (1100 + later_ms, partial(heard[:4])),
        (2400 + later_ms, partial(heard[4:12])),
        (3400.0, sentence(TEXT if number else TEXT.replace("园", "原"), STAMPS)),
    )
    return clip, mode, session(clip, *replies, pace=pace)


def measured(pace: float | None = 1.0) -> Accuracy:
    """Six clips in two presets, and offline without partials."""
    sessions = [spoken(n, "2pass", 10.0 * n, pace=pace) for n in range(6)]
    sessions += [spoken(n, "2pass~3,6,3", 10.0 * n - 90, pace=pace) for n in range(6)]
    clip = timed_clip(*WORDS)
    sessions.append((clip, "offline", session(clip, (9000, sentence(TEXT, STAMPS)), pace=pace)))
    return accuracy_of(sessions)


def section(accuracy: Accuracy, language: Language = "en") -> Element | None:
    """The part of the page."""
    document = page(report_html(sample_run(accuracy=accuracy, **NOTHING_BESIDES), {}, language))
    return next(iter(document.all("section", class_="timing")), None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_part(language: Language, snapshot: Callable[[str, str], None]) -> None:
    """Histograms, what presets cost, stability, stamps: the words and numbers that are read."""
    found = section(measured(), language)
    assert found is not None
    snapshot(f"time.{language}.txt", "\n".join(found.lines) + "\n")


def test_every_word_is_in_a_bar() -> None:
    """Bars hold what partials brought and what waited for its sentence; what lies beyond is counted."""
    accuracy = measured()
    histograms = histograms_of(accuracy.time)
    assert histograms is not None
    assert [panel.time.mode for panel in histograms.panels] == ["2pass", "2pass~3,6,3"]
    for panel in histograms.panels:
        words = panel.time.emission.n + panel.time.emission_by_sentence.n
        assert sum(bar.words for bar in panel.bars) + panel.beyond == words
        assert max(bar.by_partial + bar.by_sentence for bar in panel.bars) == pytest.approx(100)
    found = section(accuracy)
    assert found is not None
    drawn = found.all("rect", class_="bar")
    assert len(drawn) == 2 * sum(bar.words > 0 for panel in histograms.panels for bar in panel.bars)


def test_a_quicker_preset_stands_further_left() -> None:
    """90 ms on a scale that both share; names stand in the picture and in the table."""
    found = trade_offs_of(measured())
    assert found is not None
    ((mode, points),) = found.panels
    assert (mode, [point.name for point in points]) == ("2pass", ["3,6,3", "5,10,5"])
    assert points[1].x - points[0].x == pytest.approx(90 / found.scale_ms * 100, abs=0.02)
    assert all(point.high is not None and point.high <= point.y <= (point.low or 0) for point in points)
    shown = section(measured())
    assert shown is not None
    assert [text.text for text in shown.all("text")] == ["3,6,3", "5,10,5"]


def test_one_preset_has_no_picture() -> None:
    """There is nothing to choose from."""
    accuracy = accuracy_of([spoken(n, "2pass", 0.0) for n in range(6)])
    assert trade_offs_of(accuracy) is None
    shown = section(accuracy)
    assert shown is not None
    assert shown.all("text") == []


def test_without_the_pace_of_speech_stamps_alone_are_shown() -> None:
    """And the reason why there is no more."""
    shown = section(measured(pace=None))
    assert shown is not None
    assert shown.all("rect") == []
    assert "--pace real" in shown.text
    assert "+10.0" in shown.text
    assert "Emission latency" not in summary_markdown(sample_run(accuracy=measured(pace=None)), "en")


def test_where_nothing_is_known_about_time_there_is_no_part() -> None:
    """Clips without word times, sent at once."""
    clip = replace(timed_clip(*WORDS), words=())
    assert section(accuracy_of([(clip, "2pass", session(clip, (9000, sentence(TEXT)), pace=None))])) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_has_a_line_on_the_main_mode(language: Language) -> None:
    """One line, with the number of words."""
    lines = summary_markdown(sample_run(accuracy=measured()), language).splitlines()
    (line,) = [line for line in lines if "2pass" in line and ("Emission" in line or "出现延迟" in line)]
    assert "(n = " in line or "（n = " in line
