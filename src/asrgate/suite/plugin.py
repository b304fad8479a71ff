"""What `pytest conformance` loads: the options, and the lines that the suite adds to pytest's own."""

import sys
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from asrgate.errors import AsrgateError, UsageError
from asrgate.fuzz.budget import budget_of
from asrgate.fuzz.store import DEFAULT_STORE
from asrgate.judge.finding import Level, Verdict
from asrgate.report.assemble import command_line
from asrgate.report.headline import headline, qualifications
from asrgate.report.language import LANGUAGES
from asrgate.report.record import Run
from asrgate.suite.announcement import announcement
from asrgate.suite.arguments import GIVEN
from asrgate.suite.collection import Collector
from asrgate.suite.given import RECOVERY_S
from asrgate.suite.ground import Ground
from asrgate.suite.observer import Observer
from asrgate.suite.plan import Plan
from asrgate.suite.settings import AUTO, FEATURES, Settings, parse_expectations, parse_selection
from asrgate.suite.suite import CHECK, FINDING, Suite
from asrgate.wire.dialects import DIALECTS
from asrgate.wire.endpoint import DEFAULT_SUBPROTOCOLS, Endpoint


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `asrgate check`, by the same names."""
    group = parser.getgroup("asrgate")
    add = group.addoption
    add("--endpoint", metavar="URL", help="ws:// or wss:// address; the embedded endpoint when left out")
    add("--dialect", default=AUTO, choices=[AUTO, *DIALECTS], help="what the endpoint speaks")
    add("--tls", action="store_true", help="start the embedded endpoint with TLS")
    # pytest has a --fixtures of its own.
    add("--clips", type=Path, metavar="DIR", help="folder of clips, as --fixtures of asrgate check")
    add("--streams", type=int, default=4, metavar="N", help="connections at a time, at most")
    add("--seed", type=int, default=0, metavar="N", help="decides what is random in the scenarios")
    add("--select", default="", metavar="IDS", help="requirements to judge, for example HS-01,END-*")
    add(
        "--level", default="may", choices=[level.lower() for level in Level], help="the lowest level to judge"
    )
    add("--expect", default="", metavar="FEATURES", help=f"judge their absence: some of {','.join(FEATURES)}")
    add("--destructive", action="store_true", help="also what may kill a vulnerable server")
    add("--fuzz", default="", metavar="BUDGET", help="then generated sessions: quick, 300, or 5m")
    add("--fuzz-store", type=Path, default=DEFAULT_STORE, metavar="DIR", help="where what it found is kept")
    add("--recovery", type=float, default=RECOVERY_S, metavar="S", help="seconds to wait for a dead server")
    add("--deviations", type=Path, metavar="FILE", help="failures that are known and do not count")
    add("--update-deviations", action="store_true", help="write what failed into that file")
    # pytest has a --strict of its own.
    add("--no-deviations", action="store_true", help="excuse no known deviation (--strict of asrgate)")
    add("--out", type=Path, metavar="DIR", help="where the report lands; reports/<time>-<host> when left out")
    add("--lang", default="en", choices=LANGUAGES, help="language of the report")
    add("--insecure", action="store_true", help="accept any certificate")
    add("--ca", type=Path, metavar="FILE", help="certificate authority to verify the endpoint by")
    add("--header", action="append", default=[], metavar="'K: V'", help="header of the upgrade request")
    add("--subprotocol", action="append", metavar="NAME", help="subprotocol to offer")
    add("--proxy", metavar="URL", help="http:// or socks5:// proxy")
    add("--timeout", type=float, default=8.0, metavar="S", help="seconds to connect")
    add("--wait", type=float, default=0.0, metavar="S", help="seconds to wait until the endpoint answers")


def pytest_configure(config: pytest.Config) -> None:
    """Start the suite, unless a command of asrgate did, or wants the checks alone."""
    config.addinivalue_line("markers", "requirement(id): the requirement that a check judges")
    if any(isinstance(plugin, Suite | Collector) for plugin in config.pluginmanager.get_plugins()):
        return
    try:
        settings = _settings(config)
    except AsrgateError as error:
        raise pytest.UsageError(str(error)) from error
    lines = _Lines(config)
    config.pluginmanager.register(lines, "asrgate-lines")
    config.pluginmanager.register(Suite(settings, lines), "asrgate-suite")


@pytest.fixture(scope="session", name=GIVEN)
def _given() -> None:
    """Stand for the ground in the arguments of a check; the suite puts it in their place."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Write the verdict into the report of a check."""
    report = yield
    if report.when == "call" and FINDING in item.stash:
        report.finding = item.stash[FINDING]
        report.requirement = item.stash[CHECK].requirement
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Name the verdicts beyond passed and failed."""
    finding = getattr(report, "finding", None)
    if finding is None or finding.verdict is Verdict.PASS:
        return None
    if finding.verdict is Verdict.FAIL:
        level = report.requirement.level
        return None if level is Level.MUST else (f"failed {level}", "f", f"FAILED ({level})")
    category, letter = _CATEGORIES[finding.verdict]
    return category, letter, category.upper()


_CATEGORIES: Mapping[Verdict, tuple[str, str]] = {
    Verdict.DEVIATION: ("deviation", "d"),
    Verdict.UNSUPPORTED: ("unsupported", "u"),
    Verdict.INCONCLUSIVE: ("inconclusive", "i"),
    Verdict.SKIPPED: ("not selected", "s"),
    Verdict.ERROR: ("error", "E"),
}


class _Lines(Observer):
    """Adds the suite's lines to pytest's own."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._last_lines: list[str] = []

    def say(self, sentence: str) -> None:
        """Write the sentence."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(f"asrgate: {sentence}")

    def planned(self, ground: Ground, plan: Plan, streams: int) -> None:
        """Say what will be sent, before anything is."""
        self.say(announcement(ground, plan, streams))

    def finished(self, run: Run, report: Path) -> None:
        """Keep the verdict and the place of the report for the end."""
        self._last_lines = [headline(run, "en"), *qualifications(run, "en"), f"report: {report}"]

    def pytest_terminal_summary(self) -> None:
        """Write them below pytest's own summary of failures."""
        for line in self._last_lines:
            self.say(line)


def _settings(config: pytest.Config) -> Settings:
    option = config.option
    return Settings(
        endpoint=_endpoint(option) if option.endpoint else None,
        dialect=option.dialect,
        tls=option.tls,
        fixtures=option.clips,
        streams=option.streams,
        seed=option.seed,
        select=parse_selection(option.select),
        level=Level(option.level.upper()),
        destructive=option.destructive,
        fuzz=budget_of(option.fuzz) if option.fuzz else None,
        fuzz_store=option.fuzz_store,
        recovery_s=option.recovery,
        deviations=option.deviations,
        update_deviations=option.update_deviations,
        strict=option.no_deviations,
        expect=parse_expectations(option.expect),
        directory=option.out,
        language=option.lang,
        wait_s=option.wait,
        command=command_line(["pytest", *sys.argv[1:]]),
    )


def _endpoint(option: Any) -> Endpoint:
    return Endpoint(
        url=option.endpoint,
        ca_file=option.ca,
        insecure=option.insecure,
        headers=tuple(map(_header, option.header)),
        subprotocols=tuple(option.subprotocol or DEFAULT_SUBPROTOCOLS),
        proxy=option.proxy,
        connect_timeout_s=option.timeout,
    )


def _header(text: str) -> tuple[str, str]:
    """Name and value; what is wrong is told without the value, which may be a secret."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError("--header: expected 'Name: value', for example 'Authorization: Bearer …'")
    return name.strip(), value.strip()
