"""junit.xml."""

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from asrgate.report.junit import junit_xml
from report.sample import HOSTILE, finding, sample_run


def cases(document: bytes) -> dict[str, TestCase]:
    """The test cases by requirement."""
    return {case.name.split()[0]: case for suite in JUnitXml.fromstring(document) for case in suite}


def test_every_requirement_is_a_test_case() -> None:
    """Suites are families; their counts add up."""
    document = JUnitXml.fromstring(junit_xml(sample_run()))
    families = ["HS", "SCH", "CFG", "END", "TS", "ITN", "ROB", "LAT"]
    assert [suite.name for suite in document] == [*families, "fuzz"]
    assert sum(suite.tests for suite in document if suite.name != "fuzz") == len(sample_run().findings)


def test_what_fuzzing_found_fails() -> None:
    """A failure for each cause; a run that found nothing has no such suite."""
    (suite,) = [suite for suite in JUnitXml.fromstring(junit_xml(sample_run())) if suite.name == "fuzz"]
    assert [case.name for case in suite] == ["two terminators", "mute"]
    assert all(isinstance(case.result[0], Failure) for case in suite)
    clean = JUnitXml.fromstring(junit_xml(sample_run(fuzz=None)))
    assert "fuzz" not in [suite.name for suite in clean]


def test_a_known_deviation_says_where_it_is_listed() -> None:
    """With the link that the entry gives."""
    (result,) = cases(junit_xml(sample_run()))["TS-04"].result
    assert result.message.endswith(
        "(listed in known.toml: stamps move with the model's own delay, https://example.org/issues/7)"
    )


def test_verdicts_are_what_a_test_view_can_show() -> None:
    """Only a failed MUST is a failure; what fails nothing but matters is a skipped test that says so."""
    shown = cases(junit_xml(sample_run()))
    assert shown["HS-01"].is_passed
    assert [type(r) for r in shown["END-01"].result] == [Failure]
    assert [type(r) for r in shown["LAT-02"].result] == [Error]
    for id_, beginning in (
        ("SCH-06", "SHOULD failed: "),
        ("TS-04", "known deviation: "),
        ("ITN-01", "inconclusive: "),
        ("HS-04", "unsupported: "),
        ("CFG-01", "skipped: "),
    ):
        (result,) = shown[id_].result
        assert isinstance(result, Skipped)
        assert result.message.startswith(beginning)


def test_the_output_names_source_and_evidence() -> None:
    """Whoever sees the test fails finds the frames."""
    output = cases(junit_xml(sample_run()))["END-01"].system_out
    assert "docs/protocol.md section 4.2" in output
    assert "frames 25, 26" in output
    assert "see again: asrgate replay exchanges/two-utterances-" in output


def test_text_of_a_server_cannot_break_the_document() -> None:
    """Markup is escaped, and characters that XML cannot hold are written as escapes."""
    run = sample_run(findings=(finding("END-01", "fail", f"got {HOSTILE} and \x00\x1b"),))
    (result,) = cases(junit_xml(run))["END-01"].result
    assert result.message == f"got {HOSTILE} and \\x00\\x1b"
