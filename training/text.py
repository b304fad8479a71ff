"""Random sentences to speak: words, numbers, syllables, English, mixtures and pauses."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from training import lexicon
from training.lexicon import Reading

DIGITS = "零一二三四五六七八九"
PAUSE = "pause"
MEASURES = ("个", "人", "公里", "公斤", "天", "年", "小时", "分钟", "秒", "度", "米", "吨")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one sentence; language is `zh`, `en` or PAUSE."""

    language: str
    text: str
    units: Reading


def cardinal(number: int) -> str:
    """Read 0 to 99,999,999 as Hanzi."""
    if number < 10:
        return DIGITS[number]
    if number >= 10000:
        high, low = divmod(number, 10000)
        link = "零" if 0 < low < 1000 else ""
        return cardinal(high) + "万" + (link + cardinal(low) if low else "")
    spoken, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            if zero:
                spoken += "零"
            if not (unit == 10 and digit == 1 and not spoken):
                spoken += DIGITS[digit]
            spoken += name
            zero = False
        elif spoken:
            zero = True
    return spoken


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice(DIGITS) for _ in range(count))


def number_phrase(draw: random.Random) -> list[str]:
    """Return a date, an amount, a clock time, a telephone number or the like, as words."""

    def big() -> str:
        return cardinal(int(10 ** draw.uniform(0.5, 7.5)))

    match draw.randrange(11):
        case 0:
            day = [cardinal(draw.randint(1, 12)), "月", cardinal(draw.randint(1, 31)), draw.choice("日号")]
            return [_digits(draw, 4), "年", *day]
        case 1:
            return [cardinal(draw.randint(1, 12)), "月", cardinal(draw.randint(1, 31)), draw.choice("日号")]
        case 2:
            return [big(), draw.choice(["元", "块", "块钱", "美元", "万元", "亿元", "人民币"])]
        case 3:
            fraction = ["点", _digits(draw, draw.randint(1, 2))] if draw.random() < 0.4 else []
            return ["百分之", cardinal(draw.randint(1, 100)), *fraction]
        case 4:
            return [draw.choice("一幺") + draw.choice("三五七八九") + _digits(draw, 9)]
        case 5:
            part = draw.choice(["上午", "下午", "早上", "晚上", "今天", "明天"])
            minutes = draw.choice(["半", "整", cardinal(draw.randint(1, 59)) + "分", ""])
            return [part, cardinal(draw.randint(0, 23)), "点", minutes]
        case 6:
            return [cardinal(draw.randint(0, 999)), "点", _digits(draw, draw.randint(1, 3))]
        case 7:
            return ["第", cardinal(draw.randint(1, 200)), draw.choice("章页个名次条")]
        case 8:
            return [big(), draw.choice(MEASURES)]
        case 9:
            return [_digits(draw, draw.randint(2, 11))]
        case _:
            return [draw.choice(["两", cardinal(draw.randint(1, 20))]), draw.choice("个次位台千万百")]


class Writer:
    """Writes sentences from one seed."""

    def __init__(self, seed: str) -> None:
        self._draw = random.Random(seed)
        self._words = lexicon.chinese_words()
        self._by_text = {word.text: word for word in self._words}
        # Flattened frequencies: the acoustic model needs every syllable, not every word as often as texts
        # have it.
        self._common = list(accumulate(word.count**0.65 for word in self._words))
        self._rare = list(accumulate(word.count**0.35 for word in self._words))
        self._syllables = lexicon.syllables()
        self._known = frozenset(self._syllables)
        self._english = [(text, units) for text, units in lexicon.english_words().items() if len(text) > 1]
        self._letters = [(text.upper(), lexicon.english_words()[text]) for text in lexicon.LETTERS]

    def chinese(self, text: str) -> Piece:
        """Return Hanzi with the dictionary's reading, or pypinyin's for what the dictionary lacks."""
        word = self._by_text.get(text)
        return Piece("zh", text, word.readings[0] if word else lexicon.pinyin_of(text))

    def words(self, characters: int, *, rare: bool = False) -> list[Piece]:
        """Return random words of about so many characters; one in ten takes any of its readings."""
        pieces: list[Piece] = []
        while characters > 0:
            word = self._draw.choices(self._words, cum_weights=self._rare if rare else self._common)[0]
            usual = self._draw.random() < 0.9
            pieces.append(
                Piece("zh", word.text, word.readings[0] if usual else self._draw.choice(word.readings))
            )
            characters -= len(word.text)
        return pieces

    def english(self, count: int) -> list[Piece]:
        """Return random English words, or one time in five random letters."""
        vocabulary = self._letters if self._draw.random() < 0.2 else self._english
        return [Piece("en", text, units) for text, units in self._draw.choices(vocabulary, k=count)]

    def numbers(self, count: int) -> list[Piece]:
        """Return number phrases, half of them after a few random words."""
        pieces: list[Piece] = []
        for _ in range(count):
            if self._draw.random() < 0.5:
                pieces += self.words(self._draw.randint(1, 5))
            pieces += [self.chinese(text) for text in number_phrase(self._draw) if text]
        return pieces

    def sentence(self) -> list[Piece]:
        """Return a random sentence with a pause here and there."""
        draw, kind = self._draw, self._draw.random()
        if kind < 0.34:
            pieces = self.words(draw.randint(3, 20))
        elif kind < 0.44:
            pieces = self.words(draw.randint(3, 16), rare=True)
        elif kind < 0.53:
            pieces = [
                Piece("zh", "", (unit,)) for unit in draw.choices(self._syllables, k=draw.randint(3, 16))
            ]
        elif kind < 0.74:
            pieces = self.numbers(draw.randint(1, 3))
        elif kind < 0.85:
            pieces = self.english(draw.randint(1, 9))
        else:
            pieces = self._mixed()
        return self._with_pauses(piece for piece in pieces if self._speakable(piece))

    def _mixed(self) -> list[Piece]:
        pieces = self.words(self._draw.randint(0, 6))
        for _ in range(self._draw.randint(1, 2)):
            pieces += self.english(self._draw.randint(1, 3))
            pieces += self.words(self._draw.randint(0, 6))
        return pieces

    def _speakable(self, piece: Piece) -> bool:
        return piece.language == "en" or all(unit in self._known for unit in piece.units)

    def _with_pauses(self, pieces: Iterable[Piece]) -> list[Piece]:
        spoken: list[Piece] = []
        for piece in pieces:
            if spoken and self._draw.random() < 0.06:
                spoken.append(Piece(PAUSE, ",", ()))
            spoken.append(piece)
        return spoken
