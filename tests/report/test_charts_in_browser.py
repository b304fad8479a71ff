"""The charts of a load page, drawn by a browser that may reach nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from asrgate.report.page import report_html
from asrgate.report.record import Run
from report.load_sample import load, load_run, sampled, saturated_run, searched, step
from report.reading import Element, page
from report.sample import sample_run

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="needs Chromium, to draw charts as a reader's browser does"
)


def drawn(run: Run, folder: Path) -> Element:
    """The page as it stands when its script is through."""
    assert BROWSER is not None
    file = folder / "report.html"
    file.write_text(report_html(run, {}, "en"), encoding="utf-8")
    done = subprocess.run(
        [
            BROWSER,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-sync",
            "--disable-component-update",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-data-dir={folder / 'profile'}",
            "--virtual-time-budget=3000",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    return page(done.stdout)


@pytest.mark.parametrize(
    "run",
    [
        load_run(searched()),
        load_run(load(step(8), resources=sampled(9000))),
        load_run(load(step(8), timeline=())),
        saturated_run(),
        sample_run(load=load(step(4), step(12, 1))),
    ],
    ids=["search", "one step", "no timeline", "not valid", "validate"],
)
def test_every_chart_is_drawn_with_its_keys(run: Run, tmp_path: Path) -> None:
    """Each has a canvas, a box for every series and every objective, and its three buttons."""
    document = drawn(run, tmp_path)
    for figure in document.all("figure", class_="chart"):
        name = figure.attributes["id"]
        assert len(figure.all("canvas")) == 1, name
        keys = figure.all("div", class_="keys")[0]
        assert len(keys.all("input")) == len(keys.all("label")) > 0, name
        assert all(label.text for label in keys.all("label")), name
        assert len(figure.all("button")) == 3, name


def test_a_page_whose_load_has_no_charts_is_whole(tmp_path: Path) -> None:
    """Its script finds nothing to draw."""
    document = drawn(load_run(load(step(8), timeline=(), resources=None)), tmp_path)
    assert document.all("figure") == []
    assert "all 5 objectives held" in document.text
