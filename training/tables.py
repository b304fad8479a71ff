"""Writes the vocabulary and language model as the flat tables that asrgate.reference.lexicon reads."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training import lexicon, text
from training.lexicon import ENGLISH_CLASS, Reading, Word

CLASS_SHARE = 0.7
"""Weight of the class bigram against the plain word probability."""
LEAST_TRANSITION = math.exp(-9)
LEAST_READING = 0.0005
EVERYDAY_FACTOR = 2
"""jieba counted books and news; what people say to machines has everyday words (everyday.txt) more often."""
MONEY_AND_MEASURES = ("人民币", "美元", "万元", "亿元", "块钱", "公里", "分钟", "小时")
ENGLISH_AFTER_ENGLISH, ENGLISH_AT_START, ENGLISH_ANYWHERE = 0.6, 0.02, 0.003
"""Probabilities of an English word; jieba's tagger knows none."""
WEAK_FORMS = {"a": (("@a#",), ("@@",)), "the": (("@D", "@I2"),)}
"""How words sound in a sentence, where a letter's name or the word alone sounds otherwise."""
LETTER_COUNT, LETTER_WORD_COUNT = 60, 600
ACRONYMS = ("api", "cpu", "gpu")


@dataclass(slots=True)
class _Branch:
    children: dict[int, _Branch] = field(default_factory=dict)
    entries: list[tuple[str, float, str]] = field(default_factory=list)


def number_words() -> list[Word]:
    """Return numbers, pairs of digits, dates, clock times and units as words.

    Without them two digits are heard as some word of the same sound (wu3 qi1 as 武器).
    """
    cardinal, digits = text.cardinal, text.DIGITS
    listed: list[tuple[str, int, str]] = []
    listed += [(cardinal(number), 30000 if number < 10 else 4000, "m") for number in range(100)]
    listed += [(first + second, 1500, "m") for first in digits for second in digits]
    listed += [(digit, 30000, "m") for digit in "百千万亿点半两幺零"]
    listed += [(cardinal(number) + "月", 4000, "t") for number in range(1, 13)]
    listed += [(cardinal(number) + "点", 1500, "t") for number in range(1, 13)]
    listed += [(cardinal(number) + "日", 2000, "t") for number in range(1, 32)]
    listed += [(cardinal(number) + "号", 1500, "t") for number in range(1, 32)]
    listed += [(cardinal(number) + "分", 600, "t") for number in range(1, 60)]
    listed += [("百分之", 3000, "m")]
    listed += [(unit, 3000, "q") for unit in MONEY_AND_MEASURES]
    listed += [(unit, 20000, "q") for unit in "元块度米秒吨页章位条次"]
    return [Word(spoken, count, kind, (lexicon.pinyin_of(spoken),)) for spoken, count, kind in listed]


def english_words() -> list[Word]:
    """Return the English vocabulary with counts that fall with the rank in the list."""
    readings = lexicon.english_words() | lexicon.more_english_words()
    words = []
    for rank, (spelling, reading) in enumerate(readings.items()):
        if spelling in ACRONYMS:
            reading = tuple(phone for letter in spelling for phone in readings[letter])
        words.append(Word(spelling, _english_count(spelling, rank), ENGLISH_CLASS, (reading,)))
        weak = WEAK_FORMS.get(spelling, ())
        words += [Word(spelling, LETTER_WORD_COUNT, ENGLISH_CLASS, (sounds,)) for sounds in weak]
    return words


def _english_count(spelling: str, rank: int) -> float:
    if len(spelling) == 1:
        return LETTER_WORD_COUNT if spelling in "ai" else LETTER_COUNT
    return 2000 / math.sqrt(rank + 10)


def _vocabulary() -> list[Word]:
    """Return all words once each; where a number is in the dictionary too, the larger count decides."""
    chosen: dict[str, Word] = {}
    for word in (*lexicon.chinese_words(), *number_words()):
        known = chosen.get(word.text)
        if known is None:
            chosen[word.text] = word
        elif word.count > known.count:
            chosen[word.text] = Word(word.text, word.count, word.kind, known.readings)
    for spelling in (Path(__file__).parent / "everyday.txt").read_text(encoding="utf-8").split():
        if known := chosen.get(spelling):
            chosen[spelling] = replace(known, count=known.count * EVERYDAY_FACTOR)
    return [chosen[spelling] for spelling in sorted(chosen)] + english_words()


def _weighted_readings(word: Word) -> list[tuple[Reading, float]]:
    if len(word.readings) == 1:
        return [(word.readings[0], 1.0)]
    likely = lexicon.reading_probabilities().get(word.text, {})
    weighted = [(reading, likely.get(reading[0], 0.001)) for reading in word.readings]
    return [(reading, probability) for reading, probability in weighted if probability > LEAST_READING]


def _tree(words: list[Word], unit_numbers: dict[str, int]) -> _Branch:
    root = _Branch()
    total = sum(word.count for word in words)
    for word in words:
        for reading, probability in _weighted_readings(word):
            if any(unit not in unit_numbers for unit in reading):
                continue
            branch = root
            for unit in reading:
                branch = branch.children.setdefault(unit_numbers[unit], _Branch())
            branch.entries.append((word.text, math.log(word.count * probability / total), word.kind))
    return root


def _breadth_first(root: _Branch) -> list[tuple[int, _Branch]]:
    """Return (unit, branch) in breadth-first order, children by unit; the root has unit 0."""
    ordered = [(0, root)]
    for _, branch in ordered:
        ordered.extend(sorted(branch.children.items()))
    return ordered


def _class_bigram(shares: dict[str, float]) -> dict[str, dict[str, float]]:
    """Return P(class | class before) with room for English, which jieba's tagger does not know.

    shares is P(class) in the vocabulary; after English, Chinese words come as often as anywhere.
    """
    bigram = {ENGLISH_CLASS: shares} | lexicon.class_bigram()
    english = defaultdict(lambda: ENGLISH_ANYWHERE) | {
        ENGLISH_CLASS: ENGLISH_AFTER_ENGLISH,
        "<s>": ENGLISH_AT_START,
    }
    with_english = {}
    for before, following in bigram.items():
        others = {kind: value for kind, value in following.items() if kind != ENGLISH_CLASS}
        scale = (1 - english[before]) / sum(others.values())
        with_english[before] = {kind: value * scale for kind, value in others.items()}
        with_english[before][ENGLISH_CLASS] = english[before]
    return with_english


def _class_ratio(words: list[Word], classes: list[str]) -> NDArray[np.float32]:
    """Return log(share * P(b | a) / P(b) + the rest) for classes a (rows) and b (columns)."""
    totals: dict[str, float] = defaultdict(float)
    for word in words:
        totals[word.kind] += word.count
    total = sum(totals.values())
    bigram = _class_bigram({kind: count / total for kind, count in totals.items()})
    ratio = np.zeros((len(classes), len(classes)), np.float32)
    for row, before in enumerate(classes):
        for column, kind in enumerate(classes):
            if kind in bigram and kind in totals:
                transition = max(bigram.get(before, {}).get(kind, 0.0), LEAST_TRANSITION)
                ratio[row, column] = math.log(
                    CLASS_SHARE * transition * total / totals[kind] + 1 - CLASS_SHARE
                )
    return ratio


def write(path: Path, units: list[str]) -> None:
    """Write the tables for a model with these units."""
    words = _vocabulary()
    classes = ["<s>", *sorted({word.kind for word in words})]
    nodes = _breadth_first(_tree(words, {unit: number for number, unit in enumerate(units)}))
    entries = [entry for _, branch in nodes for entry in sorted(branch.entries, key=lambda entry: -entry[1])]
    np.savez_compressed(
        path,
        node_unit=np.array([unit for unit, _ in nodes], np.uint16),
        node_children=np.array([len(branch.children) for _, branch in nodes], np.uint16),
        node_entries=np.array([len(branch.entries) for _, branch in nodes], np.uint8),
        texts=np.frombuffer("\n".join(spelling for spelling, _, _ in entries).encode(), np.uint8),
        log_probability_milli=np.array([round(1000 * score) for _, score, _ in entries], np.int16),
        word_class=np.array([classes.index(kind) for _, _, kind in entries], np.uint8),
        class_names=np.frombuffer("\n".join(classes).encode(), np.uint8),
        class_ratio=_class_ratio(words, classes),
        total=np.float64(sum(word.count for word in words)),
    )
