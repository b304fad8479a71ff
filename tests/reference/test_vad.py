"""Voice activity: where speech begins and ends."""

import numpy as np
import pytest

from asrgate.reference.pcm import Floats
from asrgate.reference.vad import SpeechBegins, SpeechDetector, SpeechEnds, VadOptions

RATE_HZ = 16000


def silence(seconds: float) -> Floats:
    """Return digital silence."""
    return np.zeros(int(seconds * RATE_HZ), np.float32)


def speech(seconds: float, peak: float = 0.3) -> Floats:
    """Something with the rhythm of speech: a buzz in syllables of 200 ms with gaps of 50 ms."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 12))
    return np.asarray(peak * buzz / 2 * (time % 0.25 < 0.2), np.float32)


def noise(seconds: float, rms: float, seed: int = 1) -> Floats:
    """Return white noise."""
    samples = np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ))
    return np.asarray(rms * samples, np.float32)


def tone(seconds: float, hertz: float = 1000) -> Floats:
    """Return a pure tone."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(0.3 * np.sin(2 * np.pi * hertz * time), np.float32)


def segments(
    samples: Floats, *, cut: int | None = None, options: VadOptions | None = None
) -> list[tuple[int, int]]:
    """Return (begin, end) of each segment in ms."""
    detector = SpeechDetector(options)
    cut = cut or len(samples)
    found = [b for at in range(0, len(samples), cut) for b in detector.accept(samples[at : at + cut])]
    found += detector.finish()
    begins = [b.at_ms for b in found if isinstance(b, SpeechBegins)]
    ends = [b.at_ms for b in found if isinstance(b, SpeechEnds)]
    return list(zip(begins, ends, strict=True))


THREE = np.concatenate(
    [silence(1), speech(1.5), silence(1.2), speech(2), silence(1.5), speech(1), silence(1.2)]
)
THREE_MS = [(1000, 2450), (3700, 5650), (7200, 8150)]


def assert_near(
    found: list[tuple[int, int]], expected: list[tuple[int, int]], tolerance_ms: int = 120
) -> None:
    """Segments begin a pre-roll of 280 ms early and end a post-roll of 160 ms late."""
    assert len(found) == len(expected)
    for (begin, end), (speech_begins, speech_ends) in zip(found, expected, strict=True):
        assert begin == pytest.approx(speech_begins - 280, abs=tolerance_ms)
        assert end == pytest.approx(speech_ends + 160, abs=tolerance_ms)


def test_three_sentences_are_three_segments() -> None:
    """Pauses above 800 ms divide."""
    assert_near(segments(THREE), THREE_MS)


def test_a_short_pause_does_not_divide() -> None:
    """700 ms of silence belong to the sentence."""
    samples = np.concatenate([silence(0.5), speech(1), silence(0.7), speech(1), silence(1)])
    assert len(segments(samples)) == 1


@pytest.mark.parametrize("cut", [1, 7, 160, 1000, 16001])
def test_segments_do_not_depend_on_how_audio_arrives(cut: int) -> None:
    """Every chunking gives the same boundaries, known at the same moment."""
    samples = THREE[: 4 * RATE_HZ] if cut == 1 else THREE
    assert segments(samples, cut=cut) == segments(samples)


@pytest.mark.parametrize("level_db", [-20, -40])
def test_soft_speech_is_found(level_db: int) -> None:
    """Speech with its peak at -40 dBFS is found where loud speech is."""
    assert_near(segments(THREE / np.abs(THREE).max() * np.float32(10 ** (level_db / 20))), THREE_MS)


def test_speech_in_noise_is_found() -> None:
    """At 10 dB SNR the sentences still come apart, after a second to learn the noise."""
    power = float(np.mean(THREE[THREE != 0] ** 2))
    noisy = np.concatenate([silence(2), THREE]) + noise(2 + len(THREE) / RATE_HZ, (power / 10) ** 0.5)
    found = [segment for segment in segments(noisy) if segment[0] > 2000]
    assert_near(found, [(begin + 2000, end + 2000) for begin, end in THREE_MS], 160)


@pytest.mark.parametrize(
    "samples",
    [
        silence(5),
        silence(5) + np.float32(0.3),
        np.where(np.arange(5 * RATE_HZ) % 8000 == 0, 0.9, 0).astype("f4"),
    ],
    ids=["digital silence", "direct current", "clicks"],
)
def test_what_has_no_energy_in_time_is_no_speech(samples: Floats) -> None:
    """Silence, a constant and single clicks open no segment."""
    assert segments(samples) == []


@pytest.mark.parametrize("samples", [noise(20, 0.05), tone(20)], ids=["white noise", "tone"])
def test_what_is_steady_becomes_the_floor(samples: Floats) -> None:
    """Noise and tones may open a segment at their onset, and never another one."""
    assert all(end < 3000 for _, end in segments(samples))


def test_long_speech_is_cut_and_goes_on() -> None:
    """A segment is 15 s long at most; the next one begins where it was cut."""
    options = VadOptions(end_silences=((0, 800),))
    found = segments(np.concatenate([silence(0.5), speech(20), silence(1)]), options=options)
    (first_begin, first_end), (second_begin, _) = found
    assert first_end - first_begin == 15000
    assert second_begin == first_end


def test_a_cut_prefers_the_next_gap() -> None:
    """In the last second before the limit a gap between syllables is enough."""
    rhythm = np.concatenate([speech(0.5), silence(0.15)])
    (first_begin, first_end), *_ = segments(np.concatenate([silence(0.5), *[rhythm] * 30]))
    assert 14000 <= first_end - first_begin < 15000


def test_end_silences_can_depend_on_the_length() -> None:
    """A detector may wait longer while the speech is short, as the Python server's does."""
    patient = VadOptions(end_silences=((0, 2000), (10000, 800)))
    assert len(segments(THREE, options=patient)) == 1


def test_an_open_segment_ends_with_the_audio() -> None:
    """Speech up to the last sample is a segment up to the last sample."""
    ((_, end),) = segments(np.concatenate([silence(0.5), speech(1.2)]))
    assert end == 1700
