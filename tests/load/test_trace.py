"""Traces as they lie in their file, whatever the server said."""

import socket
import threading
from pathlib import Path

import gevent

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.call import call
from asrgate.load.metronome import Metronome
from asrgate.load.speech import speech_of
from asrgate.load.trace import TraceFile, read_traces, trace_of
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import opening

CLIPS = load_clips(bundled_clips_directory())


def test_a_refusal_that_is_no_text_is_kept(tmp_path: Path) -> None:
    """A server whose handshake holds bytes that mean nothing leaves a trace that can be read again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            session, _ = listener.accept()
            with session:
                session.recv(65536)
                session.sendall(b"HTTP/1.1 101 Yes\r\nConnection: Upgrade\r\nUpgrade: \xff\xfe\r\n\r\n")

        refusing = threading.Thread(target=refuse, daemon=True)
        refusing.start()
        endpoint = Endpoint(url=f"ws://127.0.0.1:{listener.getsockname()[1]}")
        metronome = Metronome()
        done = gevent.spawn(
            call,
            1,
            speech_of(CLIPS.clips[0], CLIPS),
            opening(wav_name="x"),
            endpoint=endpoint,
            dialect=FUNASR_2PASS,
            metronome=metronome,
        ).get(timeout=60)
        metronome.stop()
        refusing.join(60)
    assert done.error == "upgrade"
    trace = trace_of(done, worker="1", mode="2pass", dialect=FUNASR_2PASS.name)
    with TraceFile(tmp_path / "calls.jsonl") as file:
        file.write(trace)
    assert list(read_traces([tmp_path / "calls.jsonl"])) == [trace]
    assert "Upgrade" in trace.error_message
