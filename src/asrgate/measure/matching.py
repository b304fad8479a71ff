"""Which tokens two readings have in common, and in what they differ."""

from collections.abc import Sequence
from itertools import pairwise

import jiwer

Match = tuple[int, int]
"""The place of a token in the one reading and that of the same token in the other."""


def matched(one: Sequence[str], other: Sequence[str]) -> tuple[Match, ...]:
    """Return the tokens that stay in place in an alignment with the fewest edits, in order.

    Tokens hold no blanks. Of alignments that are as good, the one that leaves a common beginning in place.
    """
    common = 0
    while common < min(len(one), len(other)) and one[common] == other[common]:
        common += 1
    begin = tuple((place, place) for place in range(common))
    if common == len(one) or common == len(other):
        return begin
    output = jiwer.process_words(" ".join(one[common:]), " ".join(other[common:]))
    return begin + tuple(
        (common + chunk.ref_start_idx + behind, common + chunk.hyp_start_idx + behind)
        for chunk in output.alignments[0]
        if chunk.type == "equal"
        for behind in range(chunk.ref_end_idx - chunk.ref_start_idx)
    )


def edits(one: Sequence[str], other: Sequence[str], kept: Sequence[Match]) -> int:
    """Return how many substitutions, insertions and deletions turn `one` into `other` around what is kept."""
    edges = [(-1, -1), *kept, (len(one), len(other))]
    return sum(max(later[0] - earlier[0], later[1] - earlier[1]) - 1 for earlier, later in pairwise(edges))
