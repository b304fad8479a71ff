"""report.html."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from asrgate.measure.accuracy import accuracy_of
from asrgate.measure.latency import distribution_of
from asrgate.report.headline import headline
from asrgate.report.language import LANGUAGES, Language
from asrgate.report.page import report_html
from report.reading import Element, page
from report.sample import (
    DOUBLE_FINAL,
    HOSTILE,
    NOTHING_BESIDES,
    SHIFTED,
    answered,
    clip,
    finding,
    sample_run,
)

EXCHANGES = {f"exchanges/{kept.id}.jsonl": kept for kept in (DOUBLE_FINAL, SHIFTED)}


def rendered(language: Language = "en", **changes: object) -> Element:
    """The sample run as a page."""
    return page(report_html(sample_run(**changes), EXCHANGES, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page(language: Language, snapshot: Callable[[str, str], None]) -> None:
    """What a reader reads, from the verdict to the environment."""
    snapshot(f"report.{language}.txt", "\n".join(rendered(language).lines) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fetched_and_nothing_runs(language: Language) -> None:
    """One file: no script, no reference but to its own places, and a policy that forbids the rest."""
    document = rendered(language)
    assert document.all("script") == []
    assert document.all("link") == document.all("img") == document.all("iframe") == []
    (style,) = document.all("style")
    assert "url(" not in "".join(map(str, style.children))
    assert "@import" not in "".join(map(str, style.children))
    for element in document.all():
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "action", "srcset", "data"):
                assert (value or "").startswith("#")
    (policy,) = document.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert (policy.attributes["content"] or "").startswith("default-src 'none'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_that_is_pointed_at_is_there_once(language: Language) -> None:
    """Chips lead to their rows, rows to what failed."""
    document = rendered(language)
    ids = [element.attributes["id"] for element in document.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert {(link.attributes["href"] or "")[1:] for link in document.all("a")} <= set(ids)


def test_the_verdict_comes_first() -> None:
    """The heading, and then the sentence that can be quoted."""
    document = rendered()
    assert document.all("h1")[0].text.endswith("Not conformant")
    assert document.all("p", class_="headline")[0].text == headline(sample_run(), "en")


def test_every_failed_finding_shows_its_frames() -> None:
    """MUST before SHOULD; the frames that decided are marked in both directions' order."""
    document = rendered()
    cards = document.all("article", class_="finding")
    places = [card.attributes["id"] for card in cards]
    assert places == ["END-01", "SCH-06", "LAT-02", "fuzz-1", "fuzz-2", "TS-04"]
    must, should, *_ = cards
    assert [row.all("td")[0].text for row in must.all("tr", class_="deciding")] == ["1 385", "1 645"]
    assert len(should.all("tr", class_="deciding")) == 1
    assert "19 200 bytes together" in must.text.replace("\u202f", " ")


def test_what_takes_a_server_down_comes_first() -> None:
    """Before a MUST that does not, and marked."""
    crash = finding("ROB-04", "fail", "the process died", destructive=True)
    other = finding("END-01", "fail", "late")
    first, second = rendered(findings=(other, crash), fuzz=None).all("article", class_="finding")
    assert first.has("class_", "destructive")
    assert (first.attributes["id"], second.attributes["id"]) == ("ROB-04", "END-01")


def test_every_failure_says_how_to_see_it_again() -> None:
    """The command that drives its first exchange, and the one that explains it."""
    document = rendered()
    commands = [
        code.text for code in document.all("article", id="END-01")[0].all("p", class_="again")[0].all("code")
    ]
    assert commands == [f"asrgate replay exchanges/{DOUBLE_FINAL.id}.jsonl", "asrgate explain END-01 --run ."]
    fuzzed = document.all("article", id="fuzz-1")[0].all("p", class_="again")[0]
    assert "asrgate replay exchanges/fuzz-gone.jsonl" in fuzzed.text


def test_known_deviations_are_shown_with_their_entries() -> None:
    """What is listed, where, until when; what passes by now is named, quietly where asrgate listed it."""
    document = rendered()
    known = document.all("article", id="TS-04")[0].text
    assert "Listed in known.toml: stamps move with the model's own delay" in known
    assert "https://example.org/issues/7 · until 2027-03-31" in known
    assert "expired on 2026-01-31" in document.all("article", id="END-01")[0].text
    own, shipped = document.all("details", class_="more")[:2]
    assert ("open" in own.attributes, "open" in shipped.attributes) == (True, False)
    assert "HS-01" in own.text
    assert "SCH-01" in shipped.text


def test_features_are_told_with_what_was_seen() -> None:
    """Found, not there, or not told; one that was expected says so."""
    section = next(s for s in rendered().all("section") if s.attributes["aria-labelledby"] == "h-features")
    rows = {row.all("code")[0].text: row.text for row in section.all("tr")[1:]}
    assert "found" in rows["partials"]
    assert "not there expected" in rows["itn"]
    assert "not told" in rows["hotwords"]
    assert "no message carried timestamp" in rows["stamps"]


def test_bad_closings_come_before_the_others() -> None:
    """A table of those that were not as they should be, the others folded."""
    section = next(s for s in rendered().all("section") if s.attributes["aria-labelledby"] == "h-closings")
    assert "1 of 2 sessions that could be judged were not closed" in section.text
    assert section.all("tbody")[0].text.startswith("✕")
    assert "TCP ended without a close frame" in section.all("tbody")[0].text
    (folded,) = section.all("details")
    assert len(folded.all("tr")) == 3


def test_families_are_folded_unless_a_must_failed_in_them() -> None:
    """So that a long catalogue can be read; each says what is in it."""
    families = rendered().all("details", class_="family-rows")
    opened = [family.all("h3")[0].text for family in families if "open" in family.attributes]
    assert opened == ["End of a session", "Latency"]
    assert all(family.all("span", class_="tally")[0].text for family in families)


def test_every_verdict_of_the_run_can_be_filtered_by() -> None:
    """Radio buttons, which work where nothing runs; the style sheet knows each of their values."""
    document = rendered()
    values = {button.attributes["value"] for button in document.all("input")}
    style = "".join(map(str, document.all("style")[0].children))
    assert values >= {finding.verdict for finding in sample_run().findings}
    assert all(f'input[value="{value}"]:checked' in style for value in values - {"all"})


def test_a_recording_that_is_missing_is_named() -> None:
    """The page says that frames belong here and which file has them."""
    assert "exchanges/gone-" in rendered().all("article", id="LAT-02")[0].text


def test_text_of_a_server_is_text() -> None:
    """Markup in replies and reasons is shown, never executed."""
    html = report_html(sample_run(), EXCHANGES, "en")
    assert HOSTILE not in html
    assert HOSTILE in page(html).all("article", id="END-01")[0].text


def test_secret_headers_never_appear() -> None:
    """Request headers are recorded with the handshake; the page shows none of them."""
    assert "not-for-reports" not in report_html(sample_run(), EXCHANGES, "en")


def test_a_verdict_is_told_by_sign_and_word_not_by_colour_alone() -> None:
    """Every chip has a sign to see and a word to hear."""
    chips = rendered().all("a", class_="chip")
    assert len(chips) == len(sample_run().findings)
    signs = {tuple(c.attributes["class"].split())[1]: c.all("span")[0].text for c in chips}  # type: ignore[union-attr]
    assert len(set(signs.values())) == len(signs) == 7
    assert all(chip.all("span", class_="unseen") for chip in chips)


def test_a_withheld_number_is_a_dash_with_its_reason() -> None:
    """Six samples have a median and no p95; none have nothing at all."""
    document = rendered()
    rows = {row.all("th")[0].text: row for row in document.all("tr") if row.all("th") and row.all("td")}
    partial = next(row for name, row in rows.items() if name.startswith("Speech onset"))
    assert "p95 needs 72, p99 needs 368 samples, there are 6" in partial.text
    assert [cell.text for cell in partial.all("td", class_="num")] == ["6", "648", "—", "—", "591", "1 210"]
    empty = next(row for name, row in rows.items() if name.startswith("End frame to final, no audio"))
    assert [cell.text for cell in empty.all("td", class_="num")][1:] == ["—"] * 5
    assert "no session gave this latency" in empty.text


def test_differences_are_marked_worst_first() -> None:
    """Substituted, lost and added characters are told apart, and the text stands there as received."""
    clips = rendered().all("div", class_="diffs")[0].all("div", class_="clip")
    assert [clip.all("div", class_="who")[0].text.split()[0] for clip in clips[:4]] == [
        "22.2",
        "20.0",
        "18.2",
        "10.0",
    ]
    market = clips[0]
    assert [mark.text for mark in market.all("del")] == ["在", "上", "蔬"]
    assert [mark.text for mark in market.all("ins")] == ["再", "的", "书"]
    assert [mark.text for mark in market.all("ins", class_="extra")] == ["的"]
    assert "他们再市场买了很多新鲜的的水果和书菜。" in market.text


def test_parts_of_the_clips_are_small_multiples() -> None:
    """A panel for each mode, the worst tag on top; clips of one length have none by length."""
    main, offline = rendered().all("table", class_="multiple")
    assert [row.all("th")[0].text for row in main.all("tr")] == ["plain", "date", "itn"]
    assert [row.all("th")[0].text for row in offline.all("tr")] == ["plain"]


def test_traps_and_wrong_values_are_named() -> None:
    """A number that is right is only counted; a trap is named whatever came of it, with both texts."""
    idiom = clip("idiom", "他一心一意地学习", tags=("itn", "idiom", "trap"))
    price = clip("price", "一共三十元", written=("一共30元",), tags=("itn", "money"))
    right = clip("right", "一共五十元", written=("一共50元",), tags=("itn", "money"))
    spoken = [answered(each, each.text) for each in (idiom, price, right)]
    heard = [answered(idiom, "他1心1意地学习"), answered(price, "一共13元"), answered(right, "一共50元")]
    text = rendered(accuracy=accuracy_of(heard, spoken)).text
    assert "Other form idiom · trap 他1心1意地学习 with itn off: 他一心一意地学习" in text
    assert "Wrong value price 一共13元" in text
    assert "right 一共50元" not in text


def test_a_run_without_measurements_says_so() -> None:
    """No accuracy and no latency leave a sentence, not an empty place."""
    text = rendered(accuracy=None, latencies=()).text
    assert "Accuracy was not measured in this run." in text
    assert "No latency was measured in this run." in text


def test_a_clean_run_has_nothing_to_show() -> None:
    """Nothing failed, and nothing is highlighted."""
    held = (finding("END-01", "pass", "held"),)
    document = rendered(verdict="conformant", findings=held, **NOTHING_BESIDES)
    assert document.all("article", class_="finding") == []
    assert "Nothing failed." in document.text


def test_an_interrupted_run_says_so() -> None:
    """The page does not pass for a whole run."""
    assert "The run was interrupted" in rendered(interrupted=True).text


def test_a_latency_of_zero_can_be_drawn() -> None:
    """A scale from 0 to 0 is no division by zero."""
    assert rendered(latencies=(distribution_of("final", [0.0] * 6),)).all("svg")


def test_titles_come_in_the_language_of_the_page() -> None:
    """Chinese titles from the catalogue, English reasons as the judges wrote them."""
    document = rendered("zh")
    assert document.all("html")[0].attributes["lang"] == "zh-CN"
    card = document.all("article", id="END-01")[0]
    assert card.all("h3")[0].text == "END-01 说明服务器应当怎样做"
    assert "expected exactly one" in card.text


def test_english_alone_is_headed_by_its_word_error_rate() -> None:
    """A character error rate of no characters would be an empty heading."""
    accuracy = sample_run().accuracy
    assert accuracy is not None
    english = replace(
        accuracy,
        cer=None,
        pooled=replace(accuracy.pooled, value=None, clips=0),
        slices={"2pass/en": accuracy.slices["2pass/en"]},
    )
    assert "Word error rate" in rendered(accuracy=english).all("dl", class_="facts")[0].text


def test_a_run_that_is_not_valid_shows_no_verdict() -> None:
    """Not even a good one."""
    document = rendered(verdict="conformant", valid=False, invalid_reason="the machine was asleep")
    assert document.all("h1")[0].text.endswith("Not valid")
    assert "the machine was asleep" in document.all("p", class_="headline")[0].text


def test_accuracy_alone_shows_no_requirements() -> None:
    """A page of skipped requirements would say nothing."""
    document = rendered(verdict="inconclusive", findings=(finding("END-01", "skipped", "not selected"),))
    assert document.all("h1")[0].text.endswith("Measured")
    assert [heading.text for heading in document.all("h2")] == ["Accuracy", "Latency", "Environment"]


def test_what_fuzzing_left_open_is_told() -> None:
    """Why it ended early, what an earlier run knew, what is fixed, and what did not happen again."""
    section = next(s for s in rendered().all("section") if s.attributes["aria-labelledby"] == "h-fuzz")
    assert "It ended before its budget was spent: interrupted." in section.text
    assert "found by an earlier run, and still there" in section.all("article", id="fuzz-2")[0].text
    assert "close without a frame" in section.text
    assert "once, and not when it was repeated" in section.text
