"""What each clip gives when nobody else is calling: the text that a call under load has to give, too."""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from asrgate.audio.clips import Clip, ClipSet
from asrgate.load.engine import Load, generating
from asrgate.load.heard import Heard
from asrgate.load.shapes import constant
from asrgate.wire.endpoint import Endpoint

LOOK_S = 0.5

SPARE_S = 5.0
"""How long a call may take beyond its audio before it is not waited for."""


def texts_alone(
    load: Load,
    endpoint: Endpoint,
    clips: ClipSet,
    spoken: Collection[Clip],
    directory: Path,
    *,
    told: Callable[[int, int], object] = lambda heard, of: None,
) -> dict[str, str]:
    """Let one caller of this load speak each of the clips `spoken` once, and return what was recognised.

    `told` hears how many of how many clips are done. A clip whose call failed has no text.
    """
    wanted = {clip.id for clip in spoken}
    texts: dict[str, str] = {}
    done: set[str] = set()
    time_s = sum(clip.duration_ms / 1000 + SPARE_S for clip in spoken)
    single = replace(
        load,
        shape=constant(1, time_s),
        workers=1,
        listen=None,
        abuse={},
        warm_up_s=0.0,
        run_out_s=0.0,
    )
    with generating(single, endpoint, directory) as generator:
        while not wanted <= done and generator.runs(LOOK_S):
            for trace in generator.calls.new():
                done.add(trace.clip)
                if trace.error is None:
                    texts[trace.clip] = Heard(trace, clips.get(trace.clip)).text
            told(len(done & wanted), len(wanted))
    return texts
