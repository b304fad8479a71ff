"""Test sentences and how they are spoken and sent."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from training import lexicon, synthesis
from training.espeak import USUAL, Prosody, library
from training.text import Piece, Writer, number_phrase

Floats = NDArray[np.float32]

VOICES = ("", "f2", "m3", "m7", "", "f5")
LEAD_S = 0.2
SEED = "evaluation"


@dataclass(frozen=True, slots=True)
class Condition:
    """How a test sentence is spoken and sent; level is the peak in dBFS."""

    voice: str | None = None
    prosody: Prosody = USUAL
    sample_rate: int = 16000
    snr_db: float | None = None
    colour: int = 0
    level_db: float = -6.0


PLAIN = Condition()


@dataclass(frozen=True, slots=True)
class Item:
    """A test sentence: what to speak, what should be heard."""

    pieces: tuple[Piece, ...]
    voice: str = ""

    @property
    def text(self) -> str:
        """What should be heard."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def units(self) -> list[str]:
        """Units that should be heard."""
        return [unit for piece in self.pieces for unit in piece.units]


def audio(item: Item, condition: Condition, seed: int = 0) -> tuple[Floats, list[float]]:
    """Return 16-bit samples at 16 kHz, and the time in ms at which each syllable or word begins."""
    variant = item.voice if condition.voice is None else condition.voice
    spoken, starts = _spoken(item.pieces, variant, condition.prosody)
    clean = synthesis.through(synthesis.Channel(), spoken, library().sample_rate)
    edge = np.zeros(int(LEAD_S * synthesis.SAMPLE_RATE), np.float32)
    samples = np.concatenate([edge, clean, edge])
    narrow = condition.sample_rate == 8000
    if condition.snr_db is not None:
        numbers = np.random.default_rng(seed)
        limit = 4000 if narrow else 8000
        samples = synthesis.with_noise(samples, condition.snr_db, condition.colour, numbers, limit)
    samples = samples * np.float32(10 ** (condition.level_db / 20) / np.max(np.abs(samples)))
    if narrow:
        samples = through_8_khz(samples)
    return synthesis.sixteen_bit(samples), [LEAD_S * 1000 + start for start in starts]


def _spoken(pieces: Sequence[Piece], variant: str, prosody: Prosody) -> tuple[Floats, list[float]]:
    sounds: list[Floats] = []
    starts: list[float] = []
    offset = 0
    suffix = "+" + variant if variant else ""
    for language, text in synthesis.runs(list(pieces)):
        speech = library().say(text, synthesis.VOICES[language] + suffix, prosody)
        starts += [(offset + start) * 1000 / library().sample_rate for start in speech.word_starts]
        sounds.append(np.asarray(speech.samples / 32768, np.float32))
        offset += len(speech.samples)
    return np.concatenate(sounds), starts


def through_8_khz(samples: Floats) -> Floats:
    """Return the samples as 16-bit audio at 8 kHz, brought back to 16 kHz as the server does it."""
    small = synthesis.sixteen_bit(resample_poly(samples, 1, 2).astype(np.float32))
    return np.asarray(resample_poly(small, 2, 1), np.float32)


def chinese(texts: Iterable[str], voices: Sequence[str] = VOICES) -> list[Item]:
    """Return items for sentences in Hanzi, read by pypinyin, the voices in turn."""
    return [
        Item((Piece("zh", text, lexicon.pinyin_of(text)),), voices[index % len(voices)])
        for index, text in enumerate(texts)
    ]


def numbers(count: int) -> list[Item]:
    """Return random number phrases from a seed that training does not use."""
    writer, draw = Writer(SEED), random.Random(SEED)
    items: list[Item] = []
    while len(items) < count:
        pieces = tuple(writer.chinese(text) for text in number_phrase(draw) if text)
        if sum(len(piece.text) for piece in pieces) > 3:
            items.append(Item(pieces, VOICES[len(items) % len(VOICES)]))
    return items


def random_words(count: int) -> list[Item]:
    """Return random word sequences from a seed that training does not use."""
    writer, draw = Writer(SEED), random.Random(SEED)
    return [
        Item(tuple(writer.words(draw.randint(4, 16))), VOICES[index % len(VOICES)]) for index in range(count)
    ]
