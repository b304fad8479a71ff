"""The transcriber: two passes over one utterance, whatever the framing."""

import numpy as np
import pytest

from asrgate.reference.recogniser import Recogniser, text_of
from asrgate.reference.transcriber import Delta, Heard, Passes, Segment, Transcriber
from asrgate.reference.vad import VadOptions

from .talk import CLIPS, SPOKEN, floats, pcm, silence


def heard_in(
    recogniser: Recogniser,
    data: bytes,
    passes: Passes,
    *,
    cuts: list[int] | None = None,
    vad: VadOptions | None = None,
) -> list[Heard]:
    """Return everything heard in PCM; `cuts` are the lengths of the pieces in samples, repeated."""
    transcriber = Transcriber(recogniser, vad)
    samples, heard, at = floats(data), [], 0
    lengths = cuts or [len(samples)]
    for number in range(len(samples)):
        length = lengths[number % len(lengths)]
        heard += transcriber.accept(samples[at : at + length], passes)
        at += length
        if at >= len(samples):
            break
    return heard + list(transcriber.finish(passes))


def segments_of(heard: list[Heard]) -> list[Segment]:
    """Return the segments among what was heard."""
    return [item for item in heard if isinstance(item, Segment)]


def test_a_sentence_is_heard(recogniser: Recogniser) -> None:
    """The guide's sentence comes out of its clip."""
    (segment,) = segments_of(heard_in(recogniser, pcm("guide"), Passes()))
    assert text_of(segment.tokens) == SPOKEN["guide"]
    assert segment.complete


def test_deltas_and_rest_are_the_whole_sentence(recogniser: Recogniser) -> None:
    """Deltas are only ever added to, and what no delta showed is in the rest."""
    *deltas, segment = heard_in(recogniser, pcm("guide"), Passes())
    assert len(deltas) >= 3
    assert isinstance(segment, Segment)
    shown = "".join(delta.text for delta in deltas if isinstance(delta, Delta))
    assert segment.rest
    assert len(shown + segment.rest) == pytest.approx(len(SPOKEN["guide"]), abs=1)


@pytest.mark.parametrize("clip", ["guide", "pauses-hotline"])
def test_framing_changes_nothing(recogniser: Recogniser, clip: str) -> None:
    """Equal audio gives equal results: whole, in frames of 60 ms, in random pieces."""
    random_cuts = np.random.default_rng(3).integers(1, 4000, 500).tolist()
    whole = heard_in(recogniser, pcm(clip), Passes())
    for cuts in ([960], [37, 1, 6000], random_cuts):
        assert heard_in(recogniser, pcm(clip), Passes(), cuts=cuts) == whole


@pytest.mark.parametrize("gap_ms", [750, 850, 900, 950, 1000, 1100])
def test_framing_changes_nothing_at_the_edge_of_a_pause(recogniser: Recogniser, gap_ms: int) -> None:
    """Speech that begins again just after a segment ended has its pre-roll, whatever the framing."""
    clip = CLIPS.get("hello")
    assert clip.speech_start_ms is not None
    assert clip.speech_end_ms is not None
    spoken = pcm("hello")[32 * clip.speech_start_ms : 32 * clip.speech_end_ms]
    audio = spoken + silence(gap_ms) + spoken
    whole = heard_in(recogniser, audio, Passes())
    assert heard_in(recogniser, audio, Passes(), cuts=[160]) == whole
    assert "".join(text_of(segment.tokens) for segment in segments_of(whole)) == 2 * SPOKEN["hello"]


def test_pauses_divide_sentences(recogniser: Recogniser) -> None:
    """Three sentences with pauses are three segments, in order and apart."""
    segments = segments_of(heard_in(recogniser, pcm("pauses-hotline"), Passes()))
    assert "".join(text_of(segment.tokens) for segment in segments) == SPOKEN["pauses-hotline"]
    assert len(segments) == 3
    edges = [edge for segment in segments for edge in (segment.start_ms, segment.end_ms)]
    assert edges == sorted(edges)


def test_times_are_audio_time(recogniser: Recogniser) -> None:
    """Silence in front shifts every time by its length."""
    plain = segments_of(heard_in(recogniser, pcm("guide"), Passes()))[0]
    later = segments_of(heard_in(recogniser, silence(2000) + pcm("guide"), Passes()))[0]
    assert text_of(later.tokens) == text_of(plain.tokens)
    for early, late in zip(plain.tokens, later.tokens, strict=True):
        assert late.start_ms - early.start_ms == pytest.approx(2000, abs=100)
    assert later.end_ms == plain.end_ms + 2000


def test_tokens_lie_within_their_segment(recogniser: Recogniser) -> None:
    """Every token begins and ends inside the segment, and tokens follow each other."""
    for segment in segments_of(heard_in(recogniser, pcm("pauses-hotline"), Passes())):
        edges = [edge for token in segment.tokens for edge in (token.start_ms, token.end_ms)]
        edges = [segment.start_ms, *edges, segment.end_ms]
        assert edges == sorted(edges)


def test_the_step_sets_the_cadence(recogniser: Recogniser) -> None:
    """Shorter steps give more deltas; without partials there are none."""
    counts = [
        len(heard_in(recogniser, pcm("guide"), passes)) - 1
        for passes in (Passes(step_ms=360), Passes(step_ms=900), Passes(partials=False))
    ]
    assert counts[0] > counts[1] > counts[2] == 0


def test_hotwords_change_the_sentence_only(recogniser: Recogniser) -> None:
    """A name is heard with its hotword; the deltas are those without."""
    (name,) = CLIPS.get("name-chair").hotwords
    plain = heard_in(recogniser, pcm("name-chair"), Passes())
    biased = heard_in(recogniser, pcm("name-chair"), Passes(hotwords={name: 20.0}))
    assert name not in text_of(segments_of(plain)[0].tokens)
    assert name in text_of(segments_of(biased)[0].tokens)
    assert [h for h in biased if isinstance(h, Delta)] == [h for h in plain if isinstance(h, Delta)]


def test_long_speech_is_cut_without_loss(recogniser: Recogniser) -> None:
    """Speech without a pause is cut at the greatest length; a cut may cost a character, not more."""
    vad = VadOptions(end_silences=((0, 5000),), max_segment_ms=5000)
    segments = segments_of(heard_in(recogniser, pcm("guide") * 3, Passes(), vad=vad))
    assert [segment.complete for segment in segments] == [False, False, True]
    assert segments[0].end_ms == segments[1].start_ms
    text = "".join(text_of(segment.tokens) for segment in segments)
    assert len(text) == pytest.approx(3 * len(SPOKEN["guide"]), abs=3)


@pytest.mark.parametrize("clip", ["silence", "noise-white", "noise-pink", "clicks"])
def test_what_is_no_speech_gives_no_text(recogniser: Recogniser, clip: str) -> None:
    """A segment may open on noise; no token comes of it."""
    assert all(not segment.tokens for segment in segments_of(heard_in(recogniser, pcm(clip), Passes())))
