"""A run as JUnit XML, for the test view of a CI system.

A failed MUST is a failure, an error of the suite an error. A failed SHOULD or MAY and a known deviation are
skipped tests whose message says so: every test view shows them, and like the exit status they fail nothing.
Level, verdict, source and evidence of every requirement stand in the test case's output, and how to see a
failure again. What fuzzing found is a suite of its own, a failure for each cause; so is the load, with each
objective of each step, or the answer of a search.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import groupby

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from asrgate.judge.finding import Level, Verdict
from asrgate.report.load_cases import LoadCase, load_cases
from asrgate.report.record import FindingRecord, FuzzRecord, Run
from asrgate.report.reproduction import replay_command, reproducing

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: Run) -> bytes:
    """Return the findings in UTF-8: one test suite per family, one test case per requirement."""
    document = JUnitXml(f"asrgate {xml_text(run.endpoint.url)}")
    for family, findings in groupby(run.findings, key=lambda finding: finding.family):
        suite = TestSuite(family)
        suite.timestamp = run.started_at
        for finding in findings:
            suite.add_testcase(_case(finding, run))
        document.add_testsuite(suite)
    if run.fuzz is not None and run.fuzz.failures:
        document.add_testsuite(_fuzzed(run, run.fuzz))
    cases = load_cases(run)
    if cases:
        document.add_testsuite(_loaded(cases, run))
    written = BytesIO()
    document.write(written, pretty=True)
    return written.getvalue()


def _case(finding: FindingRecord, run: Run) -> TestCase:
    case = TestCase(xml_text(f"{finding.id} {finding.title}"), classname=f"asrgate.{finding.family}")
    reason = xml_text(finding.reason)
    match Verdict(finding.verdict):
        case Verdict.PASS:
            pass
        case Verdict.FAIL if finding.level == Level.MUST:
            case.result = [Failure(reason, type_="MUST")]
        case Verdict.ERROR:
            case.result = [Error(reason, type_="suite")]
        case Verdict.FAIL:
            case.result = [Skipped(f"{finding.level} failed: {reason}")]
        case Verdict.DEVIATION:
            case.result = [Skipped(f"known deviation: {reason}{xml_text(_listed(finding, run))}")]
        case verdict:
            case.result = [Skipped(f"{verdict}: {reason}")]
    shown = [f"{e.exchange} frames {', '.join(map(str, e.frames)) or '-'}" for e in finding.evidence]
    again = reproducing(finding, run)
    shown += [f"see again: {again}"] if again is not None and finding.verdict != Verdict.PASS else []
    facts = [f"{finding.level} {finding.verdict}", reason, f"source: {finding.source}", *shown]
    case.system_out = xml_text("\n".join(facts))
    return case


def _listed(finding: FindingRecord, run: Run) -> str:
    """Where it is listed as known, and why."""
    entry = next((entry for entry in run.deviations if entry.requirement == finding.id), None)
    if entry is None:
        return ""
    return f" (listed in {entry.file}: {', '.join(filter(None, (entry.reason, entry.link)))})"


def _fuzzed(run: Run, fuzz: FuzzRecord) -> TestSuite:
    suite = TestSuite("fuzz")
    suite.timestamp = run.started_at
    for failure in fuzz.failures:
        case = TestCase(xml_text(failure.cause), classname="asrgate.fuzz")
        case.result = [Failure(xml_text(failure.reason), type_="fuzz")]
        case.system_out = xml_text(
            f"{failure.steps} steps\nsee again: {replay_command(failure.exchange, run)}"
        )
        suite.add_testcase(case)
    return suite


def _loaded(cases: Sequence[LoadCase], run: Run) -> TestSuite:
    suite = TestSuite("load")
    suite.timestamp = run.started_at
    for given in cases:
        case = TestCase(xml_text(given.name), classname="asrgate.load")
        message = xml_text(given.message)
        match given.outcome:
            case "failed":
                case.result = [Failure(message, type_="objective")]
            case "error":
                case.result = [Error(message, type_="invalid")]
            case "skipped":
                case.result = [Skipped(f"not judged: {message}")]
            case "passed":
                case.system_out = message
        suite.add_testcase(case)
    return suite


def xml_text(text: str) -> str:
    r"""Replace what XML 1.0 cannot hold by its escape, for example \x00: servers send such characters."""
    return _NOT_XML.sub(lambda found: ascii(found.group())[1:-1], text)
