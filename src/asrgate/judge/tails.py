"""END: whether the end of the speech is read (docs/protocol.md sections 4.7 and 5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence
from asrgate.judge.utterances import ended, text_of
from asrgate.measure.error_rate import align
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange

ENOUGH_TAILS = 3
"""Clips of which most must lack their end before it is called lost against what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TailRun:
    """A clip that was cut where its speech ends: as it is, and with a second of silence after it."""

    text: str
    bare: Exchange
    padded: Exchange


def tail_is_kept(runs: Sequence[TailRun]) -> Finding:
    """END-08: speech that ends with the audio is read to its end, as with a second of silence after it.

    Two characters lost at the end of any clip, or one in more than half of them, is a lost tail: held against
    the padded session, and in three clips and more also against what was said, since both may lose it.
    """
    heard = [run for run in runs if TEXT(text_of(run.padded)) and ended([run.bare])]
    against = [("with silence after it", run, text_of(run.padded)) for run in heard]
    breaches = _tails_lost(against)
    if not breaches and len(heard) >= ENOUGH_TAILS:
        lost = _tails_lost([("what was said is", run, run.text) for run in heard])
        breaches = lost if 2 * len(lost) > len(heard) else []
    return conclude(
        "END-08",
        breaches,
        judged=len(heard),
        held=f"read to the end in {counted(len(heard), 'clip')}, for example "
        f"{text_of(heard[0].bare) if heard else ''!r}",
        nothing=why_nothing([run.padded for run in runs], "no text with silence after the speech either"),
        shown=[evidence(run.bare) for run in heard],
    )


def _tails_lost(compared: Sequence[tuple[str, TailRun, str]]) -> list[Breach]:
    """The clips whose last characters are missing; one character in up to half of them is the model's."""
    lost = [
        (whole, run, lost_at_end(TEXT(whole), TEXT(text_of(run.bare))), how) for how, run, whole in compared
    ]
    often = 2 * sum(count > 0 for _, _, count, _ in lost) > len(lost)
    return [
        Breach(
            f"the last {counted(count, 'character')} lost: {text_of(run.bare)!r}, {how} {whole!r}",
            evidence(run.bare, *(frame for frame, _ in run.bare.replies())),
        )
        for whole, run, count, how in lost
        if count >= 2 or (count == 1 and often)
    ]


def lost_at_end(reference: str, text: str) -> int:
    """How many characters at the end of `reference` have no counterpart in `text`."""
    edits = align(reference, text).edits
    return len(edits[-1].reference) if edits and edits[-1].op == "delete" else 0
