"""A comparison as JUnit XML: a test case for each number and each requirement that changed."""

from io import BytesIO

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from asrgate.gate.record import ComparedMetric, ComparedRequirement, Comparison
from asrgate.gate.wording import amount, name_of, rise
from asrgate.judge.finding import Level
from asrgate.report.junit import xml_text
from asrgate.report.language import words_of


def comparison_junit(comparison: Comparison) -> bytes:
    """Return the answers in UTF-8: what is worse is a failure, what cannot be told is skipped."""
    document = JUnitXml("asrgate compare")
    numbers, requirements = TestSuite("metrics"), TestSuite("requirements")
    for reason in comparison.why_not_comparable:
        case = TestCase("comparable", classname="asrgate.compare")
        case.result = [Skipped(xml_text(reason))]
        numbers.add_testcase(case)
    for metric in comparison.metrics:
        numbers.add_testcase(_number(metric))
    for one in comparison.requirements:
        requirements.add_testcase(_requirement(one))
    for suite in (numbers, requirements):
        suite.timestamp = comparison.new.started_at
        document.add_testsuite(suite)
    written = BytesIO()
    document.write(written, pretty=True)
    return written.getvalue()


def _number(metric: ComparedMetric) -> TestCase:
    words = words_of("en")
    case = TestCase(name_of(metric, words), classname="asrgate.compare.metrics")
    said = f"{metric.answer}: {rise(metric)}, tolerance {amount(metric.tolerance, metric)}; {metric.reason}"
    if metric.answer == "worse" and metric.gating:
        case.result = [Failure(xml_text(said), type_="worse")]
    elif metric.answer != "not worse" or not metric.gating:
        case.result = [Skipped(xml_text(said))]
    case.system_out = xml_text(
        f"{said}\nold {amount(metric.base, metric)}, new {amount(metric.new, metric)}, n = {metric.n}"
    )
    return case


def _requirement(one: ComparedRequirement) -> TestCase:
    case = TestCase(xml_text(f"{one.id} {one.title}"), classname="asrgate.compare.requirements")
    said = xml_text(f"{one.change}: {one.before} before, {one.after} now; {one.reason}")
    if one.change == "newly failing":
        case.result = [Failure(said, type_="MUST") if one.level == Level.MUST else Skipped(said)]
    case.system_out = said
    return case
