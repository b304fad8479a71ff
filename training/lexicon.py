"""Words, readings, frequencies and word classes, from jieba's dictionary and tagger and from pypinyin.

Only the recipe uses this module; at run time the endpoint reads the compact tables that `build` writes.
"""

from __future__ import annotations

import functools
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from training.espeak import library

LEAST_FREQUENCY = 20
LONGEST_WORD = 5
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ENGLISH_CLASS = "eng"

_HAN = re.compile(r"^[\u4e00-\u9fff]+$")
_TONAL = re.compile(r"^[a-z]+[1-5]$")

Reading = tuple[str, ...]
"""Units of a word: tonal syllables as `hao3`, or English phones as `@oU`."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its count in jieba's corpus, its part of speech and its readings, the usual one first."""

    text: str
    count: float
    kind: str
    readings: tuple[Reading, ...]


def pinyin_of(text: str) -> Reading:
    """Return the tonal syllables that pypinyin reads in Hanzi, settling polyphones by its phrases."""
    from pypinyin import Style, pinyin

    return tuple(item[0] for item in pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))


def _readings(text: str) -> tuple[Reading, ...]:
    from pypinyin import Style, pinyin

    if len(text) == 1:
        found = pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, heteronym=True)[0][:4]
        return tuple((syllable,) for syllable in found if _TONAL.match(syllable))
    reading = pinyin_of(text)
    return (reading,) if all(_TONAL.match(syllable) for syllable in reading) else ()


@functools.cache
def chinese_words() -> tuple[Word, ...]:
    """Return jieba's words of at most five characters: all single characters, longer words if not rare."""
    import jieba  # type: ignore[import-untyped]

    words = []
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        text, count, kind = line.split()
        rare = int(count) < LEAST_FREQUENCY and len(text) > 1
        if rare or not _HAN.match(text) or len(text) > LONGEST_WORD:
            continue
        if readings := _readings(text):
            words.append(Word(text, max(int(count), 2), kind, readings))
    return tuple(words)


@functools.cache
def reading_probabilities() -> dict[str, dict[str, float]]:
    """Return P(syllable | character) for one-character words, from how longer words read the character.

    Without it every reading of a character counts alike, and a rare one (da4 as tai4) beats the right
    character.
    """
    seen: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for word in chinese_words():
        if len(word.text) > 1:
            for character, syllable in zip(word.text, word.readings[0], strict=True):
                seen[character][syllable] += word.count
    probabilities = {}
    for word in chinese_words():
        if len(word.text) == 1:
            counts = [seen[word.text].get(reading[0], 0.0) for reading in word.readings]
            prior = 0.1 * sum(counts) + 100
            rest = 0.1 / max(1, len(counts) - 1)
            smoothed = [count + prior * (rest if index else 0.9) for index, count in enumerate(counts)]
            probabilities[word.text] = {
                reading[0]: value / sum(smoothed)
                for reading, value in zip(word.readings, smoothed, strict=True)
            }
    return probabilities


@functools.cache
def syllables() -> tuple[str, ...]:
    """Return the tonal syllables that the dictionary's words use, sorted; they are the Mandarin units."""
    used = {
        syllable
        for word in chinese_words()
        if word.count >= 3
        for reading in word.readings
        for syllable in reading
    }
    return tuple(sorted(syllable for syllable in used if re.search("[aeiouv]", syllable)))


@functools.cache
def english_words() -> dict[str, Reading]:
    """Return the English vocabulary with espeak's phones, common words first, letters last."""
    listed = (Path(__file__).parent / "english.txt").read_text(encoding="utf-8").split()
    return {text: _phones(text) for text in dict.fromkeys(listed) if len(text) > 1} | {
        letter: _phones(letter.upper()) for letter in LETTERS
    }


@functools.cache
def more_english_words() -> dict[str, Reading]:
    """Return words that training did not speak, mostly inflected ones, whose phones it did."""
    known = english_words()
    listed = (
        (Path(__file__).parent / "english_more.txt").read_text(encoding="utf-8").replace("'s", "").split()
    )
    return {text: _phones(text) for text in dict.fromkeys(listed) if text not in known}


def _phones(text: str) -> Reading:
    return tuple("@" + phoneme for phoneme in library().phonemes(text))


def units() -> list[str]:
    """Return the outputs of the acoustic model: the blank, the tonal syllables, the English phones."""
    phones = sorted({phone for reading in english_words().values() for phone in reading})
    return ["<blank>", *syllables(), *phones]


@functools.cache
def class_bigram() -> dict[str, dict[str, float]]:
    """Return P(part of speech | the one before) from jieba's tagger; `<s>` stands for the sentence start."""
    from jieba.posseg.prob_start import P as START  # type: ignore[import-untyped]
    from jieba.posseg.prob_trans import P as TRANSITIONS  # type: ignore[import-untyped]

    totals: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (state, kind), following in TRANSITIONS.items():
        if state in "ES":
            for (next_state, next_kind), log_probability in following.items():
                if next_state in "BS":
                    totals[kind][next_kind] += math.exp(log_probability)
    for (_, kind), log_probability in START.items():
        if log_probability > -1e10:
            totals["<s>"][kind] += math.exp(log_probability)
    return {
        kind: {other: value / sum(following.values()) for other, value in following.items()}
        for kind, following in totals.items()
    }
