"""A scenario says as data what is sent; the same data give the same bytes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from pydantic import TypeAdapter

from asrgate.audio.clips import ClipSet, load_clips
from asrgate.audio.degradation import active_level
from asrgate.audio.source import (
    AudioRef,
    AudioSource,
    Babble,
    Clipping,
    Cut,
    Echo,
    Gain,
    Mistaken,
    Noise,
    Silence,
    SyntheticNoise,
    SyntheticShape,
    SyntheticSilence,
    SyntheticTone,
    TelephoneBand,
    audio_of,
    duration_ms,
    pcm_of,
    speech_bounds_ms,
)
from asrgate.errors import UsageError

SOURCES = [
    AudioRef("rise", "0" * 64, 8000, (Noise(10.0, "pink", 3), Cut(900), Silence(100, 50), Gain(-6.0))),
    AudioRef("rise", "0" * 64, 16000, (Clipping(0.5), TelephoneBand())),
    AudioRef("rise", "0" * 64, 16000, (Babble(5.0, 2), Echo(300, 0.0, 1))),
    SyntheticSilence(500),
    SyntheticNoise(500, -40.0, "pink", 2, 8000),
    SyntheticTone(500, 440.0),
    SyntheticShape("clicks", 500),
    Mistaken(AudioRef("rise", "0" * 64), "stereo"),
]


@pytest.fixture
def clips(tones: Path) -> ClipSet:
    """Return the pure-tone clips."""
    return load_clips(tones)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_source_is_the_same_again_after_json(source: Any) -> None:
    """A source can be saved and read back equal, and be a key."""
    adapter: TypeAdapter[Any] = TypeAdapter(AudioSource)
    again = adapter.validate_json(adapter.dump_json(source))
    assert again == source
    assert hash(again) == hash(source)


def test_untouched_clip_is_sent_bit_for_bit(clips: ClipSet) -> None:
    """A clip at its own rate without shaping is exactly the samples of its file."""
    clip = clips.get("rise")
    samples, _ = soundfile.read(clip.path, dtype="int16")
    assert pcm_of(audio_of(clip, sample_rate_hz=8000), clips) == samples.astype("<i2").tobytes()


@pytest.mark.parametrize("sample_rate_hz", [8000, 16000, 44100])
def test_clip_keeps_its_duration_at_any_rate(clips: ClipSet, sample_rate_hz: int) -> None:
    """Another rate changes the number of samples, not the length."""
    clip = clips.get("rise")
    assert duration_ms(audio_of(clip, sample_rate_hz=sample_rate_hz), clips) == pytest.approx(
        clip.duration_ms, abs=1
    )


def test_silence_in_front_shifts_the_samples_and_the_speech(clips: ClipSet) -> None:
    """What follows the silence is unchanged, and the bounds of speech move with it."""
    clip = clips.get("rise")
    plain, shifted = audio_of(clip), audio_of(clip, Silence(before_ms=700, after_ms=100))
    before, after = bytes(700 * 32), bytes(100 * 32)
    assert pcm_of(shifted, clips) == before + pcm_of(plain, clips) + after
    assert speech_bounds_ms(plain, clips) == (clip.speech_start_ms, clip.speech_end_ms)
    assert speech_bounds_ms(shifted, clips) == (900, 1750)


def test_no_speech_has_no_bounds(clips: ClipSet) -> None:
    """A clip in which nobody speaks, and a generated sound, have no bounds of speech."""
    assert speech_bounds_ms(audio_of(clips.get("rest")), clips) is None
    assert speech_bounds_ms(SyntheticTone(100), clips) is None


def test_shaping_is_applied_in_its_order(clips: ClipSet) -> None:
    """Noise before silence leaves the silence clean; noise after it does not."""
    clip = clips.get("rise")
    noisy_first = pcm_of(audio_of(clip, Noise(10.0), Silence(before_ms=100)), clips)
    noisy_last = pcm_of(audio_of(clip, Silence(before_ms=100), Noise(10.0)), clips)
    assert not any(noisy_first[:3200])
    assert any(noisy_last[:3200])


@pytest.mark.parametrize("kind", [Noise, Babble])
@pytest.mark.parametrize("sample_rate_hz", [8000, 16000])
@pytest.mark.parametrize("snr_db", [20.0, 10.0, 5.0])
def test_what_is_added_is_at_the_ratio_asked(
    clips: ClipSet, kind: type[Noise | Babble], sample_rate_hz: int, snr_db: float
) -> None:
    """In what is really sent, at any rate, it lies as many dB below the parts in which somebody speaks."""
    clip = clips.get("rise")
    sent = (audio_of(clip, *steps, sample_rate_hz=sample_rate_hz) for steps in ((), (kind(snr_db),)))
    plain, noisy = (np.frombuffer(pcm_of(source, clips), "<i2") / np.float32(32768) for source in sent)
    added = noisy - plain
    level = float(np.sqrt(np.mean(np.square(added))))
    measured_db = 20 * np.log10(active_level(plain.astype(np.float32), sample_rate_hz) / level)
    assert measured_db == pytest.approx(snr_db, abs=0.05)


@pytest.mark.parametrize("kind", [Noise, Babble, Echo])
def test_seed_decides_what_is_random(clips: ClipSet, kind: Any) -> None:
    """Another seed gives other bytes."""
    clip = clips.get("rise")
    steps = (kind(seed=seed) if kind is Echo else kind(10.0, seed=seed) for seed in (1, 2))
    first, other = (pcm_of(audio_of(clip, step), clips) for step in steps)
    assert first != other


def test_gain_beyond_full_scale_is_clipped_not_wrapped(clips: ClipSet) -> None:
    """A sample that would exceed 16 bit stays at full scale with its sign."""
    clip = clips.get("rise")
    quiet, loud = (
        np.frombuffer(pcm_of(audio_of(clip, Gain(db)), clips), "<i2").astype(int) for db in (0.0, 40.0)
    )
    assert np.all(quiet * loud >= 0)
    assert (loud.min(), loud.max()) == (-32768, 32767)


@pytest.mark.parametrize(
    ("source", "rms"),
    [
        (SyntheticSilence(1000), 0),
        (SyntheticNoise(1000, -20.0), 3277),
        (SyntheticTone(1000, 500.0, 0.0), 23170),
        (SyntheticShape("square", 1000), 32767),
        (SyntheticShape("offset", 1000), 32767),
        (SyntheticShape("clicks", 1000), 518),
    ],
    ids=["silence", "noise", "tone", "square wave", "offset", "clicks"],
)
def test_generated_sounds_have_their_level(clips: ClipSet, source: Any, rms: float) -> None:
    """Silence, noise and tone need no clip; their length and level are as said."""
    samples = np.frombuffer(pcm_of(source, clips), "<i2").astype(float)
    assert len(samples) == 16000
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(rms, rel=0.01)


def test_bursts_are_a_tenth_of_their_time(clips: ClipSet) -> None:
    """50 ms of noise, then nothing until half a second is over."""
    samples = np.frombuffer(pcm_of(SyntheticShape("bursts", 1000), clips), "<i2")
    loud, silent = samples[:800], samples[800:8000]
    assert np.any(loud)
    assert not np.any(silent)
    assert np.any(samples[8000:8800])


def test_other_recording_under_the_same_name_is_refused(clips: ClipSet) -> None:
    """A saved scenario is not driven with another file than it was made with."""
    with pytest.raises(UsageError, match=r"Clip 'rise' in .* has SHA-256 \w+, expected 0{64}"):
        pcm_of(AudioRef("rise", "0" * 64), clips)


def test_a_cut_keeps_the_beginning(clips: ClipSet) -> None:
    """What comes before the instant is unchanged, and silence after it follows the cut."""
    clip = clips.get("rise")
    cut = pcm_of(audio_of(clip, Cut(until_ms=300), Silence(after_ms=100)), clips)
    assert cut == pcm_of(audio_of(clip), clips)[: 300 * 32] + bytes(100 * 32)


def test_mistakes_change_the_form_and_not_the_sound(clips: ClipSet) -> None:
    """A WAV header goes before the samples, two channels repeat each, floats are twice as long."""
    audio = audio_of(clips.get("rise"))
    pcm = pcm_of(audio, clips)
    wav, stereo, floats = (pcm_of(Mistaken(audio, m), clips) for m in ("wav-header", "stereo", "float32"))
    assert (wav[:4], wav[-len(pcm) :]) == (b"RIFF", pcm)
    assert np.array_equal(np.frombuffer(stereo, "<i2")[::2], np.frombuffer(pcm, "<i2"))
    assert np.array_equal(np.frombuffer(floats, "<f4") * 32768, np.frombuffer(pcm, "<i2"))
    assert duration_ms(Mistaken(audio, "stereo"), clips) == 2 * duration_ms(audio, clips)
