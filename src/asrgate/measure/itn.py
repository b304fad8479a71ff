"""How spoken numbers are written: the same audio with `itn` on and off, by kind of number.

What was heard with `itn` off is the measure, so that a mistake in hearing is no mistake in writing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from asrgate.audio.clips import Clip
from asrgate.measure.normalisation import TEXT
from asrgate.measure.verbalise import has_digits, longest_numeral, reads_back

ITN_TAG = "itn"
TRAP_TAG = "trap"

ItnOutcome = Literal["right", "accepted", "other form", "wrong value", "untouched", "not heard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItnScore:
    """What became of the number in one clip.

    `category` is the tag behind `itn` in the clip's tags, `trap` whether it is one of those that tempt,
    as 一心一意. `spoken` and `written` are the texts with `itn` off and on, `expected` the written forms of
    the clip, the usual one first. `right` is the usual form and `accepted` another one of them. `other form`
    reads back as what was heard; `wrong value` does not: that is the serious one. `untouched` stayed as it
    was spoken; `not heard` was not recognised as a number in words, so that nothing can be said.
    """

    id: str
    category: str
    trap: bool
    outcome: ItnOutcome
    spoken: str
    written: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItnCategory:
    """How many clips of a category came to what."""

    name: str
    right: int
    accepted: int
    other_form: int
    wrong_value: int
    untouched: int
    not_heard: int


def itn_scores(texts: Iterable[tuple[Clip, str, str]]) -> tuple[ItnScore, ...]:
    """Score clips with their texts with `itn` on and with `itn` off."""
    return tuple(
        ItnScore(
            id=clip.id,
            category=_category_of(clip),
            trap=TRAP_TAG in clip.tags,
            outcome=outcome_of(clip.text, clip.written, on=on, off=off),
            spoken=off,
            written=on,
            expected=clip.written,
        )
        for clip, on, off in texts
    )


def itn_categories(scores: Sequence[ItnScore]) -> tuple[ItnCategory, ...]:
    """Return the outcomes by category, in the order of the clips."""
    found = []
    for name in dict.fromkeys(score.category for score in scores):
        counts = Counter(score.outcome for score in scores if score.category == name)
        found.append(
            ItnCategory(
                name=name,
                right=counts["right"],
                accepted=counts["accepted"],
                other_form=counts["other form"],
                wrong_value=counts["wrong value"],
                untouched=counts["untouched"],
                not_heard=counts["not heard"],
            )
        )
    return tuple(found)


def outcome_of(said: str, accepted: Sequence[str], *, on: str, off: str) -> ItnOutcome:
    """Return what became of the number in `said`, of which `accepted` are the written forms.

    Only what `itn` changed is compared with the forms, so that another word that was misheard makes no
    difference.
    """
    number = longest_numeral(said)
    if not number or number not in off or has_digits(off):
        return "not heard"
    changed = _changed(off, on)
    forms = [_changed(said, form) for form in accepted]
    if forms and changed == forms[0]:
        return "right"
    if changed in forms:
        return "accepted"
    if changed == ("", ""):
        return "untouched"
    return "other form" if reads_back(on, off) else "wrong value"


def _changed(before: str, after: str) -> tuple[str, str]:
    """What two texts differ in, from the first difference to the last; punctuation and spaces aside."""
    first, second = (TEXT(text).replace(" ", "") for text in (before, after))
    same = _alike(first, second)
    first, second = first[same:], second[same:]
    same = _alike(first[::-1], second[::-1])
    return first[: len(first) - same], second[: len(second) - same]


def _alike(first: str, second: str) -> int:
    """How many characters two texts begin with that are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _category_of(clip: Clip) -> str:
    behind = clip.tags[clip.tags.index(ITN_TAG) + 1 :] if ITN_TAG in clip.tags else ()
    return next(iter(behind), "other")
