"""The short load of `asrgate validate`: a few streams in real time for seconds, and how they were served."""

from collections.abc import Mapping
from pathlib import Path

from asrgate.audio.clips import ClipSet
from asrgate.errors import InvalidRun
from asrgate.load.calling import Calling, longest_call_s_of
from asrgate.load.habits import Habits
from asrgate.load.objectives import Objective
from asrgate.load.running import LoadRun, Watcher
from asrgate.load.shapes import constant
from asrgate.report.load_record import LoadRecord
from asrgate.suite.ground import Ground
from asrgate.suite.settings import Settings

MEASURED_S = 10.0

OBJECTIVES = (
    Objective(metric="final_ms", statistic="p50", most=1500.0),
    Objective(metric="errors", statistic="rate", most=0.0),
    Objective(metric="text_mismatch", statistic="rate", most=0.1),
)
"""What a few calls can show: the median final, that none failed, that texts are what they were before. One
of ten may differ: engines on graphics cards do not repeat themselves exactly."""

_TAGS = ("distinct", "plain")
"""What is spoken: the first of these that the clips have."""


def brief_load(
    settings: Settings, ground: Ground, alone: Mapping[str, str], directory: Path, *, streams: int
) -> LoadRecord | None:
    """Let `streams` callers speak for some seconds; None where no clip is fit for it.

    `alone` is the text that each clip gave before.

    Raises:
        KeyboardInterrupt: somebody had enough.
    """
    tag = _tag(ground.clips)
    if tag is None:
        return None
    calling = Calling(speak=tag, habits=Habits(), abuse={}, objectives=OBJECTIVES, described={})
    spoken = calling.repertoire(ground.clips).spoken
    shape = constant(streams, max(MEASURED_S, 2 * longest_call_s_of(spoken)))
    load = calling.load(shape, ground, settings)
    run = LoadRun(ground.endpoint, ground.clips, OBJECTIVES, directory, Watcher())
    run.alone = dict(alone)
    try:
        run.measure(load, shape.name)
    except InvalidRun as error:
        ground_lost = str(error)
        return run.record(
            shape=shape.name, asked=calling.asked(load) | {"failure": ground_lost}, described={}
        )
    return run.record(shape=shape.name, asked=calling.asked(load), described={})


def _tag(clips: ClipSet) -> str | None:
    return next((tag for tag in _TAGS if clips.tagged(tag)), None)
