"""`asrgate break`: the proxy by hand, its list and its messages."""

import signal
import subprocess
import sys

import pytest
from websockets.sync.client import connect
from websockets.sync.server import serve


def asrgate(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "asrgate", *arguments], capture_output=True, text=True, timeout=60
    )


def test_the_list_names_every_fault() -> None:
    """Name, sentence and requirements, without an endpoint."""
    said = asrgate("break", "--list").stdout
    assert "stamps-swapped" in said
    assert "Every pair has its end before its start." in said
    assert "TS-01" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "which endpoint?"),
        (("ws://127.0.0.1:9", "--fault", "no-such-thing"), "no fault 'no-such-thing'"),
        (("ws://127.0.0.1:9", "--listen", "nowhere"), "--listen nowhere: expected HOST:PORT"),
        (("ws://127.0.0.1:9", "--timeout", "1"), "the TCP step failed"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    """No traceback, one line, and a status that is not 0."""
    ended = asrgate("break", *arguments)
    assert ended.returncode in (2, 3)
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_faults_stand_in_a_row() -> None:
    """Two faults: each does its part, and Ctrl-C ends the proxy quietly."""
    with serve(lambda session: [session.send(message) for message in session], "127.0.0.1", 0) as server:
        import threading

        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        command = [sys.executable, "-m", "asrgate", "break", url, "--dialect", "funasr-2pass"]
        command += ["--fault", "wav-name-default", "--fault", "json-in-array", "--listen", "127.0.0.1:0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as broken:
            assert broken.stdout is not None
            line = broken.stdout.readline()
            assert "wav-name-default and json-in-array" in line
            with connect(line.split()[3]) as session:
                session.send('{"wav_name":"mine"}')
                assert session.recv(timeout=10) == '[{"wav_name":"wav-default-id"}]'
            broken.send_signal(signal.SIGINT)
            assert broken.wait(20) == 0
            assert broken.stderr is not None
            assert broken.stderr.read() == ""
