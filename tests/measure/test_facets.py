"""Rates of parts of the clips, and the interval by speaker."""

from dataclasses import replace

import jiwer
import pytest

from asrgate.audio.clips import Clip
from asrgate.measure.accuracy import Accuracy, accuracy_of
from asrgate.measure.facets import Facet
from report.sample import answered, clip

SPOKEN = "今天天气很好"


def _clip(name: str, text: str = SPOKEN, **facts: object) -> Clip:
    return replace(clip(name, text), **facts)  # type: ignore[arg-type]


def _facet(accuracy: Accuracy, dimension: str, name: str, mode: str = "2pass") -> Facet:
    (found,) = (f for f in accuracy.facets if (f.dimension, f.name, f.mode) == (dimension, name, mode))
    return found


def test_a_clip_is_in_the_rate_of_each_of_its_tags() -> None:
    """And in no other; jiwer says the same of the texts."""
    scored = accuracy_of(
        [
            answered(_clip("a", tags=("plain", "fast")), "今天田气很好"),
            answered(_clip("b", tags=("plain",)), SPOKEN),
        ]
    )
    assert _facet(scored, "tag", "fast").rate.value == pytest.approx(jiwer.cer(SPOKEN, "今天田气很好"))
    assert _facet(scored, "tag", "plain").rate.value == pytest.approx(
        jiwer.cer([SPOKEN, SPOKEN], ["今天田气很好", SPOKEN])
    )


def test_lengths_begin_where_the_shorter_ones_end() -> None:
    """A clip of exactly 3 s is not among those below."""
    lengths = {"a": 2999, "b": 3000, "c": 20000}
    scored = accuracy_of([answered(_clip(name, duration_ms=ms), SPOKEN) for name, ms in lengths.items()])
    assert [f.name for f in scored.facets if f.dimension == "length"] == ["0-3 s", "3-6 s", "≥ 15 s"]


def test_words_and_characters_are_not_added_up() -> None:
    """A tag of both languages has the rate of the Chinese clips; one of English alone has that of words."""
    english = replace(_clip("e", "hello world", tags=("both", "english")), language="en")
    scored = accuracy_of([answered(_clip("c", tags=("both",)), SPOKEN), answered(english, "hello word")])
    assert _facet(scored, "tag", "both").rate.units == 6
    assert _facet(scored, "tag", "english").rate.value == 0.5


def test_modes_are_apart() -> None:
    """The same clip in two modes is no clip twice."""
    sessions = [answered(_clip("c", tags=("plain",)), SPOKEN, mode=mode) for mode in ("2pass", "online")]
    scored = accuracy_of(sessions)
    assert _facet(scored, "tag", "plain").rate.clips == 1
    assert _facet(scored, "tag", "plain", "online").rate.clips == 1


def test_few_speakers_make_the_interval_wider() -> None:
    """One speaker of six is misheard in all clips: by clip that looks surer than it is."""
    sessions = [
        answered(_clip(f"{speaker}-{n}", speaker=f"s{speaker}"), "今天" if speaker == 0 else SPOKEN)
        for speaker in range(6)
        for n in range(8)
    ]
    scored = accuracy_of(sessions)
    assert scored.cer_ci95 is not None
    assert scored.cer_ci95_by_speaker is not None
    by_clip, by_speaker = scored.cer_ci95, scored.cer_ci95_by_speaker
    assert by_speaker[1] - by_speaker[0] > by_clip[1] - by_clip[0]


def test_two_speakers_are_too_few_for_an_interval() -> None:
    """The reason stands in its place."""
    scored = accuracy_of([answered(_clip(n, speaker=n), "今天") for n in ("a", "b")])
    assert scored.cer_ci95_by_speaker is None
    assert scored.by_speaker_reason == "an interval needs at least 5 speakers, there are 2"
