"""What is asked when a load has ended: the canary, and with `--destructive` what can take a server down."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from asrgate.audio.clips import ClipSet
from asrgate.judge.finding import Verdict
from asrgate.judge.pressure import Canary, Churn, Overload, canary_is_unchanged
from asrgate.load.baseline import Alone
from asrgate.load.canary import Hear, canaries_after, compared
from asrgate.load.engine import Load
from asrgate.load.hardship import churned_while_watched, overloaded
from asrgate.load.running import LoadRun
from asrgate.wire.endpoint import Endpoint


@dataclass(slots=True)
class Afterwards:
    """What came of it so far: an interrupted run keeps what there is."""

    canaries: tuple[Canary, ...] = ()
    churn: Churn | None = None
    overload: Overload | None = None

    def look_at_canary(self, hear: Hear, before: Alone, clips: ClipSet, say: Callable[[str], object]) -> None:
        """Hear the clips alone again."""
        say("The load has ended: each clip alone once more.")
        self.canaries = canaries_after(hear, before, clips)

    def try_hard(
        self,
        endpoint: Endpoint,
        load: Load,
        streams: int,
        run: LoadRun,
        samples: Path,
        *,
        hear: Hear,
        before: Alone,
        clips: ClipSet,
    ) -> None:
        """Let connections come and go, then call with more than the `streams` that are borne.

        `run` keeps the calls of the overload, apart from those of the load itself.

        Raises:
            InvalidRun: the generator could not be started, or failed.
            KeyboardInterrupt: somebody had enough.
        """

        def unlike_before() -> str | None:
            finding = canary_is_unchanged(compared(before, hear("alone after overload"), clips))
            return finding.reason if finding.verdict is Verdict.FAIL else None

        self.churn = churned_while_watched(endpoint, load, samples, run.watcher.say)
        if streams:
            self.overload = overloaded(run, load, streams, unlike_before)
