"""summary.md."""

from collections.abc import Callable

import pytest

from asrgate.report.language import LANGUAGES, Language
from asrgate.report.summary import summary_markdown
from report.sample import HOSTILE, sample_run


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary(language: Language, snapshot: Callable[[str, str], None]) -> None:
    """Verdict, failures, rates and latencies fit into a comment."""
    snapshot(f"summary.{language}.md", summary_markdown(sample_run(), language))


def test_text_of_a_server_is_no_markup() -> None:
    """Neither HTML nor a table's border comes through, nor does a mention of a person."""
    summary = summary_markdown(sample_run(), "en")
    assert HOSTILE not in summary
    assert "&#60;script&#62;" in summary
