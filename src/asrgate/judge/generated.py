"""ROB-33: what generated sessions showed, judged (docs/fuzzing.md)."""

from dataclasses import dataclass

from asrgate.judge.breach import counted
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.wire.exchange import Exchange, Frame

NAMED = 3
"""Causes that a finding tells; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A cause of failure with the smallest session that shows it.

    Attributes:
        rule: The rule that was broken.
        cause: The rule, and what is unusual about the session.
        sentence: What was seen.
        exchange: The smallest session.
        frames: Indices of its frames that show it.
        again: Whether an earlier run had found it already.
    """

    rule: str
    cause: str
    sentence: str
    exchange: Exchange
    frames: tuple[int, ...] = ()
    again: bool = False

    @property
    def steps(self) -> int:
        """How many steps the smallest session has."""
        return len(self.exchange.scenario.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What came of generated sessions.

    Attributes:
        budget: How many were asked for, in words.
        seed: What they were generated from.
        sessions: Generated sessions that were driven and judged.
        further: Sessions that were driven to read plainly, to confirm, and to make small.
        duration_s: How long it all took.
        broken: Causes of failure.
        fixed: Causes that an earlier run found and that are no more.
        unsteady: What failed once and not when it was repeated, in sentences.
        ended: Why it ended before the budget was spent, None when it did not.
    """

    budget: str
    seed: int
    sessions: int = 0
    further: int = 0
    duration_s: float = 0.0
    broken: tuple[Broken, ...] = ()
    fixed: tuple[str, ...] = ()
    unsteady: tuple[str, ...] = ()
    ended: str | None = None


def generated_sessions_keep_the_rules(generated: Generated) -> Finding:
    """ROB-33: every session that the protocol allows keeps the rules of the dialect.

    Some reply or a clear refusal, one terminating message per end frame, the client's `wav_name`, the same
    text whatever the framing, and nobody else harmed.
    """
    sessions = counted(generated.sessions, "generated session")
    if generated.broken:
        causes = "; ".join(
            f"{broken.cause}: {broken.sentence} (in {counted(broken.steps, 'step')})"
            for broken in generated.broken[:NAMED]
        )
        more = len(generated.broken) - NAMED
        others = f"; and {counted(more, 'cause')} more" if more > 0 else ""
        shown = (evidence(broken.exchange, *_frames(broken)) for broken in generated.broken)
        return failed("ROB-33", f"after {sessions}: {causes}{others}", *shown)
    if generated.ended is not None or not generated.sessions:
        why = generated.ended or "no session could be generated"
        return inconclusive("ROB-33", f"{why}; {sessions} kept the rules")
    said = [f"{sessions} of seed {generated.seed} kept the rules"]
    said += [f"no longer seen: {', '.join(generated.fixed)}"] if generated.fixed else []
    said += generated.unsteady
    return passed("ROB-33", "; ".join(said))


def _frames(broken: Broken) -> list[Frame]:
    return [frame for frame in broken.exchange.frames if frame.index in broken.frames]
