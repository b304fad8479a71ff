"""Inverse text normalisation: 二零二四年七月二十五日 becomes 2024年7月25日, 一起去 stays 一起去.

Rules of our own find the spoken numbers and leave alone what only looks like one; `wetext` writes the
cardinals. What it writes is used only when it is worth as much as what was said, so that no text is ever
lost or changed in value. Only numerals change: the words around them (年, 点, 元, 度, 负, 第) stay as
spoken, and single digits on their own stay characters, as in the grammar that FunASR's servers load.
docs/embedded-endpoint.md lists the forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from asrgate.reference.numerals import DIGIT_VALUES, cardinal_value, digits_of, written_value

if TYPE_CHECKING:
    from wetext import Normalizer  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The characters `start` to `end` of the spoken text are written as `written`."""

    start: int
    end: int
    written: str


def prepare() -> None:
    """Load the library's grammars, which takes half a second; otherwise the first number pays for it."""
    _normalizer()


def written_form(spoken: str) -> str:
    """Return the text with its spoken numbers written in digits."""
    pieces, position = [], 0
    for rewrite in rewrites(spoken):
        pieces += [spoken[position : rewrite.start], rewrite.written]
        position = rewrite.end
    return "".join([*pieces, spoken[position:]])


def rewrites(spoken: str) -> Iterator[Rewrite]:
    """Yield the spans of the text that are written differently, in order and without overlap."""
    position = 0
    while found := _CANDIDATE.search(spoken, position):
        rewrite = None if found["kept"] else _rewrite_at(spoken, found.start())
        if rewrite:
            yield rewrite
        position = rewrite.end if rewrite else found.end()


def _rewrite_at(spoken: str, start: int) -> Rewrite | None:
    for rule, write in _RULES:
        match = rule.match(spoken, start)
        written = write(match) if match else None
        if match and written:
            return Rewrite(start, match.end(), written)
    return None


_DIGITS = "[零〇一二三四五六七八九幺]"
_CARDINAL = "[零〇一二三四五六七八九十百千万亿两]+"
_ANY = "[零〇一二三四五六七八九十百千万亿幺两]"
_ENDS = f"(?!{_ANY})"

_KEPT = (
    "五一|六一|一五一十|国庆十一|十一(?=假期|长假|黄金周|国庆)|十堰|十有八九|不离十|三十而立|四十不惑|不怕一万"
    "|二百五(?!十)|一千零一夜|三十六计|七十二(?=行|变)|五十步笑百步|一点一滴|一点五颜六色|十足|十全十美|十字"
    "|十分(?!钟|之)|百分百"
)
_CANDIDATE = re.compile(f"(?P<kept>{_KEPT})|{_ANY}+")
_APPROXIMATE_BEFORE = frozenset("几数")
_APPROXIMATE_AFTER = frozenset("几来")
_TIME_WORDS = (
    "早上",
    "早晨",
    "上午",
    "中午",
    "下午",
    "晚上",
    "凌晨",
    "傍晚",
    "清晨",
    "夜里",
    "今晚",
    "明早",
    "昨晚",
)


def _date(match: re.Match[str]) -> str | None:
    year, month, day, day_word = match.group("year", "month", "day", "day_word")
    written = _year(year, followed_by_month=month is not None) if year else ""
    if written is None or (not year and not day):
        return None
    written += "年" if year else ""
    if month:
        number = cardinal_value(month)
        if number is None or not 1 <= number <= 12:
            return None
        written += f"{number}月"
    if day:
        number = cardinal_value(day)
        if number is None or not 1 <= number <= 31:
            return None
        written += f"{number}{day_word}"
    return written


def _year(spoken: str, *, followed_by_month: bool) -> str | None:
    if not set(spoken) & set("十百千万亿两"):
        # 九八年 is a year, 三五年 is some years.
        vague = len(spoken) == 2 and spoken[0] in "一二三四" and not followed_by_month
        return None if vague or not 2 <= len(spoken) <= 4 else digits_of(spoken)
    value = cardinal_value(spoken)
    return None if value is None or value < 10 else _number(spoken, Decimal(value))


def _percentage(match: re.Match[str]) -> str | None:
    if match["all"]:
        return "100%"
    number = _decimal_or_cardinal(match["whole"], match["fraction"])
    return None if number is None else f"{number}%"


def _fraction(match: re.Match[str]) -> str | None:
    below, above = cardinal_value(match["below"]), cardinal_value(match["above"])
    if not below or above is None:
        return None
    return f"{above}/{below}"


def _clock(match: re.Match[str]) -> str | None:
    hour = cardinal_value(match["hour"])
    minute, minute_word, second, rest = match.group("minute", "minute_word", "second", "rest")
    if hour is None or hour > 24:
        return None
    after_time_word = match.string.endswith(_TIME_WORDS, 0, match.start())
    if minute is None:
        return f"{hour}点{rest or ''}" if hour >= 10 or rest or after_time_word else None
    number = cardinal_value(minute.lstrip("零〇"))
    if number is None or number > 59:
        return None
    padded = minute[0] in "零〇"
    if padded and number > 9:
        return None
    if not minute_word and (not after_time_word if padded else number < 10):
        return None
    written = f"{hour}点{'0' if padded else ''}{number}{minute_word or ''}"
    if second is not None:
        seconds = cardinal_value(second.lstrip("零〇"))
        if seconds is None or seconds > 59:
            return None
        written += f"{'0' if second[0] in '零〇' else ''}{seconds}秒"
    return written


def _dotted(match: re.Match[str]) -> str | None:
    parts = match[0].split("点")
    return ".".join(map(digits_of, parts)) if max(map(len, parts)) > 1 else None


def _decimal(match: re.Match[str]) -> str | None:
    number = _decimal_or_cardinal(match["whole"], match["fraction"])
    return None if number is None else number + (match["scale"] or "")


def _digit_string(match: re.Match[str]) -> str | None:
    digits = match["digits"]
    if len(digits) < 3 and not set(digits) & set("零〇幺"):
        return None
    return digits_of(digits) + ("10" if match["ten"] else "")


def _cardinal(match: re.Match[str]) -> str | None:
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    if before in _APPROXIMATE_BEFORE or after in _APPROXIMATE_AFTER:
        return None
    value = cardinal_value(match[0])
    return None if value is None or value < 10 else _number(match[0], Decimal(value))


_RULES = (
    (
        re.compile(
            f"(?:(?P<year>{_ANY}+)年)?(?:(?P<month>{_CARDINAL})月(?:(?P<day>{_CARDINAL})(?P<day_word>日|号))?)?"
        ),
        _date,
    ),
    (
        re.compile(
            f"百分之(?:(?P<all>百){_ENDS}|(?P<whole>{_CARDINAL})(?:点(?P<fraction>{_DIGITS}+))?{_ENDS})"
        ),
        _percentage,
    ),
    (re.compile(f"(?P<below>{_CARDINAL})分之(?P<above>{_CARDINAL}){_ENDS}"), _fraction),
    (re.compile(f"{_DIGITS}+(?:点{_DIGITS}+){{3}}{_ENDS}(?!点)"), _dotted),
    (
        re.compile(
            f"(?P<hour>{_CARDINAL})点(?:(?P<rest>半|整|钟|[一三]刻)"
            f"|(?P<minute>{_CARDINAL})(?:(?P<minute_word>分)(?!之|钟)(?:(?P<second>{_CARDINAL})秒)?)?)?{_ENDS}(?!点)"
        ),
        _clock,
    ),
    (
        re.compile(f"(?P<whole>{_CARDINAL})点(?P<fraction>{_DIGITS}+)(?P<scale>[万亿])?{_ENDS}(?!点)"),
        _decimal,
    ),
    (re.compile(f"(?P<digits>{_DIGITS}{{2,}}?)(?P<ten>十)?{_ENDS}"), _digit_string),
    (re.compile(f"{_CARDINAL}{_ENDS}"), _cardinal),
)


def _decimal_or_cardinal(whole: str, fraction: str | None) -> str | None:
    value = cardinal_value(whole)
    if value is None:
        return None
    if fraction is None:
        return _number(whole, Decimal(value))
    return _number(f"{whole}点{fraction}", Decimal(f"{value}.{digits_of(fraction)}"))


def _number(spoken: str, value: Decimal) -> str:
    """Return the number as wetext writes it, or plainly when wetext writes something else."""
    written = _wetext(spoken)
    if written_value(written) == value:
        return written
    return f"{value // 10**8}亿" if value >= 10**8 and value % 10**8 == 0 else str(value)


def _wetext(spoken: str) -> str:
    if len(spoken) == 1 and spoken in DIGIT_VALUES:
        return str(DIGIT_VALUES[spoken])
    try:
        return str(_normalizer().normalize(spoken)).replace(" ", "")
    except Exception:
        # A library's failure on one number must not cost the sentence; the caller writes the value plainly.
        return ""


@cache
def _normalizer() -> Normalizer:
    from wetext import Normalizer

    return Normalizer(lang="zh", operator="itn")
