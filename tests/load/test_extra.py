"""Without the extra the commands that make load say what to install, and nothing else breaks."""

import subprocess
import sys

import pytest

WITHOUT_LOCUST = """
import importlib.util, sys
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "locust" else found(name, package)
from asrgate.cli import main
sys.argv = ["asrgate", *sys.argv[1:]]
main()
"""


def asrgate(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command where Locust is not installed."""
    command = [sys.executable, "-c", WITHOUT_LOCUST, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("command", ["load", "capacity"])
def test_commands_of_the_extra_say_what_to_install(command: str) -> None:
    """One sentence and status 2."""
    done = asrgate(command, "ws://127.0.0.1:1")
    assert done.returncode == 2
    assert done.stderr == (
        "asrgate: not installed: locust; load needs an extra: pip install 'asrgate[load]'\n"
    )


def test_other_commands_do_without() -> None:
    """Help tells of all commands, and validate is not one of the extra."""
    assert "capacity" in asrgate("--help").stdout
    assert asrgate("validate", "--help").returncode == 0
