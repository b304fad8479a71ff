"""The packaged recogniser on the bundled clips: what it must hear, what it must not hear, and when."""

import statistics

import jiwer
import numpy as np
import pytest
from numpy.typing import NDArray

from asrgate.audio.clips import Clip, bundled_clips_directory, load_clips
from asrgate.audio.reading import read_sound
from asrgate.reference.recogniser import Recogniser, text_of

Floats = NDArray[np.float32]

CLIPS = load_clips(bundled_clips_directory())
SPOKEN = CLIPS.tagged("plain")
WORDLESS = [clip for tag in ("silence", "noise", "tone", "clicks") for clip in CLIPS.tagged(tag)]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    """Return the packaged recogniser without any text of the clips."""
    return Recogniser.load()


@pytest.fixture(scope="module")
def taught() -> Recogniser:
    """Return the packaged recogniser with the texts of the clips as its domain."""
    return Recogniser.load(domain_text=[clip.text for clip in CLIPS.clips if clip.text])


def samples_of(clip: Clip) -> Floats:
    """Return the samples of a clip; the bundled ones are mono at 16 kHz."""
    return np.asarray(read_sound(clip.path).samples[:, 0], np.float32)


def hear(recogniser: Recogniser, clip: Clip, **hotwords: float) -> str:
    """Return the text of a clip without spaces."""
    return text_of(recogniser.transcribe(samples_of(clip), hotwords)).replace(" ", "")


def character_error_rate(recogniser: Recogniser, clips: tuple[Clip, ...]) -> float:
    """Return the error rate over all clips."""
    said, heard = [clip.text.replace(" ", "") for clip in clips], [hear(recogniser, clip) for clip in clips]
    return float(jiwer.cer(said, heard))


def test_plain_sentences_are_mostly_right_without_knowing_them(recogniser: Recogniser) -> None:
    """Plain sentences are mostly right without knowing them."""
    assert character_error_rate(recogniser, SPOKEN) < 0.12


def test_numbers_are_right_without_knowing_them(recogniser: Recogniser) -> None:
    """Numbers are right without knowing them."""
    assert character_error_rate(recogniser, CLIPS.tagged("digits")) < 0.05


@pytest.mark.parametrize("clip", SPOKEN, ids=lambda clip: str(clip.id))
def test_sentences_of_the_domain_are_exact(taught: Recogniser, clip: Clip) -> None:
    """Sentences of the domain are exact."""
    assert hear(taught, clip) == clip.text


@pytest.mark.parametrize("clip", WORDLESS, ids=lambda clip: str(clip.id))
def test_what_is_not_speech_has_no_text(recogniser: Recogniser, taught: Recogniser, clip: Clip) -> None:
    """What is not speech has no text."""
    assert recogniser.transcribe(samples_of(clip)) == ()
    assert taught.transcribe(samples_of(clip)) == ()


def test_hotwords_are_found_with_biasing_and_missed_without(recogniser: Recogniser) -> None:
    """Hotwords are found with biasing and missed without."""
    clips = CLIPS.tagged("confusable")
    without = sum(clip.hotwords[0] in hear(recogniser, clip) for clip in clips)
    found = sum(clip.hotwords[0] in hear(recogniser, clip, **{clip.hotwords[0]: 20}) for clip in clips)
    assert without <= len(clips) // 2
    assert found == len(clips)


def test_the_domain_does_not_hide_lost_audio(taught: Recogniser) -> None:
    """The domain does not hide lost audio."""
    clip = SPOKEN[0]
    samples = samples_of(clip)
    middle = len(samples) // 2
    cut = np.concatenate([samples[:middle], samples[middle + 6400 :]])
    assert text_of(taught.transcribe(cut)) != clip.text


def test_reversed_speech_is_not_the_sentence(taught: Recogniser) -> None:
    """Reversed speech is not the sentence."""
    backwards = samples_of(SPOKEN[0])[::-1].copy()
    assert jiwer.cer(SPOKEN[0].text, text_of(taught.transcribe(backwards)) or "。") > 0.5


def test_telephone_speech_reads_alike(taught: Recogniser) -> None:
    """Telephone speech reads alike."""
    for clip in SPOKEN[:4]:
        samples = samples_of(clip)
        spectrum = np.fft.rfft(samples)
        spectrum[int(len(spectrum) * 0.45) :] = 0
        narrow = np.asarray(np.fft.irfft(spectrum, len(samples)), np.float32)
        assert text_of(taught.transcribe(narrow)) == clip.text


@pytest.mark.parametrize("gain_db", [-30, -15, 6])
def test_the_level_does_not_matter(taught: Recogniser, gain_db: int) -> None:
    """The level does not matter."""
    for clip in SPOKEN[:4]:
        samples = np.clip(samples_of(clip) * np.float32(10 ** (gain_db / 20)), -1, 1)
        assert text_of(taught.transcribe(samples)) == clip.text


def test_token_times_follow_the_words(taught: Recogniser) -> None:
    """Token times follow the words."""
    errors = []
    for clip in SPOKEN:
        tokens = taught.transcribe(samples_of(clip))
        assert len(tokens) == len(clip.words)
        errors += [
            abs(token.start_ms - word.start_ms) for token, word in zip(tokens, clip.words, strict=True)
        ]
    assert statistics.mean(errors) < 80
    assert sorted(errors)[int(len(errors) * 0.95)] < 200


def test_silence_in_front_shifts_the_times_and_nothing_else(taught: Recogniser) -> None:
    """Silence in front shifts the times and nothing else."""
    samples = samples_of(SPOKEN[0])
    plain = taught.transcribe(samples)
    late = taught.transcribe(np.concatenate([np.zeros(16000, np.float32), samples]))
    assert [token.text for token in late] == [token.text for token in plain]
    assert all(
        abs(one.start_ms - other.start_ms - 1000) <= 80 for one, other in zip(late, plain, strict=True)
    )


def test_messages_of_any_size_give_the_same_tokens(taught: Recogniser) -> None:
    """Messages of any size give the same tokens."""
    clip = CLIPS.tagged("pauses")[0]
    samples = samples_of(clip)
    expected = taught.transcribe(samples)
    assert len(expected) > 10
    for size in (160, 960, 9600, 12345):
        stream, search = taught.acoustic_stream(), taught.search()
        for start in range(0, len(samples), size):
            search.accept(stream.accept(samples[start : start + size]))
        search.accept(stream.finish())
        assert search.tokens() == expected


def test_a_pass_over_the_segment_equals_the_pass_that_followed_it(taught: Recogniser) -> None:
    """A pass over the segment equals the pass that followed it."""
    samples = samples_of(SPOKEN[0])
    stream, online = taught.acoustic_stream(), taught.search()
    slots = []
    for part in np.array_split(samples, 9):
        new = stream.accept(part)
        online.accept(new)
        slots += new
    end = stream.finish()
    online.accept(end)
    offline = taught.search()
    offline.accept(slots + end)
    assert offline.tokens() == online.tokens()
