"""What a scenario sends, as data: a clip or a generated sound, its rate, and how it is shaped.

Everything here is immutable, hashable, and goes through pydantic's `TypeAdapter` to JSON and back, so that a
scenario that holds it can be saved and driven again.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import soundfile  # type: ignore[import-untyped]
from pydantic import Field

from asrgate.audio import degradation
from asrgate.audio.babble import babble
from asrgate.audio.clips import Clip, ClipSet
from asrgate.audio.conversion import pcm16, resampled, to_mono
from asrgate.audio.framing import SAMPLE_BYTES
from asrgate.audio.reading import read_sound
from asrgate.errors import UsageError

NoiseColour = degradation.NoiseColour


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise added at `snr_db` below the active speech."""

    snr_db: float
    colour: NoiseColour = "white"
    seed: int = 0
    kind: Literal["noise"] = "noise"


@dataclass(frozen=True, slots=True)
class Babble:
    """Other people speaking, at `snr_db` below the active speech (`audio.babble`)."""

    snr_db: float
    seed: int = 0
    kind: Literal["babble"] = "babble"


@dataclass(frozen=True, slots=True)
class Echo:
    """A room: sound that decays by 60 dB in `reverberation_ms`, `direct_db` below the direct sound."""

    reverberation_ms: int = 500
    direct_db: float = 3.0
    seed: int = 0
    kind: Literal["echo"] = "echo"


@dataclass(frozen=True, slots=True)
class Silence:
    """Digital silence put in front of the audio and behind it."""

    before_ms: int = 0
    after_ms: int = 0
    kind: Literal["silence"] = "silence"


@dataclass(frozen=True, slots=True)
class Cut:
    """Only what comes before `until_ms`."""

    until_ms: int
    kind: Literal["cut"] = "cut"


@dataclass(frozen=True, slots=True)
class Gain:
    """A change of level; what exceeds full scale is clipped."""

    db: float
    kind: Literal["gain"] = "gain"


@dataclass(frozen=True, slots=True)
class Clipping:
    """Hard clipping at `level` (0 to 1) of the peak."""

    level: float
    kind: Literal["clipping"] = "clipping"


@dataclass(frozen=True, slots=True)
class TelephoneBand:
    """Only 300 to 3400 Hz, the band of a telephone (ITU-T G.712)."""

    kind: Literal["telephone-band"] = "telephone-band"


Shaping = Annotated[
    Noise | Babble | Echo | Silence | Cut | Gain | Clipping | TelephoneBand, Field(discriminator="kind")
]


@dataclass(frozen=True, slots=True)
class AudioRef:
    """A clip at a sampling rate, shaped step by step in the order given.

    The hash pins the clip's file, so that a saved scenario is never driven with other audio than its own.
    """

    clip: str
    sha256: str
    sample_rate_hz: int = 16000
    shaping: tuple[Shaping, ...] = ()
    kind: Literal["clip"] = "clip"


@dataclass(frozen=True, slots=True)
class SyntheticSilence:
    """Digital silence."""

    duration_ms: int
    sample_rate_hz: int = 16000
    kind: Literal["synthetic-silence"] = "synthetic-silence"


@dataclass(frozen=True, slots=True)
class SyntheticNoise:
    """Noise at a root mean square level in dB below full scale."""

    duration_ms: int
    level_dbfs: float = -30.0
    colour: NoiseColour = "white"
    seed: int = 0
    sample_rate_hz: int = 16000
    kind: Literal["synthetic-noise"] = "synthetic-noise"


@dataclass(frozen=True, slots=True)
class SyntheticTone:
    """A sine with its peak at a level in dB below full scale."""

    duration_ms: int
    frequency_hz: float = 1000.0
    level_dbfs: float = -12.0
    sample_rate_hz: int = 16000
    kind: Literal["synthetic-tone"] = "synthetic-tone"


Mistake = Literal["wav-header", "stereo", "float32"]
"""A WAV header left in front, the samples twice over as for two channels, or 32-bit floats."""


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A clip in a form that servers do not take, as clients send it by mistake."""

    audio: AudioRef
    mistake: Mistake
    kind: Literal["mistaken"] = "mistaken"

    @property
    def sample_rate_hz(self) -> int:
        """The rate at which a server reads the bytes."""
        return self.audio.sample_rate_hz


@dataclass(frozen=True, slots=True)
class SyntheticShape:
    """What no voice does, at full scale.

    A square wave of 100 Hz, a constant offset, bursts of noise of 50 ms every half a second, or clicks of one
    sample every quarter of a second.
    """

    shape: Literal["square", "offset", "bursts", "clicks"]
    duration_ms: int
    sample_rate_hz: int = 16000
    kind: Literal["synthetic-shape"] = "synthetic-shape"


AudioSource = Annotated[
    AudioRef | SyntheticSilence | SyntheticNoise | SyntheticTone | SyntheticShape | Mistaken,
    Field(discriminator="kind"),
]


def audio_of(clip: Clip, *shaping: Shaping, sample_rate_hz: int = 16000) -> AudioRef:
    """Return the reference to `clip` at a rate and with a shaping."""
    return AudioRef(clip.id, clip.sha256, sample_rate_hz, shaping)


def pcm_of(source: AudioSource, clips: ClipSet) -> bytes:
    """Return the audio of `source` as mono 16-bit little-endian PCM at `source.sample_rate_hz`.

    The same source gives the same bytes. Of a `Mistaken` one they are what is sent by mistake.

    Raises:
        UsageError: the set lacks the clip, or has another file under its name.
    """
    if isinstance(source, Mistaken):
        return _mistaken(pcm_of(source.audio, clips), source.mistake, source.sample_rate_hz)
    if not isinstance(source, AudioRef):
        return pcm16(_synthetic(source)).pcm
    clip = clips.get(source.clip)
    if clip.sha256 != source.sha256:
        raise UsageError(
            f"Clip {clip.id!r} in {clips.directory} has SHA-256 {clip.sha256}, expected {source.sha256}: "
            f"this scenario was made with another recording."
        )
    return _clip_pcm(source, clip.path)


def duration_ms(source: AudioSource, clips: ClipSet) -> float:
    """Return the length of the audio of `source` in ms, exact to the sample."""
    return len(pcm_of(source, clips)) / SAMPLE_BYTES * 1000 / source.sample_rate_hz


def speech_bounds_ms(source: AudioSource, clips: ClipSet) -> tuple[int, int] | None:
    """Return start and end of speech within `source` in ms, or None when there is none or it is unknown."""
    if not isinstance(source, AudioRef):
        return None
    clip = clips.get(source.clip)
    if clip.speech_start_ms is None or clip.speech_end_ms is None:
        return None
    shift_ms = sum(step.before_ms for step in source.shaping if isinstance(step, Silence))
    return clip.speech_start_ms + shift_ms, clip.speech_end_ms + shift_ms


@lru_cache(maxsize=256)
def _clip_pcm(ref: AudioRef, path: Path) -> bytes:
    sound = read_sound(path)
    # The rate comes first, so that a signal-to-noise ratio holds for what is really sent.
    samples = resampled(to_mono(sound.samples), sound.sample_rate_hz, ref.sample_rate_hz)
    for step in ref.shaping:
        samples = _shaped(samples, step, ref)
    return pcm16(samples).pcm


def _shaped(samples: degradation.Samples, step: Shaping, ref: AudioRef) -> degradation.Samples:
    sample_rate_hz = ref.sample_rate_hz
    match step:
        case Noise(snr_db, colour, seed):
            sound = degradation.noise(len(samples), sample_rate_hz, colour, seed)
            return degradation.with_noise(samples, sample_rate_hz, snr_db, sound)
        case Babble(snr_db, seed):
            sound = babble(len(samples), sample_rate_hz, seed, without=ref.sha256)
            return degradation.with_noise(samples, sample_rate_hz, snr_db, sound)
        case Echo(reverberation_ms, direct_db, seed):
            return degradation.in_a_room(samples, sample_rate_hz, reverberation_ms, direct_db, seed)
        case Silence(before_ms, after_ms):
            return degradation.with_silence(samples, sample_rate_hz, before_ms, after_ms)
        case Cut(until_ms):
            return samples[: round(until_ms * sample_rate_hz / 1000)]
        case Gain(db):
            return degradation.with_gain(samples, db)
        case Clipping(level):
            return degradation.clipped(samples, level)
        case TelephoneBand():
            return degradation.telephone_band(samples, sample_rate_hz)


def _mistaken(pcm: bytes, mistake: Mistake, sample_rate_hz: int) -> bytes:
    samples = np.frombuffer(pcm, "<i2")
    match mistake:
        case "wav-header":
            file = io.BytesIO()
            soundfile.write(file, samples, sample_rate_hz, format="WAV", subtype="PCM_16")
            return file.getvalue()
        case "stereo":
            return np.repeat(samples, 2).tobytes()
        case "float32":
            return (samples / np.float32(32768)).astype("<f4").tobytes()


def _synthetic(
    source: SyntheticSilence | SyntheticNoise | SyntheticTone | SyntheticShape,
) -> degradation.Samples:
    count = round(source.duration_ms * source.sample_rate_hz / 1000)
    match source:
        case SyntheticSilence():
            return np.zeros(count, np.float32)
        case SyntheticNoise():
            level = np.float32(10 ** (source.level_dbfs / 20))
            return degradation.noise(count, source.sample_rate_hz, source.colour, source.seed) * level
        case SyntheticTone():
            phase = 2 * np.pi * source.frequency_hz * np.arange(count) / source.sample_rate_hz
            return (np.sin(phase) * 10 ** (source.level_dbfs / 20)).astype(np.float32)
        case SyntheticShape(shape):
            return _unvoiced(shape, count, source.sample_rate_hz)


def _unvoiced(shape: str, count: int, sample_rate_hz: int) -> degradation.Samples:
    at_ms = np.arange(count) * 1000 / sample_rate_hz
    match shape:
        case "square":
            samples = np.where(at_ms % 10 < 5, 1.0, -1.0)
        case "offset":
            samples = np.ones(count)
        case "bursts":
            samples = np.where(at_ms % 500 < 50, degradation.noise(count, sample_rate_hz, "white", 0), 0.0)
        case _:
            samples = np.where(np.arange(count) % (sample_rate_hz // 4) == 0, 1.0, 0.0)
    return samples.astype(np.float32)
