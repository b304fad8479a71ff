"""Several runs side by side."""

from asrgate.judge.finding import Verdict
from asrgate.report.comparison import compared, comparison_html
from report.load_sample import load, load_run, saturated_run, searched, step
from report.reading import page
from report.sample import finding, sample_run

BASE = sample_run(
    findings=(finding("HS-01", "pass", ""), finding("END-01", "fail", "two"), finding("TS-04", "pass", ""))
)
NEW = sample_run(
    verdict="conformant",
    accuracy=None,
    findings=(finding("HS-01", "pass", ""), finding("HS-02", "pass", ""), finding("END-01", "pass", "")),
)


def test_requirements_of_all_runs_are_compared() -> None:
    """Families stay together; a run that does not know a requirement has none."""
    rows = compared([BASE, NEW])
    assert [row.requirement.id for row in rows] == ["HS-01", "HS-02", "END-01", "TS-04"]
    assert [[f and f.verdict for f in row.findings] for row in rows] == [
        [Verdict.PASS, Verdict.PASS],
        [None, Verdict.PASS],
        [Verdict.FAIL, Verdict.PASS],
        [Verdict.PASS, None],
    ]
    assert [row.differs for row in rows] == [False, True, True, True]


def test_the_page_marks_what_differs() -> None:
    """The sentence counts it, and the rows carry the mark."""
    document = page(comparison_html([("base", BASE), ("new", NEW)], "en"))
    assert "3 of 4 requirements differ between these runs." in document.text
    assert len(document.all("tr", class_="differs")) == 3
    assert "not in this run" in document.text


def test_equal_runs_say_so() -> None:
    """In Chinese too."""
    document = page(comparison_html([("a", BASE), ("b", BASE)], "zh"))
    assert "各次运行中 3 条要求的判定完全相同。" in document.text


def test_loads_are_compared_by_capacity_and_latencies() -> None:
    """With their interval, and with how many streams each latency was measured."""
    runs = [("old", load_run(searched())), ("new", load_run(load(step(8)))), ("late", saturated_run())]
    document = page(comparison_html(runs, "en"))
    rows = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in document.all("tr")[1:]}
    assert rows["Verdict"] == ["8 streams", "Objectives held", "Not valid"]
    assert rows["Capacity"] == ["8 streams 8 – 9", "—", "—"]
    assert rows["End frame to final, p95"][1] == "859 ms 8 streams, n = 137"
    assert rows["End frame to final, p95"][2] == "—"
    assert "requirements" not in document.all("header")[0].text
