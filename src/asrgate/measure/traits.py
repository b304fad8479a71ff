"""Mistakes that an error rate hides: cut edges, repeated text, text where nobody speaks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.measure.scores import ClipScore
from asrgate.measure.views import NUMBERS

_TWICE = re.compile(r"(.{2,})\1")
_LONGEST = 2000
"""Characters of a text that are searched for repeated ones: the search takes the square of their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeTraits:
    """What happened in the clips of one mode; those in which it did are named.

    `first_lost` and `last_lost` are clips whose first or last spoken unit is missing in the text, `repeated`
    those in which two or more characters stand twice in a row and were not said twice, `answered` how many
    clips with speech were scored. Of `non_speech` clips, in which nobody speaks, `invented` gave text.
    """

    mode: str
    answered: int
    first_lost: tuple[str, ...]
    last_lost: tuple[str, ...]
    repeated: tuple[str, ...]
    non_speech: int
    invented: tuple[str, ...]
    invented_characters: int


def traits_of(scores: Sequence[ClipScore]) -> tuple[ModeTraits, ...]:
    """Return the traits of every mode, in the order of the scores."""
    modes = dict.fromkeys(score.mode for score in scores)
    return tuple(_in_mode(mode, [score for score in scores if score.mode == mode]) for mode in modes)


def _in_mode(mode: str, scores: Sequence[ClipScore]) -> ModeTraits:
    spoken = [score for score in scores if score.cer is not None]
    silent = [score for score in scores if score.language == "none"]
    return ModeTraits(
        mode=mode,
        answered=len(spoken),
        first_lost=tuple(s.id for s in spoken if s.edits and s.edits[0].op == "delete"),
        last_lost=tuple(s.id for s in spoken if s.edits and s.edits[-1].op == "delete"),
        repeated=tuple(s.id for s in spoken if repeats(s.reference, s.hypothesis)),
        non_speech=len(silent),
        invented=tuple(s.id for s in silent if s.insertions),
        invented_characters=sum(s.insertions for s in silent),
    )


def repeats(reference: str, hypothesis: str) -> bool:
    """Whether a text has two or more characters twice in a row that were not said twice in a row."""
    said, heard = (side.replace(" ", "") for side in NUMBERS.sides(reference, hypothesis[:_LONGEST]))
    return any(found[0] not in said for found in _TWICE.finditer(heard))
