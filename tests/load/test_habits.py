"""How callers behave between and within their calls."""

import itertools
import random
from collections.abc import Iterator

import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.habits import Habits, Turn, followed_by_silence, stagger_s, turns_of_call
from asrgate.load.shapes import Lengths
from asrgate.load.speech import Speech, speech_of

CLIPS = load_clips(bundled_clips_directory())


@pytest.fixture(scope="module")
def speech() -> Speech:
    """A sentence, ready to be sent."""
    return speech_of(min(CLIPS.tagged("plain"), key=lambda clip: clip.duration_ms), CLIPS)


def turns(speech: Speech, habits: Habits, most: int = 1000) -> list[Turn]:
    """The turns of one call, in which each takes its time."""
    now_s = [0.0]
    call = turns_of_call(itertools.repeat(speech), habits, random.Random(1), lambda: now_s[0])

    def taken() -> Iterator[Turn]:
        for turn in call:
            now_s[0] += turn.after_s + turn.speech.length_ns / 1e9
            yield turn

    return list(itertools.islice(taken(), most))


def test_a_call_is_one_utterance_unless_told_otherwise(speech: Speech) -> None:
    """At once, and as it is."""
    assert turns(speech, Habits()) == [Turn(speech=speech)]


def test_a_call_goes_on_until_its_length_is_over(speech: Speech) -> None:
    """Utterance after utterance; the last one begins before."""
    said = turns(speech, Habits(lengths=Lengths("fixed", 60)))
    length_s = speech.length_ns / 1e9
    assert (len(said) - 1) * length_s < 60 <= len(said) * length_s


@pytest.mark.parametrize("ratio", [0.3, 0.8])
def test_the_share_of_speech_is_what_was_asked_for(ratio: float, speech: Speech) -> None:
    """In a long call, whether the pauses are idle or silence is sent."""
    for pauses in ("idle", "silence"):
        habits = Habits(speech_ratio=ratio, pauses=pauses, lengths=Lengths("fixed", 1e6))
        said = turns(speech, habits)
        spoken_s = len(said) * speech.length_ns / 1e9
        all_s = sum(turn.after_s + turn.speech.length_ns / 1e9 for turn in said)
        assert spoken_s / all_s == pytest.approx(ratio, abs=0.05)
        assert any(turn.after_s for turn in said) is (pauses == "idle")


def test_silence_follows_at_the_pace_of_the_audio(speech: Speech) -> None:
    """In whole frames of 60 ms, after the last one of speech; its clip stays what it was."""
    longer = followed_by_silence(speech, 200)
    assert len(longer.frames) == len(longer.due_ns) == len(speech.frames) + 3
    assert longer.length_ns - speech.length_ns == 180_000_000
    assert longer.frames[: len(speech.frames)] == speech.frames
    assert longer.clip == speech.clip
    assert followed_by_silence(speech, 59) == speech


def test_callers_begin_spread_over_the_time() -> None:
    """However many there are: the largest gap between ten is no more than twice the even one."""
    begins = sorted(stagger_s(number, 10) for number in range(1, 11))
    assert begins[0] == 0
    gaps = [later - earlier for earlier, later in itertools.pairwise([*begins, 10])]
    assert max(gaps) <= 2
