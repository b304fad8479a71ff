"""What each clip gives when nobody else is calling: the text that a call under load has to give, too."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from asrgate.audio.clips import Clip, ClipSet
from asrgate.load.engine import Load, generating
from asrgate.load.heard import Heard
from asrgate.load.shapes import constant
from asrgate.load.trace import Trace
from asrgate.load.verdicts import broken_in
from asrgate.measure.latency import FEWEST_FOR_MEDIAN
from asrgate.wire.endpoint import Endpoint

LOOK_S = 0.5

SPARE_S = 5.0
"""How long a call may take beyond its audio before it is not waited for."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What was recognised of each clip, and the requirements that were broken even so, each with a reason.

    `finals_ms` are the times to the finals of each clip, `failures` say why the last call of one got none.
    """

    texts: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    finals_ms: dict[str, list[float]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


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

    There are five calls at the least, so that a median can be told. `told` hears how many of how many clips
    are done. A clip whose call failed has no text.
    """
    wanted = {clip.id for clip in spoken}
    alone = Alone()
    done: set[str] = set()
    calls = 0
    rounds = math.ceil(FEWEST_FOR_MEDIAN / len(spoken))
    time_s = rounds * sum(clip.duration_ms / 1000 + SPARE_S for clip in spoken)
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
        while not (wanted <= done and calls >= FEWEST_FOR_MEDIAN) and generator.runs(LOOK_S):
            for trace in generator.calls.new():
                calls += 1
                done.add(trace.clip)
                _note(alone, trace, clips.get(trace.clip))
            told(len(done & wanted), len(wanted))
    return alone


def _note(alone: Alone, trace: Trace, clip: Clip) -> None:
    """Take in what came of a call."""
    if trace.error is not None:
        alone.failures[clip.id] = f"{trace.error}: {trace.error_message}"
        return
    heard = Heard(trace, clip)
    alone.texts[clip.id] = heard.text
    alone.broken.update((finding.requirement, finding.reason) for finding in broken_in(trace, clip))
    if heard.final_ms is not None:
        alone.finals_ms.setdefault(clip.id, []).append(heard.final_ms)
