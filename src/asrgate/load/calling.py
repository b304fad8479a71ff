"""How the callers of a run speak, what has to hold, and what is said of the deployment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any, Literal

from asrgate.audio.clips import Clip, ClipSet
from asrgate.load.engine import Load
from asrgate.load.habits import Habits
from asrgate.load.lag import SHORTEST_FOR_SLOPE_MS
from asrgate.load.objectives import KEEPS_REAL_TIME, Objective
from asrgate.load.repertoire import Repertoire, repertoire_of
from asrgate.load.shapes import Shape
from asrgate.suite.ground import Ground
from asrgate.suite.settings import Settings
from asrgate.wire.dialects import Dialect

Pace = Literal["real", "max"]

REPLY_S = 1.0
"""What a call takes beyond its audio, about: to connect, and until the final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What the options of a load say. `mode` None is the main one of the dialect.

    `objectives` None are those of keeping real time, as far as what is spoken can show them.
    """

    mode: str | None = None
    speak: str = "plain"
    pace: Pace = "real"
    habits: Habits
    abuse: dict[str, int]
    workers: int = 1
    listen: tuple[str, int] | None = None
    objectives: tuple[Objective, ...] | None = None
    described: dict[str, str]

    def repertoire(self, clips: ClipSet) -> Repertoire:
        """What is spoken.

        Raises:
            UsageError: no clip has the tag.
        """
        return repertoire_of(self.speak, clips)

    def load(self, shape: Shape, ground: Ground, settings: Settings) -> Load:
        """A load of this shape, each stage of which is held longer by the warm-up that is not measured."""
        spoken = self.repertoire(ground.clips).spoken
        warm_up_s = call_s_of(spoken)
        main = "2pass" if "modes" in ground.dialect.features else "offline"
        return Load(
            shape=warmed_up(shape, warm_up_s),
            dialect=ground.dialect.name,
            mode=self.mode or main,
            tag=self.speak,
            fixtures=settings.fixtures,
            habits=self.habits,
            abuse=self.abuse,
            long_sessions=1 if _has_long_session(shape, ground.dialect, self.pace) else 0,
            warm_up_s=warm_up_s,
            run_out_s=longest_call_s_of(spoken),
            workers=self.workers,
            listen=self.listen,
            pace=self.pace,
        )

    def asked(self, load: Load) -> dict[str, Any]:
        """What was asked of the callers, as the report shows it."""
        habits = load.habits
        return {
            "shape": str(load.shape),
            "streams": load.shape.most_streams,
            "duration_s": round(load.total_s, 1),
            "mode": load.mode,
            "speak": load.tag,
            "pace": self.pace,
            "pause_s": habits.pause_s,
            "starts": habits.starts,
            "speech_ratio": habits.speech_ratio,
            "pauses": habits.pauses,
            "lengths": str(habits.lengths) if habits.lengths else None,
            "abuse": dict(load.abuse),
            "long_sessions": load.long_sessions,
            "warm_up_s": round(load.warm_up_s, 1),
            "workers": load.workers,
        }


def _has_long_session(shape: Shape, dialect: Dialect, pace: Pace) -> bool:
    """Whether somebody speaks in one session all the time: in a soak, where the server answers meanwhile."""
    return shape.name == "soak" and pace == "real" and "partials" in dialect.features


def call_s_of(clips: Sequence[Clip]) -> float:
    """How long a call with one of these clips takes on average, about."""
    return fmean(clip.duration_ms for clip in clips) / 1000 + REPLY_S


def longest_call_s_of(clips: Sequence[Clip]) -> float:
    """How long a call with the longest of these clips takes, about."""
    return max(clip.duration_ms for clip in clips) / 1000 + REPLY_S


def warmed_up(shape: Shape, warm_up_s: float) -> Shape:
    """The shape with stages that are longer by the warm-up."""
    return replace(
        shape, stages=tuple(replace(stage, hold_s=stage.hold_s + warm_up_s) for stage in shape.stages)
    )


def judged(calling: Calling, spoken: Sequence[Clip]) -> tuple[tuple[Objective, ...], str | None]:
    """The objectives that are judged, and a sentence on those of the default that cannot be shown."""
    if calling.objectives is not None:
        return calling.objectives, None
    if calling.pace == "max":
        rates = tuple(objective for objective in KEEPS_REAL_TIME if objective.statistic == "rate")
        return rates, "Whether replies keep up is not judged: nobody speaks at the pace of speech."
    long = any(clip.duration_ms >= SHORTEST_FOR_SLOPE_MS and clip.words for clip in spoken)
    if long:
        return KEEPS_REAL_TIME, None
    left = tuple(objective for objective in KEEPS_REAL_TIME if objective.metric != "lag_slope_ms_per_s")
    return left, (
        f"Whether lag grows within a call is not judged: no clip that is spoken lasts "
        f"{SHORTEST_FOR_SLOPE_MS / 1000:.0f} s."
    )
