"""The files of others that a report carries."""

import hashlib
import re
from importlib.resources import files

import pytest

UPLOT = files("asrgate.report").joinpath("assets", "uplot")
SUMS = dict(re.findall(r"\| `(.+?)` \| `([0-9a-f]{64})` \|", UPLOT.joinpath("README.md").read_text("utf-8")))


@pytest.mark.parametrize("name", ["uPlot.iife.min.js", "uPlot.min.css", "LICENSE"])
def test_uplot_is_the_release_that_its_page_names(name: str) -> None:
    """Unchanged, byte by byte."""
    assert hashlib.sha256(UPLOT.joinpath(name).read_bytes()).hexdigest() == SUMS[name]


def test_uplot_is_the_version_that_its_page_names() -> None:
    """In the heading, and in the file itself."""
    version = re.search(r"^# uPlot (\S+)", UPLOT.joinpath("README.md").read_text("utf-8"))
    assert version is not None
    assert f"(v{version[1]})" in UPLOT.joinpath("uPlot.iife.min.js").read_text("utf-8")[:100]
