"""espeak-ng through its C library: about ten times cheaper than one process per sentence.

The Mandarin voice is cmn-latn-pinyin, fed with pinyin that carries tone numbers.  Debian's 1.51 turns Hanzi
given to the voice "cmn" into pinyin and then reads that as English words, and its own readings of Hanzi have
polyphone errors.

The library keeps state between calls: the same sentence twice in one process gives different samples.  What
must be reproducible is therefore made in a fresh process from a fixed order of calls.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MANDARIN, ENGLISH = "cmn-latn-pinyin", "en-us"

_SYNCHRONOUS, _WORD_EVENT = 2, 1
_RATE, _VOLUME, _PITCH, _RANGE, _WORD_GAP = 1, 2, 3, 4, 7


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    ]


@dataclass(frozen=True, slots=True)
class Prosody:
    """How to speak: words per minute, pitch and pitch range (0-99), pause between words in units of 10 ms."""

    rate: int = 175
    pitch: int = 50
    pitch_range: int = 50
    word_gap: int = 0


USUAL = Prosody()


@dataclass(frozen=True, slots=True)
class Speech:
    """Samples (16 bit, at `Espeak.sample_rate`), and the index of the sample where each word starts."""

    samples: NDArray[np.int16]
    word_starts: tuple[int, ...]


class Espeak:
    """The library, initialised once per process (see `library`)."""

    def __init__(self) -> None:
        self._lib = ctypes.CDLL("libespeak-ng.so.1")
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._pieces: list[NDArray[np.int16]] = []
        self._word_starts: list[int] = []
        self._voice = ""
        prototype = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
        )
        self._callback = prototype(self._collect)
        self.sample_rate: int = self._lib.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
        self._lib.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: Any, count: int, events: Any) -> int:
        if count > 0 and samples:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        self._word_starts.extend(event.sample for event in _until_end(events) if event.type == _WORD_EVENT)
        return 0

    def _set_voice(self, name: str) -> None:
        if name == self._voice:
            return
        if self._lib.espeak_SetVoiceByName(name.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {name!r}")
        self._voice = name

    def say(self, text: str, voice: str = MANDARIN, prosody: Prosody = USUAL) -> Speech:
        """Speak text (pinyin for MANDARIN); a voice may carry a variant, as in "en-us+f2"."""
        self._set_voice(voice)
        settings = {
            _RATE: prosody.rate,
            _VOLUME: 100,
            _PITCH: prosody.pitch,
            _RANGE: prosody.pitch_range,
            _WORD_GAP: prosody.word_gap,
        }
        for parameter, value in settings.items():
            self._lib.espeak_SetParameter(parameter, value, 0)
        self._pieces.clear()
        self._word_starts.clear()
        data = text.encode() + b"\0"
        self._lib.espeak_Synth(data, len(data), 0, 0, 0, 1, None, None)
        samples = np.concatenate(self._pieces) if self._pieces else np.zeros(0, np.int16)
        return Speech(samples, tuple(self._word_starts))

    def phonemes(self, text: str, voice: str = ENGLISH) -> list[str]:
        """Return espeak's mnemonics for text, without stress marks."""
        self._set_voice(voice)
        buffer = ctypes.create_string_buffer(text.encode() + b"\0")
        rest = ctypes.c_void_p(ctypes.addressof(buffer))
        spoken = []
        while rest.value:
            spoken.append(self._lib.espeak_TextToPhonemes(ctypes.byref(rest), 1, ord("_") << 8) or b"")
        joined = "_".join(part.decode() for part in spoken).replace("'", "").replace(",", "")
        return [phoneme for phoneme in joined.replace(" ", "_").split("_") if phoneme not in ("", ";")]


def _until_end(events: Any) -> Iterator[Any]:
    index = 0
    while events and events[index].type != 0:
        yield events[index]
        index += 1


@functools.cache
def library() -> Espeak:
    """Return this process's library; call it first in the process that speaks, never before a fork."""
    return Espeak()
