"""Error rates: substitutions, deletions and insertions per spoken unit, from an alignment of two texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import jiwer

from asrgate.measure.normalisation import TEXT, Unit, View

Operation = Literal["equal", "substitute", "delete", "insert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One stretch of an alignment: `equal`, `substitute`, `delete` (lost) or `insert` (added)."""

    op: Operation
    reference: str
    hypothesis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How a hypothesis differs from a reference, both in one view; `units` counts those of the reference."""

    reference: str
    hypothesis: str
    units: int
    substitutions: int
    deletions: int
    insertions: int
    edits: tuple[Edit, ...]

    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions together."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float | None:
        """Errors per unit of the reference, 0 and up; None when the reference is empty."""
        return self.errors / self.units if self.units else None


def unit_of(language: str, view: View = TEXT) -> Unit:
    """Return the unit in which speech of this language is counted in a view."""
    return view.unit or ("word" if language == "en" else "character")


def align(reference: str, hypothesis: str, unit: Unit = "character", view: View = TEXT) -> Alignment:
    """Return the alignment with the fewest errors between the views of two texts."""
    said, heard = view.sides(reference, hypothesis)
    between = " " if unit == "word" else ""
    output: jiwer.WordOutput | jiwer.CharacterOutput
    output = jiwer.process_words(said, heard) if unit == "word" else jiwer.process_characters(said, heard)
    spoken, recognised = output.references[0], output.hypotheses[0]
    return Alignment(
        reference=said,
        hypothesis=heard,
        units=len(spoken),
        substitutions=output.substitutions,
        deletions=output.deletions,
        insertions=output.insertions,
        edits=tuple(
            Edit(
                op=cast(Operation, chunk.type),
                reference=between.join(spoken[chunk.ref_start_idx : chunk.ref_end_idx]),
                hypothesis=between.join(recognised[chunk.hyp_start_idx : chunk.hyp_end_idx]),
            )
            for chunk in output.alignments[0]
        ),
    )


def nearest(
    accepted: Sequence[str], hypothesis: str, unit: Unit = "character", view: View = TEXT
) -> tuple[str, Alignment]:
    """Return the accepted form that the hypothesis is closest to, as it was given, and the alignment with it.

    一二三 and 123 are both right ways to write what was said, so the nearest counts; among equals the
    first.

    Raises:
        ValueError: `accepted` is empty.
    """
    alignments = [(text, align(text, hypothesis, unit, view)) for text in accepted]
    return min(alignments, key=lambda pair: (pair[1].rate is None, pair[1].rate))
