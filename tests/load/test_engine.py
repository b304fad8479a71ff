"""A step from the command's side: Locust in processes of its own, measured from what they leave."""

from pathlib import Path

import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.errors import InvalidRun
from asrgate.load.engine import Load, endpoint_for_workers, endpoint_of_worker, run_step
from asrgate.load.step import Step
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.endpoint import Endpoint

CLIPS = load_clips(bundled_clips_directory())


def test_two_workers_share_the_callers(tmp_path: Path) -> None:
    """Both leave traces, no call fails, what is wrong with a text is counted, and somebody may watch."""
    seen: list[Step] = []
    with embedded_endpoint("funasr-2pass") as embedded:
        step = run_step(
            Load(streams=4, duration_s=8, dialect="funasr-2pass", workers=2),
            Endpoint(url=embedded.url),
            clips=CLIPS,
            alone={clip.id: "不是这样的" for clip in CLIPS.tagged("plain")},
            directory=tmp_path,
            watch=seen.append,
        )
    assert len(list(tmp_path.glob("calls-*.jsonl"))) == 2
    assert step.errors == {}
    assert step.sessions >= 4
    assert step.text_mismatches == step.texts_compared > 0
    assert step.generator.frames > 0
    assert len(seen) >= 2


def test_a_generator_that_cannot_begin_is_told(tmp_path: Path) -> None:
    """The last line of its log says why, and where the log is."""
    load = Load(streams=1, duration_s=1, dialect="no-such-dialect")
    with pytest.raises(InvalidRun, match=r"status 2: .*no-such-dialect.*locust\.log"):
        run_step(load, Endpoint(url="ws://127.0.0.1:9"), clips=CLIPS, alone={}, directory=tmp_path)


def test_the_endpoint_reaches_the_workers_whole() -> None:
    """With its headers, which never stand on a command line."""
    endpoint = Endpoint(
        url="wss://host:10095/asr",
        ca_file=Path("ca.pem"),
        headers=(("Authorization", "Bearer x"),),
        subprotocols=("binary", "other"),
        connect_timeout_s=3,
    )
    assert endpoint_of_worker(endpoint_for_workers(endpoint)) == endpoint
