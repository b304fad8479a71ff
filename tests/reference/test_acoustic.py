"""Samples to slots: independence of the split, times, silence, and how a slot is made of frames."""

from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.audio.reading import read_sound
from asrgate.reference.acoustic import FRAME_MS, AcousticStream, Slot, SlotFinder
from asrgate.reference.recogniser import Recogniser

Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    """Return the packaged recogniser."""
    return Recogniser.load()


@pytest.fixture(scope="module")
def speech() -> Floats:
    """Return a plain bundled sentence at 16 kHz."""
    clip = load_clips(bundled_clips_directory()).tagged("plain")[0]
    return np.asarray(read_sound(clip.path).samples.reshape(-1), np.float32)


def slots_of(stream: AcousticStream, parts: Iterable[Floats]) -> list[Slot]:
    """Return what a stream gives for samples in parts."""
    return [slot for part in parts for slot in stream.accept(part)] + stream.finish()


def test_any_split_of_the_samples_gives_the_same_bits(recogniser: Recogniser, speech: Floats) -> None:
    """Any split of the samples gives the same bits."""
    at_once = slots_of(recogniser.acoustic_stream(), [speech])
    assert len(at_once) > 5
    random = np.random.default_rng(3)
    for pieces in (2, 7, 60, 600):
        parts = np.split(speech, np.sort(random.integers(0, len(speech), pieces)))
        assert slots_of(recogniser.acoustic_stream(), parts) == at_once


def test_samples_one_by_one_give_the_same_bits(recogniser: Recogniser, speech: Floats) -> None:
    """Samples one by one give the same bits."""
    short = speech[6000:30000]
    at_once = slots_of(recogniser.acoustic_stream(), [short])
    assert at_once
    assert slots_of(recogniser.acoustic_stream(), np.split(short, len(short))) == at_once


def test_streams_side_by_side_do_not_mix(recogniser: Recogniser, speech: Floats) -> None:
    """Streams side by side do not mix."""
    alone = slots_of(recogniser.acoustic_stream(), [speech])
    one, other = recogniser.acoustic_stream(), recogniser.acoustic_stream()
    heard: list[Slot] = []
    for part in np.array_split(speech, 20):
        heard += one.accept(part)
        other.accept(part[::-1].copy())
    assert heard + one.finish() == alone


def test_most_slots_come_while_the_speech_goes_on(recogniser: Recogniser, speech: Floats) -> None:
    """Most slots come while the speech goes on."""
    stream = recogniser.acoustic_stream()
    early = stream.accept(speech)
    assert len(early) >= len(early + stream.finish()) - 3


def test_slots_lie_in_order_inside_the_audio(recogniser: Recogniser, speech: Floats) -> None:
    """Slots lie in order inside the audio."""
    for length in (8000, 16000, 24000, len(speech)):
        slots = slots_of(recogniser.acoustic_stream(), [speech[:length]])
        begins = [slot.begin_ms for slot in slots]
        assert begins == sorted(begins)
        assert all(0 <= slot.begin_ms <= slot.end_ms <= length / 16 for slot in slots)


def test_alternatives_come_best_first_and_are_probabilities(recogniser: Recogniser, speech: Floats) -> None:
    """Alternatives come best first and are probabilities."""
    for slot in slots_of(recogniser.acoustic_stream(), [speech]):
        scores = [score for _, score in slot.alternatives]
        assert scores == sorted(scores, reverse=True)
        assert max(scores) <= 0.01
        assert 0 not in [unit for unit, _ in slot.alternatives]


@pytest.mark.parametrize("samples", [0, 1, 1600, 48000])
def test_silence_gives_no_slot(recogniser: Recogniser, samples: int) -> None:
    """Silence gives no slot."""
    assert slots_of(recogniser.acoustic_stream(), [np.zeros(samples, np.float32)]) == []


BASES = np.array([0, 1, 1, 2, *range(3, 60)])
"""Units 1 and 2 are two tones of one syllable."""


def frames(*best: tuple[int, float]) -> Floats:
    """Return probabilities in which each frame has one unit at a given height and blank for the rest."""
    rows = np.zeros((len(best), len(BASES)), np.float32)
    for row, (unit, height) in zip(rows, best, strict=True):
        row[0] = 1 - height
        row[unit] += height
    return rows


def test_a_run_of_frames_with_one_best_unit_is_one_slot() -> None:
    """A run of frames with one best unit is one slot."""
    finder = SlotFinder(BASES)
    closed = finder.push(frames((0, 0), (1, 0.9), (1, 0.6), (0, 0), (3, 0.9), (5, 0.9)))
    assert [slot.alternatives[0][0] for slot in closed] == [1, 3]
    assert [slot.alternatives[0][0] for slot in finder.finish()] == [5]
    assert finder.finish() == []


def test_faint_frames_are_no_slot() -> None:
    """Faint frames are no slot."""
    finder = SlotFinder(BASES)
    assert finder.push(frames((1, 0.05), (2, 0.07), (0, 0))) + finder.finish() == []


def test_a_sister_tone_is_the_second_choice_and_other_syllables_are_out() -> None:
    """A sister tone is the second choice and other syllables are out."""
    finder = SlotFinder(BASES)
    finder.push(frames((1, 0.9)))
    (slot,) = finder.finish()
    assert [unit for unit, _ in slot.alternatives] == [1, 2]


def test_a_clear_unit_is_dearer_to_skip_than_a_faint_one() -> None:
    """A clear unit is dearer to skip than a faint one."""
    skips = []
    for height in (0.95, 0.45, 0.1):
        finder = SlotFinder(BASES)
        finder.push(frames((1, height)))
        skips.append(finder.finish()[0].skip)
    assert skips == sorted(skips)
    assert skips[-1] > -1 > -5 > skips[0]


def test_times_count_frames_of_forty_milliseconds() -> None:
    """Times count frames of forty milliseconds."""
    finder = SlotFinder(BASES)
    silence = [(0, 0.0)]
    first, second = finder.push(frames(*silence * 50, (1, 0.9), *silence * 24, (3, 0.9), *silence))
    assert second.end_ms - first.end_ms == 25 * FRAME_MS
    assert first.end_ms <= 51 * FRAME_MS
