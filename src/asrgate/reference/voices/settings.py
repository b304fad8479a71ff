"""What a client of a C++ server has configured so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from asrgate.reference.pcm import SAMPLE_RATE_HZ
from asrgate.reference.voices.fields import (
    chunk_size_field,
    flag_field,
    hotwords_field,
    mode_field,
    rate_field,
    text_field,
)

_STEP_MS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The fields in force, with the servers' defaults; `chunk_size` is None until set."""

    wav_name: str = "wav-default-id"
    wav_format: str = "pcm"
    mode: str = "2pass"
    itn: bool = True
    audio_fs: int = SAMPLE_RATE_HZ
    chunk_size: tuple[int, int, int] | None = None
    hotwords: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_pcm(self) -> bool:
        """Whether the audio is said to be plain samples."""
        return self.wav_format in ("pcm", "PCM")

    @property
    def step_ms(self) -> int:
        """Speech between two partial results: chunk_size[1] x 60 ms."""
        return (self.chunk_size or (0, 10, 0))[1] * _STEP_MS


Reader = Callable[[str, object], Any]

CHECKED_ONLY: Mapping[str, Reader] = {
    "is_speaking": flag_field,
    "is_finished": flag_field,
    "svs_lang": text_field,
    "svs_itn": flag_field,
}
TWO_PASS_FIELDS: Mapping[str, Reader] = {
    "wav_name": text_field,
    "wav_format": text_field,
    "mode": mode_field,
    "itn": flag_field,
    "audio_fs": rate_field,
    "chunk_size": chunk_size_field,
    "hotwords": hotwords_field,
}
OFFLINE_FIELDS: Mapping[str, Reader] = {
    name: reader for name, reader in TWO_PASS_FIELDS.items() if name not in ("mode", "chunk_size")
}


def updated(settings: Settings, message: Mapping[str, Any], fields: Mapping[str, Reader]) -> Settings:
    """Return the settings after a text message.

    `chunk_size` keeps its first value; later ones are not even looked at, as in the C++ server.

    Raises:
        Refusal: a field has the wrong type or an impossible value; nothing of the message is taken over.
    """
    for name, reader in CHECKED_ONLY.items():
        if name in message:
            reader(name, message[name])
    frozen = ("chunk_size",) if settings.chunk_size is not None else ()
    changes = {
        name: reader(name, message[name])
        for name, reader in fields.items()
        if name in message and name not in frozen
    }
    return replace(settings, **changes)


def ends_input(message: Mapping[str, Any]) -> bool:
    """Whether a text message ends the utterance: `is_speaking:false`, or its undocumented synonym."""
    return message.get("is_speaking") is False or message.get("is_finished") is True
