"""Read sound files of any common kind; refuse the others with the reason."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from asrgate.errors import UsageError

READABLE = "WAV, FLAC, MP3, OGG (Vorbis, Opus), AIFF, AU, CAF and raw PCM"

_BITS = re.compile(r"^(?:PCM|ALAC)_[SU]?(\d+)$")
_PROMISED = re.compile(r"^\s*data\s*:\s*(\d+) \(should be (\d+)\)", re.MULTILINE)

# Kinds that people try and libsndfile cannot read: offset of the mark, the mark, the name.
_UNREADABLE_MARKS = (
    (4, b"ftyp", "an MPEG-4 file (M4A, AAC)"),
    (0, b"\x1aE\xdf\xa3", "a WebM or Matroska file"),
    (0, b"0&\xb2u", "a Windows Media file"),
    (0, b"#!AMR", "an AMR file"),
    (0, b"#!SILK", "a SILK file"),
    (1, b"#!SILK", "a SILK file"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"%PDF", "a PDF document"),
)


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What a file says of itself.

    Attributes:
        container: For example "WAV (Microsoft)" or "FLAC (Free Lossless Audio Codec)".
        codec: For example "Signed 16 bit PCM" or "32 bit float".
        bits: Bits per sample; None for codecs that have none, such as MP3.
        frames: Number of samples in each channel.
    """

    container: str
    codec: str
    sample_rate_hz: int
    channels: int
    bits: int | None
    frames: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate_hz


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """The samples of a file, float32 of shape [frames, channels], full scale at 1.0, and what the file is.

    Attributes:
        remarks: What is odd about the file, one sentence each.
    """

    samples: NDArray[np.float32]
    facts: SoundFacts
    remarks: tuple[str, ...] = ()

    @property
    def sample_rate_hz(self) -> int:
        """Sampling rate in Hz."""
        return self.facts.sample_rate_hz


def read_sound(path: Path) -> Sound:
    """Read a sound file of any channel count and rate.

    Raises:
        UsageError: the file cannot be read; the message says why and what to do.
    """
    _require_content(path)
    try:
        with soundfile.SoundFile(path) as file:
            samples = file.read(dtype="float32", always_2d=True)
            facts = SoundFacts(
                container=file.format_info,
                codec=file.subtype_info,
                sample_rate_hz=file.samplerate,
                channels=file.channels,
                bits=_bits(file.subtype),
                frames=len(samples),
            )
            remarks = _truncation(file.extra_info)
    except soundfile.LibsndfileError as error:
        raise UsageError(f"Cannot read {path}: {_refusal(path, error)}.") from error
    _require_samples(samples, path)
    return Sound(samples, facts, remarks)


def read_raw_pcm(path: Path, sample_rate_hz: int, channels: int = 1) -> Sound:
    """Read a file of headerless signed 16-bit little-endian samples, channels interleaved.

    Raises:
        UsageError: the file is missing or empty, or its length does not hold whole samples.
    """
    _require_content(path)
    content = path.read_bytes()
    frame_bytes = 2 * channels
    if len(content) % frame_bytes:
        raise UsageError(
            f"Cannot read {path}: raw 16-bit PCM of {channels} channel(s) takes a multiple of "
            f"{frame_bytes} bytes, got {len(content)}."
        )
    samples = (np.frombuffer(content, "<i2").reshape(-1, channels) / np.float32(32768)).astype(np.float32)
    return Sound(samples, SoundFacts("raw", "Signed 16 bit PCM", sample_rate_hz, channels, 16, len(samples)))


def _require_content(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"Cannot read {path}: it is a folder, expected a sound file.")
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise UsageError(f"Cannot read {path}: there is no such file.") from error
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror}.") from error
    if size == 0:
        raise UsageError(f"Cannot read {path}: the file is empty (0 bytes).")


def _require_samples(samples: NDArray[np.float32], path: Path) -> None:
    if not len(samples):
        raise UsageError(f"Cannot read {path}: it has a header but holds no samples.")
    unusable = int(np.count_nonzero(~np.isfinite(samples)))
    if unusable:
        raise UsageError(
            f"Cannot read {path}: {unusable} of its samples are not finite numbers (NaN or infinity)."
        )


def _bits(subtype: str) -> int | None:
    if subtype in ("FLOAT", "DOUBLE"):
        return 32 if subtype == "FLOAT" else 64
    if subtype in ("ULAW", "ALAW"):
        return 8
    match = _BITS.match(subtype)
    return int(match[1]) if match else None


def _truncation(libsndfile_log: str) -> tuple[str, ...]:
    match = _PROMISED.search(libsndfile_log)
    if match is None or int(match[1]) <= int(match[2]):
        return ()
    return (f"the header promises {match[1]} bytes of audio, the file holds {match[2]}",)


def _refusal(path: Path, error: soundfile.LibsndfileError) -> str:
    """Say in words why a file that libsndfile refuses cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as problem:
        return str(problem.strerror)
    for offset, mark, name in _UNREADABLE_MARKS:
        if head[offset:].startswith(mark):
            return f"it is {name}, expected {READABLE}; `ffmpeg -i {path.name} out.wav` turns it into one"
    if head[:4] in (b"RIFF", b"RIFX", b"RF64"):
        reason = error.error_string.rstrip(".")
        return f"its WAV header is cut off, damaged or names a codec that is not supported ({reason})"
    if _is_text(head):
        return f"it is a text file, expected {READABLE}"
    reason = error.error_string.rstrip(".")
    return f"{reason}; expected {READABLE} (for raw PCM give its rate)"


def _is_text(head: bytes) -> bool:
    """Tell whether `head` reads as UTF-8 without control characters; its last character may be cut."""
    text = head.decode("utf-8", errors="ignore")
    return len(text.encode()) >= len(head) - 3 and all(
        char.isprintable() or char in "\r\n\t\f\ufeff" for char in text
    )
