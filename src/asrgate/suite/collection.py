"""The checks of conformance/, for those who judge without a run of the suite."""

import os

import pytest

from asrgate.errors import InvalidRun
from asrgate.judge.catalogue import Requirement, load_catalogue
from asrgate.suite.checks import Check
from asrgate.suite.declarations import NamedExchange, NamedFeature, named_exchanges, named_features
from asrgate.suite.locations import conformance_directory, requirements_file
from asrgate.suite.probes import probe_of


def collected_checks() -> tuple[Check, ...]:
    """Every check, in the order of the catalogue.

    Raises:
        InvalidRun: a file of the suite cannot be read.
    """
    directory = conformance_directory()
    collector = Collector(load_catalogue(requirements_file()))
    os.environ.pop("PYTEST_ADDOPTS", None)
    status = pytest.main(
        [
            str(directory),
            f"--config-file={directory / 'pytest.ini'}",
            f"--rootdir={directory}",
            "--disable-plugin-autoload",
            "--collect-only",
            "-p",
            "no:terminal",
            "--capture=no",
        ],
        plugins=[collector],
    )
    if status != pytest.ExitCode.OK:
        raise InvalidRun(f"the checks in {directory} cannot be read: {collector.error}")
    return collector.checks


class Collector:
    """Takes what pytest finds, in place of the suite."""

    def __init__(self, catalogue: dict[str, Requirement]) -> None:
        self.checks: tuple[Check, ...] = ()
        self.error = ""
        self._catalogue = catalogue
        self._named: dict[str, NamedExchange[object]] = {}
        self._features: dict[str, NamedFeature] = {}

    def pytest_plugin_registered(self, plugin: object) -> None:
        """Note the exchanges and features that a module declares."""
        self._named |= named_exchanges(plugin)
        self._features |= named_features(plugin)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file cannot be read."""
        if report.failed:
            self.error = str(report.longrepr).strip().splitlines()[-1]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Bind tests to their requirements."""
        found: dict[str, Check] = {}
        for item in items:
            mark = item.get_closest_marker("requirement")
            if mark is not None and isinstance(item, pytest.Function):
                requirement = self._catalogue[mark.args[0]]
                found[requirement.id] = Check(
                    requirement=requirement,
                    judge=item.obj,
                    named=self._named,
                    probe=probe_of(requirement, self._features, self._named),
                )
        self.checks = tuple(found[id_] for id_ in self._catalogue if id_ in found)
