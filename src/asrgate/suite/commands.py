"""What the commands run: the conformance suite within this process, or the accuracy part alone."""

import os

import pytest

from asrgate.errors import InvalidRun
from asrgate.judge.catalogue import load_catalogue
from asrgate.report.record import Run
from asrgate.suite.ground import reached
from asrgate.suite.locations import conformance_directory, requirements_file
from asrgate.suite.observer import Observer
from asrgate.suite.running import Running, UnderLoad
from asrgate.suite.settings import Settings
from asrgate.suite.suite import Suite


def run_checks(settings: Settings, observer: Observer, under_load: UnderLoad | None = None) -> Run:
    """Run `pytest conformance` in this process, and the accuracy part with it if the settings ask for it.

    When all that was driven, `under_load` puts load on the endpoint, if there is one.

    Raises:
        AsrgateError: the endpoint was not reached, an option is wrong, or the suite could not be collected.
    """
    directory = conformance_directory()
    suite = Suite(settings, observer, under_load)
    # What is set for other test suites is not meant for this one.
    os.environ.pop("PYTEST_ADDOPTS", None)
    status = pytest.main(
        [
            str(directory),
            f"--config-file={directory / 'pytest.ini'}",
            f"--rootdir={directory}",
            # Plug-ins that happen to be installed here are no part of the run, nor is pytest's own output.
            "--disable-plugin-autoload",
            "-p",
            "no:terminal",
            "--capture=no",
        ],
        plugins=[suite],
    )
    if suite.error is not None:
        raise suite.error
    if status == pytest.ExitCode.INTERRUPTED and suite.run is None:
        raise KeyboardInterrupt
    if suite.run is None:
        raise InvalidRun(f"the checks in {directory} could not be run")
    return suite.run


def run_accuracy(settings: Settings, observer: Observer) -> Run:
    """Score every clip in every mode of the endpoint, and judge nothing.

    Raises:
        AsrgateError: the endpoint was not reached, or an option is wrong.
    """
    catalogue = load_catalogue(requirements_file())
    with (
        reached(settings, observer.say) as ground,
        Running(settings, ground, catalogue, [], observer) as running,
    ):
        try:
            running.wait()
        except KeyboardInterrupt:
            running.break_off()
        return running.finish()
