"""The canary of a load: the clips that were heard alone before it, heard alone again after it."""

from collections.abc import Callable

from asrgate.audio.clips import ClipSet
from asrgate.judge.finding import Verdict
from asrgate.judge.pressure import Canary, canary_is_unchanged
from asrgate.load.baseline import Alone
from asrgate.load.verdicts import reads_alike

Hear = Callable[[str], Alone]
"""Hears the clips alone, and leaves what was measured in a folder of this name."""


def canaries_after(hear: Hear, before: Alone, clips: ClipSet) -> tuple[Canary, ...]:
    """The clips before a load and now; what is not as before is heard once more, and that counts.

    So neither a neighbour on the machine nor an engine that does not repeat itself exactly is told as damage.
    """
    canaries = compared(before, hear("alone after"), clips)
    if canary_is_unchanged(canaries).verdict is not Verdict.FAIL:
        return canaries
    return compared(before, hear("alone once more"), clips)


def compared(before: Alone, after: Alone, clips: ClipSet) -> tuple[Canary, ...]:
    """Each clip that was heard before, as it was and as it is now."""
    return tuple(
        Canary(
            clip=clip,
            before=text,
            after=after.texts.get(clip),
            same=reads_alike(after.texts.get(clip, ""), text, clips.get(clip)),
            before_ms=before.finals_ms.get(clip, ()),
            after_ms=after.finals_ms.get(clip, ()),
            why=after.failures.get(clip, "there was no time for it"),
        )
        for clip, text in before.texts.items()
    )
