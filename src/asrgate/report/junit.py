"""A run as JUnit XML, for the test view of a CI system.

A failed MUST is a failure, an error of the suite an error. A failed SHOULD or MAY and a known deviation are
skipped tests whose message says so: every test view shows them, and like the exit status they fail nothing.
Level, verdict, source and evidence of every requirement stand in the test case's output.
"""

import re
from io import BytesIO
from itertools import groupby

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from asrgate.judge.finding import Level, Verdict
from asrgate.report.record import FindingRecord, Run

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: Run) -> bytes:
    """Return the findings in UTF-8: one test suite per family, one test case per requirement."""
    document = JUnitXml(f"asrgate {_xml_text(run.endpoint.url)}")
    for family, findings in groupby(run.findings, key=lambda finding: finding.family):
        suite = TestSuite(family)
        suite.timestamp = run.started_at
        for finding in findings:
            suite.add_testcase(_case(finding))
        document.add_testsuite(suite)
    written = BytesIO()
    document.write(written, pretty=True)
    return written.getvalue()


def _case(finding: FindingRecord) -> TestCase:
    case = TestCase(_xml_text(f"{finding.id} {finding.title}"), classname=f"asrgate.{finding.family}")
    reason = _xml_text(finding.reason)
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
            case.result = [Skipped(f"known deviation: {reason}")]
        case verdict:
            case.result = [Skipped(f"{verdict}: {reason}")]
    shown = [f"{e.exchange} frames {', '.join(map(str, e.frames)) or '-'}" for e in finding.evidence]
    facts = [f"{finding.level} {finding.verdict}", reason, f"source: {finding.source}", *shown]
    case.system_out = _xml_text("\n".join(facts))
    return case


def _xml_text(text: str) -> str:
    r"""Replace what XML 1.0 cannot hold by its escape, for example \x00: servers send such characters."""
    return _NOT_XML.sub(lambda found: ascii(found.group())[1:-1], text)
