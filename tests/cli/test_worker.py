"""`asrgate worker`: where it goes, how it ends."""

import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from asrgate.cli import main

WORKER = [sys.executable, "-m", "asrgate", "worker"]


@pytest.mark.parametrize("address", ["host:port", "host:0", "host:99999", ":5557"])
def test_a_wrong_address_is_one_sentence(address: str) -> None:
    """It says what an address looks like."""
    ended = CliRunner().invoke(main, ["worker", address])
    assert ended.exit_code == 2
    assert f"expected HOST or HOST:PORT, like 10.0.0.5:5557; got '{address}'" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_waits_for_a_command_until_it_is_ended(number: signal.Signals) -> None:
    """Quietly, and that is no failure."""
    with subprocess.Popen([*WORKER, "127.0.0.1:9"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "1 worker for 127.0.0.1:9 (Ctrl-C ends)\n"
        process.send_signal(number)
        assert process.wait(60) == 0
        assert process.stderr.read() == ""
