"""The load pages of report.html."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from asrgate.report.language import LANGUAGES, Language
from asrgate.report.load_record import DeathRecord, LoadRecord
from asrgate.report.page import report_html
from asrgate.report.record import Run
from report.load_sample import (
    capacity,
    health,
    load,
    load_run,
    sampled,
    saturated_run,
    searched,
    step,
    unjudged,
)
from report.reading import Element, page
from report.sample import HOSTILE, finding, sample_run

CAPACITY = load_run(searched())


def rendered(run: Run, language: Language = "en") -> Element:
    """A run as a page."""
    return page(report_html(run, {}, language))


def section(document: Element, name: str) -> Element:
    """A section by the name of its heading."""
    return next(s for s in document.all("section") if s.attributes["aria-labelledby"] == f"h-{name}")


def headings(document: Element) -> list[str]:
    """The headings of all sections in order."""
    return [heading.text for heading in document.all("h2")]


def charts(document: Element) -> dict[str, dict[str, Any]]:
    """What the page's script is given to draw, by chart."""
    return {
        str(figure.attributes["id"]).removeprefix("chart-"): json.loads(
            "".join(map(str, figure.all("script")[0].children))
        )
        for figure in document.all("figure", class_="chart")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_search(language: Language, snapshot: Callable[[str, str], None]) -> None:
    """What a reader reads, from the capacity to the environment."""
    document = rendered(CAPACITY, language)
    snapshot(f"load.{language}.txt", "\n".join(document.lines) + "\n")


def test_the_capacity_comes_first() -> None:
    """Then percentiles, curve, lag, throughput and machine, errors, texts, generator, plan, environment."""
    document = rendered(CAPACITY)
    assert document.all("h1")[0].text.endswith("8 streams")
    assert document.all("p", class_="headline")[0].text == (
        "asr.example:10095 carries 8 streams in real time (interval 8–9); "
        "limited by partial_lag_ms.p95; generator healthy."
    )
    assert headings(document) == [
        "Capacity",
        "Percentiles against streams",
        "The curve",
        "Lag over time",
        "Throughput and machine",
        "Errors by kind",
        "Text under load",
        "The load generator",
        "Planning",
        "Environment",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_its_own_scripts_run_and_nothing_is_fetched(language: Language) -> None:
    """The policy names the script of the page by its hash, and forbids every other."""
    html = report_html(CAPACITY, {}, language)
    policy = next(
        str(meta.attributes["content"])
        for meta in page(html).all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == 1
    digest = b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    assert page(html).all("link") == page(html).all("img") == []


def test_the_licence_of_the_chart_library_travels_with_it() -> None:
    """A report is a copy of it."""
    html = report_html(CAPACITY, {}, "en")
    assert "Copyright (c) 2022 Leon Sorokin" in html
    assert "Permission is hereby granted" in html


def test_a_report_without_load_has_no_scripts() -> None:
    """Charts are the only thing that needs them."""
    assert rendered(sample_run()).all("script") == []


def test_what_a_server_replied_stays_text() -> None:
    """In the page and in what its script reads."""
    html = report_html(CAPACITY, {}, "en")
    assert HOSTILE not in html
    assert HOSTILE in section(page(html), "texts").text


def test_every_number_of_a_chart_against_streams_stands_in_a_table() -> None:
    """Whoever cannot see or run a chart reads its numbers, and why one is missing."""
    document = rendered(CAPACITY)
    figure = next(f for f in document.all("figure") if f.attributes["id"] == "chart-first_partial_ms")
    rows = [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in figure.all("tr")]
    assert rows[0] == ["Streams", "p50", "p95", "p99"]
    assert len(rows) == 12
    assert rows[1][2].startswith("—17 samples: a higher percentile needs 72")
    assert rows[11][2] == "6 053"


def test_what_was_withheld_is_a_gap_with_its_reason() -> None:
    """Neither 0 nor a line drawn across."""
    p99 = charts(rendered(CAPACITY))["final_ms"]["tables"][0]["lines"][2]
    assert p99["name"] == "p99"
    assert p99["values"] == [None] * 11
    assert all("a higher percentile needs" in note for note in p99["notes"])


def test_the_curve_ends_where_measuring_ended() -> None:
    """Points beyond the measured range are not drawn, whoever put them into the record."""
    found = capacity()
    assert found.curve is not None
    beyond = ((0.5, 0.4), *found.curve.points, (40.0, 5.0))
    curve = type(found.curve)(
        per_stream=found.curve.per_stream,
        contention=found.curve.contention,
        coherency=found.curve.coherency,
        fewest=1,
        most=16,
        points=beyond,
        knee=21.0,
    )
    drawn = charts(rendered(load_run(searched(capacity=capacity(curve=curve)))))["throughput"]
    assert max(at for table in drawn["tables"] for at in table["at"]) == 16
    assert min(at for table in drawn["tables"] for at in table["at"]) == 1
    assert [mark["name"] for mark in drawn["marks"]] == ["capacity 8"]


def test_objectives_are_drawn_on_the_charts_of_their_metric() -> None:
    """A threshold stands where it can be compared."""
    drawn = charts(rendered(CAPACITY))
    assert drawn["final_ms"]["limits"] == [{"at": 1500.0, "name": "final_ms.p95 ≤ 1500"}]
    assert drawn["errors"]["limits"] == [{"at": 0.001, "name": "errors.rate ≤ 0.001"}]
    assert drawn["first_partial_ms"]["limits"] == []


def test_every_objective_stands_beside_its_number() -> None:
    """Two on one metric are two; the one on the median does not mark p95 as missed."""
    one = step(8)
    p95 = next(a for a in one.attainments if a.objective == "final_ms.p95 <= 1500")
    p50 = replace(p95, objective="final_ms.p50 <= 100", value=454.0, most=100.0, held=False)
    missed = step(8, attainments=(p50, p95), held=False)
    single = section(rendered(load_run(load(missed))), "capacity").text
    assert "✕missed p50 ≤ 100✓held p95 ≤ 1500" in single
    rows = section(rendered(load_run(load(missed, step(4, 1)))), "capacity").all("tr")
    (row,) = (row.text for row in rows if row.text.startswith("8✕ missed"))
    assert row.count("✕") == 1


def test_everything_over_time_shares_one_axis() -> None:
    """Throughput and what was sampled of the machine are read at one instant."""
    drawn = charts(rendered(CAPACITY))
    machine = [name for name in drawn if name.startswith("machine-")]
    assert {drawn[name]["group"] for name in ("streams-time", "lag-time", *machine)} == {"time"}
    assert len(machine) == 7


def test_nothing_is_drawn_across_a_pause_between_steps() -> None:
    """Where nothing was measured there is a gap."""
    lag = charts(rendered(load_run(load(step(8), step(8, 1)))))["lag-time"]["tables"][0]
    assert None in lag["lines"][0]["values"]
    between = lag["at"][lag["lines"][0]["values"].index(None)]
    assert 125 < between < 145


def test_a_missed_objective_is_named_first() -> None:
    """With its value, its limit, and the number of streams."""
    document = rendered(load_run(load(step(4), step(12, 1))))
    assert document.all("h1")[0].text.endswith("Objectives missed")
    assert "with 12 streams" in document.all("p", class_="headline")[0].text
    assert "partial_lag_ms.p95 was 6 941 (at most 2 500)" in document.text


def test_a_run_that_is_not_valid_shows_no_outcome() -> None:
    """No step is said to have held, no number stands in the head, and no chip is green."""
    document = rendered(saturated_run())
    assert document.all("h1")[0].text.endswith("Not valid")
    assert "No number should be read from this run" in section(document, "capacity").text
    assert "✓ held" not in document.text
    assert document.all("ul", class_="strip") == []
    assert "p95 with" not in document.all("dl", class_="facts")[0].text
    assert "generator saturated" in section(document, "generator").text


def test_a_search_that_was_not_valid_gives_no_answer_and_no_plan() -> None:
    """Whatever was found before it turned out."""
    document = rendered(load_run(searched(), valid=False, invalid_reason="worker-2 died"))
    assert "Planning" not in headings(document)
    assert "streams held every objective" not in document.text
    drawn = charts(document)["throughput"]
    assert [mark["name"] for mark in drawn["marks"]] == ["knee 11.6"]
    assert drawn["bands"] == []


def test_a_search_cut_short_gives_no_answer() -> None:
    """Its largest number was not confirmed."""
    document = rendered(load_run(searched(), interrupted=True))
    assert document.all("h1")[0].text.endswith("Inconclusive")
    assert "The search was cut short" in section(document, "capacity").text
    assert "Planning" not in headings(document)


def test_one_number_of_streams_has_a_table_and_no_curves() -> None:
    """Nothing can be drawn against streams."""
    document = rendered(load_run(load(step(8))))
    assert "Percentiles against streams" not in headings(document)
    assert "The curve" not in headings(document)
    assert "End frame to final" in section(document, "capacity").text


def test_a_step_with_a_late_generator_is_not_drawn_as_the_endpoints() -> None:
    """It is shown as what it is, and drawn only where lateness is."""
    late = step(8, 2, generator=health(8, saturated=True), audio_seconds_per_second=0.5)
    document = rendered(load_run(load(step(4), step(8, 1), late)))
    drawn = charts(document)
    assert drawn["throughput"]["tables"][0]["at"] == drawn["final_ms"]["tables"][0]["at"] == [4, 8]
    assert drawn["slip"]["tables"][0]["at"] == [4, 8, 8]
    assert "generator late" in section(document, "capacity").text
    assert "Steps in which the generator was late are not drawn" in document.text


def test_a_step_that_held_as_far_as_can_be_told_is_not_called_held() -> None:
    """A search goes on after few sessions; the answer is measured with enough."""
    document = rendered(CAPACITY)
    assert "≈ 1held, provisionally" in document.all("ul", class_="strip")[0].text


def test_an_excluded_worker_is_shown_with_its_reason() -> None:
    """Openly: its calls are not counted."""
    rows = [row.text for row in section(rendered(CAPACITY), "generator").all("tr")]
    excluded = next(row for row in rows if row.startswith("worker-3"))
    assert "not counted" in excluded
    assert "its clock stepped by 2.2 s" in excluded


def test_what_grew_is_said_and_what_could_not_be_sampled() -> None:
    """Slopes with their interval; a source that did not answer is named."""
    text = section(rendered(CAPACITY), "machine").text
    assert "Memory of the server pid 4242✕ grows309.0 MiB" in text
    assert "http://asr.example:9400/metrics: connection refused" in text


def test_a_load_without_samples_says_so() -> None:
    """A missing GPU chart is no oversight."""
    text = section(rendered(load_run(load(step(8)))), "machine").text
    assert "Neither GPU nor server process were sampled" in text


def test_an_endpoint_that_died_is_loud() -> None:
    """When, with how many streams, and whether it came back; and drawn where it happened."""
    death = DeathRecord(at_s=61.0, streams=20, cut=20, refused=7, back_after_s=None)
    document = rendered(load_run(load(step(8), deaths=(death,))))
    assert "The endpoint died 61 s after the load began." in section(document, "errors").text
    assert "20 streams" in section(document, "errors").text
    assert charts(document)["lag-time"]["marks"] == [{"at": 61.0, "name": "the endpoint died"}]


def test_crossed_sessions_are_loud() -> None:
    """In the head and where texts are shown."""
    document = rendered(load_run(load(step(8, crossed=2))))
    assert "Sessions were crossed: 2" in document.all("ul", class_="qualifications")[0].text
    assert "Sessions were crossed: 2" in section(document, "texts").text


def test_a_validate_run_shows_its_findings_and_its_load() -> None:
    """The verdict is that of the findings; the load stands in a sentence and in its sections."""
    document = rendered(sample_run(load=load(step(8))))
    assert document.all("h1")[0].text.endswith("Not conformant")
    assert "Under load, with 8 streams at once for 120 s: all 5 objectives held" in document.text
    assert headings(document).index("Objectives") > headings(document).index("Latency")


@pytest.mark.parametrize("id_", ["LOAD-01", "LOAD-07", "LAT-06"])
def test_what_was_judged_under_load_is_shown(id_: str) -> None:
    """Requirements on load belong to a load run; the answer stays that of the load."""
    failed = finding(id_, "fail", "2 of 342 calls failed: 2 timeout", level="SHOULD")
    document = rendered(load_run(load(step(8)), findings=(failed,)))
    assert document.all("h1")[0].text.endswith("Objectives held")
    assert document.all("article", id=id_)
    assert f"1 SHOULD requirement failed: {id_}." in document.text


def test_nothing_is_judged_by_a_late_generator() -> None:
    """Callers that waited may have waited for the generator."""
    failed = finding("LOAD-08", "fail", "caller 9 waits 788 ms for its finals", level="SHOULD")
    late = saturated_run()
    assert late.load is not None
    document = rendered(load_run(late.load, findings=(failed,), valid=False, invalid_reason="late"))
    assert "LOAD-08" not in document.text


def test_a_must_that_failed_under_load_decides() -> None:
    """However quickly the wrong replies came."""
    failed = finding("LOAD-10", "fail", "caller 3 heard caller 5", level="MUST")
    document = rendered(load_run(load(step(8)), findings=(failed,), verdict="not conformant"))
    assert document.all("h1")[0].text.endswith("Not conformant")


@pytest.mark.parametrize(
    "measured",
    [
        load(step(8), timeline=()),
        load(unjudged(step(2)), objectives=()),
        load(step(8, generator=health(8, saturated=True))),
        load(step(8), resources=sampled(0, slopes=(), gpus=(), missing=(), throttled=())),
        load(step(2), step(4, 1), capacity=capacity(streams=0, interval=(0, 0), curve=None, plan=None)),
        searched(capacity=capacity(limiting=None, fails_at=None, interval=(64, 64), streams=64)),
    ],
    ids=["no timeline", "no objectives", "saturated", "no samples", "carries none", "no limit found"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_missing_the_page_is_whole(measured: LoadRecord, language: Language) -> None:
    """Every kind of record is a page, and every chart has something to show."""
    document = rendered(load_run(measured), language)
    for chart in charts(document).values():
        assert any(
            value is not None for t in chart["tables"] for line in t["lines"] for value in line["values"]
        )


def test_a_load_without_any_step_is_a_page() -> None:
    """Interrupted before anything was measured."""
    empty = LoadRecord(shape="constant", asked={}, objectives=(), steps=())
    document = rendered(load_run(empty, interrupted=True))
    assert "no step was measured" in document.text
