"""What is asked about hotwords: which terms, of which weights, and how many at once."""

from dataclasses import dataclass
from typing import Any

USUAL_WEIGHT = 20
"""The weight of a hotword that upstream's maintainers recommend (docs/protocol.md section 3.5)."""

MOST_HOTWORDS = 1000
"""Upstream recommends no more (docs/protocol.md section 3.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotwordTrial:
    """The same audio with and without hotwords.

    `terms` have their own weights; where there are none, those of the clips are tried in each of `weights`.
    `counts` are numbers of hotwords whose latency is measured.
    """

    terms: tuple[tuple[str, int], ...] = ()
    weights: tuple[int, ...] = (10, USUAL_WEIGHT, 50)
    counts: tuple[int, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """The options as a report shows them."""
        return {
            "terms": dict(self.terms) or "of the clips",
            "weights": None if self.terms else list(self.weights),
            "counts": list(self.counts),
        }


def made_up_words(count: int) -> list[str]:
    """Return words of two characters that stand for terms which nobody says, at most 1024."""
    characters = "安北长春东风高光海河华金江林龙明南平青清秋山石水天文武新星阳玉云"
    return [first + second for first in characters for second in characters][:count]
