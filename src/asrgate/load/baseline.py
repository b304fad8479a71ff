"""What each clip gives when nobody else is calling: the text that a call under load has to give, too."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from asrgate.audio.clips import Clip, ClipSet
from asrgate.load.engine import Load, generating
from asrgate.load.heard import Heard
from asrgate.load.shapes import constant
from asrgate.load.verdicts import broken_in
from asrgate.wire.endpoint import Endpoint

LOOK_S = 0.5

SPARE_S = 5.0
"""How long a call may take beyond its audio before it is not waited for."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What was recognised of each clip, and the requirements that were broken even so, each with a reason."""

    texts: dict[str, str]
    broken: dict[str, str]


def heard_alone(
    load: Load,
    endpoint: Endpoint,
    clips: ClipSet,
    spoken: Collection[Clip],
    directory: Path,
    *,
    told: Callable[[int, int], object] = lambda heard, of: None,
) -> Alone:
    """Let one caller of this load speak each of the clips `spoken` once, and return what came of it.

    `told` hears how many of how many clips are done. A clip whose call failed has no text.
    """
    wanted = {clip.id for clip in spoken}
    texts: dict[str, str] = {}
    broken: dict[str, str] = {}
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
                    clip = clips.get(trace.clip)
                    texts[trace.clip] = Heard(trace, clip).text
                    broken |= {finding.requirement: finding.reason for finding in broken_in(trace, clip)}
            told(len(done & wanted), len(wanted))
    return Alone(texts, broken)
