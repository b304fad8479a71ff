"""The load of a run in junit.xml."""

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from asrgate.report.junit import junit_xml
from asrgate.report.record import Run
from report.load_sample import capacity, load, load_run, saturated_run, searched, step
from report.sample import sample_run


def load_suite(run: Run) -> dict[str, TestCase]:
    """The test cases of a run's load by name."""
    (suite,) = (suite for suite in JUnitXml.fromstring(junit_xml(run)) if suite.name == "load")
    return {case.name: case for case in suite}


def test_each_objective_of_each_step_is_a_test_case() -> None:
    """Passed, failed, or skipped where too few sessions ended to judge."""
    cases = load_suite(load_run(load(step(2), step(8, 1), step(12, 2))))
    assert len(cases) == 15
    assert cases["step 2, 8 streams: final_ms.p95 <= 1500"].result == []
    (missed,) = cases["step 3, 12 streams: final_ms.p95 <= 1500"].result
    assert isinstance(missed, Failure)
    assert "2630, 1500 at most" in missed.message
    (unjudged,) = cases["step 1, 2 streams: final_ms.p95 <= 1500"].result
    assert isinstance(unjudged, Skipped)
    assert "p95 needs 72" in unjudged.message


def test_a_search_passes_with_its_answer() -> None:
    """The steps above capacity were meant to fail: they fail no build."""
    cases = load_suite(load_run(searched()))
    assert list(cases) == ["capacity"]
    assert cases["capacity"].result == []
    assert "carries 8 streams in real time" in cases["capacity"].system_out


def test_a_search_fails_where_nothing_held() -> None:
    """Not even the fewest streams."""
    run = load_run(searched(capacity=capacity(streams=0, interval=(0, 0))))
    assert isinstance(load_suite(run)["capacity"].result[0], Failure)


def test_a_search_cut_short_is_skipped() -> None:
    """It neither passed nor failed."""
    run = load_run(searched(), interrupted=True)
    assert isinstance(load_suite(run)["capacity"].result[0], Skipped)


def test_a_run_that_is_not_valid_is_an_error() -> None:
    """And nothing in it passes."""
    cases = load_suite(saturated_run())
    (result,) = cases["the run is valid"].result
    assert isinstance(result, Error)
    assert "30 ms at most" in result.message
    assert len(cases) == 1


def test_a_validate_run_has_both() -> None:
    """Its findings, and the objectives of its load."""
    document = JUnitXml.fromstring(junit_xml(sample_run(load=load(step(8)))))
    assert {"END", "load"} <= {suite.name for suite in document}
