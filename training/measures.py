"""Edit distance."""

from __future__ import annotations

from collections.abc import Sequence


def edits(heard: Sequence[object], said: Sequence[object]) -> int:
    """Return the least number of insertions, deletions and replacements between two sequences."""
    row = list(range(len(said) + 1))
    for count, item in enumerate(heard, 1):
        diagonal, row[0] = row[0], count
        for column, other in enumerate(said, 1):
            diagonal, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, diagonal + (item != other)),
            )
    return row[-1]
