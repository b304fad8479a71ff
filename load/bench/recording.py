"""What it costs to keep the trace of a call, spread over the frames of the call.

    python load/bench/recording.py

prints µs per frame. It does what the metronome, a line and a worker do to record utterances of 10 s with a
partial for each tenth frame, and nothing else: it takes the instant of each frame and of each reply, and
writes a trace with all of them to a file when the utterance is over.
"""

import tempfile
import time
from array import array
from pathlib import Path

from generators import FRAME_S
from sink import PARTIAL, PARTIAL_EVERY

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.call import Call
from asrgate.load.speech import Speech
from asrgate.load.trace import TraceFile, trace_of

FRAMES = round(10 / FRAME_S)
REPLY = PARTIAL[2:]
"""The text of a partial, behind the two bytes of its header."""


def us_per_frame(calls: int = 500) -> float:
    """Processor time that recording takes, the best of five times so many calls."""
    with tempfile.TemporaryDirectory() as folder, TraceFile(Path(folder) / "calls.jsonl") as file:
        speech = Speech(
            clip=load_clips(bundled_clips_directory()).clips[0],
            sample_rate_hz=16000,
            frames=(b"",) * FRAMES,
            due_ns=tuple(round((number + 1) * FRAME_S * 1e9) for number in range(FRAMES)),
        )
        return min(_recorded_s(calls, speech, file) for _ in range(5)) / calls / FRAMES * 1e6


def _recorded_s(calls: int, speech: Speech, file: TraceFile) -> float:
    before_s = time.process_time()
    for number in range(calls):
        began_ns = time.monotonic_ns()
        late_ns, replies = array("q"), list[tuple[int, str]]()
        for frame in range(FRAMES):
            late_ns.append(time.monotonic_ns() - began_ns + frame * 9000)
            if not frame % PARTIAL_EVERY:
                replies.append((time.monotonic_ns(), REPLY.decode()))
        call = Call(
            caller=number,
            name="demo",
            speech=speech,
            began_ns=began_ns,
            late_ns=late_ns,
            end_sent_ns=began_ns,
            replies=tuple(replies),
        )
        file.write(trace_of(call, worker="1", mode="2pass", dialect="funasr-2pass"))
    return time.process_time() - before_s


if __name__ == "__main__":
    print(f"{us_per_frame():.3f} µs per frame")  # noqa: T201
