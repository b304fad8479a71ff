"""What callers say: the clips with a tag, one after another, or each caller digits of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from asrgate.audio.clips import Clip, ClipSet
from asrgate.errors import UsageError
from asrgate.load.watermark import (
    LONG_SAMPLE_TAG,
    LONG_TAG,
    SAMPLE_TAG,
    TAG,
    own_digits,
    texts_of_all,
)

_SAMPLES = {TAG: SAMPLE_TAG, LONG_TAG: LONG_SAMPLE_TAG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repertoire:
    """What the callers of a run say. `clips` are all of which facts are known, `spoken` those with the tag.

    What they give alone is told by those that have `heard_tag`: where each caller has digits of its own, a
    few of them.
    """

    clips: ClipSet
    spoken: tuple[Clip, ...]
    tag: str
    heard_tag: str

    @property
    def own_digits(self) -> bool:
        """Whether each caller speaks digits of its own."""
        return self.tag in _SAMPLES

    @property
    def heard(self) -> tuple[Clip, ...]:
        """The clips that are heard alone."""
        return self.clips.tagged(self.heard_tag)

    def texts(self, heard: Mapping[str, str]) -> dict[str, str]:
        """What each clip gives alone, by what those gave that were heard."""
        return texts_of_all(heard) if self.own_digits else dict(heard)


def repertoire_of(tag: str, clips: ClipSet) -> Repertoire:
    """What is said by callers who are told to speak the clips of this tag.

    Raises:
        UsageError: no clip has it.
    """
    known = clips
    if tag in (*_SAMPLES, *_SAMPLES.values()):
        known = own_digits(long=tag in (LONG_TAG, LONG_SAMPLE_TAG))
    spoken = known.tagged(tag)
    if not spoken:
        tags = sorted({*_SAMPLES, *(tag for clip in clips.clips for tag in clip.tags)})
        raise UsageError(f"--speak {tag}: no clip has this tag; expected one of {', '.join(tags)}")
    return Repertoire(clips=known, spoken=spoken, tag=tag, heard_tag=_SAMPLES.get(tag, tag))
