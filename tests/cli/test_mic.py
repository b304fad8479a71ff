"""`asrgate mic` where there is nothing to record with."""

import sys

import pytest
from click.testing import CliRunner

from asrgate.cli import main


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, one sentence says how to get it, before any endpoint is asked."""
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    done = CliRunner().invoke(main, ["mic", "ws://127.0.0.1:9"])
    assert (done.exit_code, done.stderr) == (
        2,
        "asrgate: The microphone needs the extra 'mic': pip install 'asrgate[mic]'.\n",
    )
