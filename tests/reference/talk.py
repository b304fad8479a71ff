"""A client that talks to a voice without a socket, and sound to send."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import soxr

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.audio.reading import read_sound
from asrgate.reference.pcm import Floats
from asrgate.reference.voices import Voice

OPENED_EPOCH_MS = 1_795_354_662_008
CLIPS = load_clips(bundled_clips_directory())


@cache
def pcm(clip_id: str) -> bytes:
    """Return a bundled clip as 16-bit PCM at 16 kHz."""
    samples = read_sound(CLIPS.get(clip_id).path).samples.reshape(-1)
    return (samples * 32767).astype("<i2").tobytes()


def at_8_khz(data: bytes) -> bytes:
    """Return 16 kHz PCM as 8 kHz PCM."""
    resampled = soxr.resample(floats(data), 16000, 8000)
    return np.asarray(resampled * 32767, "<i2").tobytes()


def floats(data: bytes) -> Floats:
    """Return PCM as samples in [-1, 1)."""
    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)


def silence(milliseconds: int) -> bytes:
    """Return digital silence at 16 kHz."""
    return bytes(32 * milliseconds)


SPOKEN = {name: CLIPS.get(name).text for name in ("guide", "date", "pauses-hotline", "hello")}


class Talk:
    """A client that talks to a voice without a socket."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.raw: list[str] = []

    def text(self, message: Any = None, /, **fields: Any) -> list[dict[str, Any]]:
        """Send a text message: a string as it is, anything else as JSON; return the replies."""
        said = message if isinstance(message, str) else json.dumps(fields if message is None else message)
        return self._kept(self.voice.receive_text(said))

    def audio(self, data: bytes, *, frame_bytes: int = 1920) -> list[dict[str, Any]]:
        """Send audio in frames of one size; return the replies."""
        replies: list[dict[str, Any]] = []
        for start in range(0, len(data), frame_bytes):
            replies += self._kept(self.voice.receive_audio(data[start : start + frame_bytes]))
        return replies

    def end(self, **fields: Any) -> list[dict[str, Any]]:
        """Send the end frame; return the replies."""
        return self.text(is_speaking=False, **fields)

    def _kept(self, replies: Iterator[str]) -> list[dict[str, Any]]:
        raw = list(replies)
        self.raw += raw
        return [json.loads(reply) for reply in raw]


CONFIG = {
    "mode": "2pass",
    "chunk_size": [5, 10, 5],
    "chunk_interval": 10,
    "encoder_chunk_look_back": 4,
    "decoder_chunk_look_back": 0,
    "audio_fs": 16000,
    "wav_name": "t1",
    "wav_format": "pcm",
    "is_speaking": True,
    "hotwords": "",
    "itn": True,
}
