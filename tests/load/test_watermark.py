"""Digits of their own: what each caller says, and whose digits a text holds."""

from itertools import combinations

import numpy as np
import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.errors import UsageError
from asrgate.load.repertoire import repertoire_of
from asrgate.load.speech import own_speech
from asrgate.load.watermark import (
    LONG_TAG,
    SAMPLE_RATE_HZ,
    TAG,
    clip_id,
    code_words,
    digits_in,
    digits_of,
    own_digits,
    owner_of,
    samples_of,
    texts_of_all,
)
from asrgate.reference.recogniser import Recogniser, text_of

BUNDLED = load_clips(bundled_clips_directory())


def test_any_two_callers_speak_digits_that_differ_in_four_places() -> None:
    """So that three misheard digits make nobody somebody else."""
    words = code_words()
    assert len(words) >= 300
    assert all(len(word) == 6 for word in words)
    assert (
        min(sum(a != b for a, b in zip(one, other, strict=True)) for one, other in combinations(words, 2))
        >= 4
    )


def test_numbers_beyond_the_last_code_word_begin_again() -> None:
    """There are more callers than words: then some share theirs."""
    assert digits_of(clip_id(1)) == digits_of(clip_id(len(code_words()) + 1)) == code_words()[0]
    assert digits_of("guide") is None
    assert digits_of(f"{TAG}-999") is None


def test_digits_are_read_however_they_are_written() -> None:
    """Spoken or written, marks between them or not; words divide them."""
    assert digits_in("我的号码是二六一，九八九。不是 12 号") == ("261989", "12")


def test_only_whole_code_words_have_an_owner() -> None:
    """Own digits with one misheard are nobody else's, and neither are some that nobody speaks."""
    own, other = code_words()[0], code_words()[1]
    assert owner_of(f"号码是{other}", own) == other
    assert owner_of(f"号码是{own}", own) is None
    assert owner_of(f"号码是{own[:3]}0{own[4:]}", own) is None
    assert owner_of("号码是111111", own) is None


@pytest.mark.parametrize("long", [False, True])
def test_facts_are_those_of_the_audio(long: bool) -> None:
    """Length, words one after another, speech between its bounds and nothing behind them."""
    clip = own_digits(long=long).get(clip_id(7, long=long))
    samples = samples_of(clip.id)
    assert len(samples) * 1000 // SAMPLE_RATE_HZ == clip.duration_ms
    assert "".join(word.text for word in clip.words) == clip.text
    assert clip.written[0].count(code_words()[6]) == (3 if long else 1)
    edges = [edge for word in clip.words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert clip.speech_start_ms is not None
    assert clip.speech_end_ms is not None
    loud = np.flatnonzero(np.abs(samples) > 0.01) * 1000 // SAMPLE_RATE_HZ
    assert clip.speech_start_ms <= loud[0]
    assert loud[-1] <= clip.speech_end_ms <= clip.duration_ms - 500


def test_the_embedded_recogniser_reads_them_right() -> None:
    """All words of the carrier and all digits, of callers from the first to the last."""
    recogniser = Recogniser.load()
    for clip in own_digits().clips[::36]:
        assert text_of(recogniser.transcribe(samples_of(clip.id))) == clip.text


def test_what_some_give_alone_tells_what_all_give() -> None:
    """The same words around other digits, in figures or in words; where they differ nothing is told."""
    written = {clip_id(n): f"我的手机号码是{code_words()[n - 1]}。" for n in (1, 2)}
    assert texts_of_all(written)[clip_id(9)] == f"我的手机号码是{code_words()[8]}。"
    clips = own_digits(long=True)
    spoken = {clip.id: clip.text for clip in clips.clips[:2]}
    assert texts_of_all(spoken)[clip_id(9, long=True)] == clips.get(clip_id(9, long=True)).text
    differing = written | {clip_id(2): "我的手机号码是5762。"}
    assert texts_of_all(differing) == differing
    assert texts_of_all({}) == {}


def test_callers_with_digits_of_their_own_are_heard_by_a_few() -> None:
    """All of them are spoken, some are heard alone; other tags are heard as they are."""
    own = repertoire_of(LONG_TAG, BUNDLED)
    assert len(own.spoken) == len(code_words())
    assert 0 < len(own.heard) < 10
    assert own.own_digits
    plain = repertoire_of("plain", BUNDLED)
    assert plain.heard == plain.spoken == BUNDLED.tagged("plain")
    assert plain.texts({"guide": "x"}) == {"guide": "x"}
    with pytest.raises(UsageError, match=r"--speak nothing: no clip has this tag; .*own-digits"):
        repertoire_of("nothing", BUNDLED)


def test_a_caller_speaks_its_digits() -> None:
    """In frames as clients cut them, each caller other ones."""
    one, other = own_speech(1), own_speech(2)
    assert (digits_of(one.clip.id), digits_of(other.clip.id)) == code_words()[:2]
    assert one.frames != other.frames
    assert one.length_ns == pytest.approx(one.clip.duration_ms * 1e6, abs=1e6)
