"""Whether a written form reads back as what was said: 2024年7月25日 as 二零二四年七月二十五日.

A number can be read in several ways (digit by digit, as a cardinal, 两 for 二, 幺 for 一), so a written form
becomes a pattern of all its readings, and the question is whether the spoken form matches it.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Literal

from asrgate.measure.normalisation import TEXT

NUMERALS = "零〇一二两三四五六七八九十百千万亿幺"

_DIGITS = ("[零〇洞]", "[一幺]", "[二两]", "三", "四", "五", "六", "七", "八", "九")
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_MOST_DIGITS = 16
_HALF_DAY = "(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜)?"
_CURRENCIES = {"¥": "元块", "￥": "元块", "$": "美元", "€": "欧元", "£": "英镑"}
_UNITS = {
    "km": "公里|千米", "m": "米", "cm": "厘米|公分", "mm": "毫米", "km/h": "公里每小时|千米每小时",
    "kg": "公斤|千克", "g": "克", "mg": "毫克", "t": "吨", "l": "升", "ml": "毫升",
    "m2": "平方米|平米", "m²": "平方米|平米", "m3": "立方米", "m³": "立方米",
    "h": "小时|个小时", "min": "分钟", "s": "秒", "℃": "度|摄氏度", "°c": "度|摄氏度", "°": "度",
}  # fmt: skip
_UNIT_NAMES = "|".join(re.escape(name) for name in sorted(_UNITS, key=len, reverse=True))
_SYMBOLS = {"×": "(?:乘|乘以)", "+": "(?:加|加上)?", "=": "(?:等于)", "&": "(?:和|and)?"}
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)*"


def reads_back(written: str, spoken: str) -> bool:
    """Whether one reading of `written` is `spoken`, punctuation, spaces and letter case aside."""
    return re.fullmatch(_pattern(written), _bare(spoken)) is not None


def read_aloud(written: str, beside: str) -> str:
    """Return a text whose numbers stand in words, each as it stands in `beside` if it can be read so.

    123 is 一二三 beside 一二三 and 一百二十三 beside 一百二十三; beside anything else it is what `wetext`
    reads, in English where neither text has a Chinese character.
    """
    if not has_digits(written):
        return written
    text = _half_width(written)
    language: Literal["zh", "en"] = "zh" if _CHINESE.search(text + beside) else "en"
    other, heard = _bare(beside), 0
    aloud, position = "", 0
    while position < len(text):
        match = next((found for form, _ in _FORMS if (found := form.match(text, position))), None)
        if match is None:
            aloud += text[position]
            position += 1
            continue
        # Forms in the text are read one by one, and in `beside` they stand in the same order.
        reading = re.compile(next(read(match) for form, read in _FORMS if form is match.re))
        there = reading.search(other, heard) or reading.search(other)
        if there is not None and there[0]:
            aloud += there[0]
            heard = there.end()
        else:
            aloud += _as_usual(match[0], language)
        position = match.end()
    return aloud


_CHINESE = re.compile("[\u3400-\u9fff]")


def _as_usual(text: str, language: Literal["zh", "en"]) -> str:
    return str(_verbaliser(language).normalize(text))


@cache
def _verbaliser(language: Literal["zh", "en"]) -> Any:
    # Imported here: it takes most of a second, which every command would wait for.
    from wetext import Normalizer  # type: ignore[import-untyped]

    return Normalizer(lang=language, operator="tn", remove_erhua=False)


def longest_numeral(text: str) -> str:
    """The longest run of Chinese numerals in a text, the first of equals; empty when there is none."""
    return max(re.findall(f"[{NUMERALS}]+", text), key=len, default="")


def has_digits(text: str) -> bool:
    """Whether a text has ASCII digits."""
    return re.search("[0-9]", text) is not None


def _bare(text: str) -> str:
    return TEXT(text).replace(" ", "")


def _pattern(written: str) -> str:
    text = _half_width(written)
    pattern, position = "", 0
    while position < len(text):
        for form, reading in _FORMS:
            match = form.match(text, position)
            if match is not None:
                pattern += reading(match)
                position = match.end()
                break
        else:
            character = text[position]
            pattern += _SYMBOLS.get(character) or re.escape(_bare(character))
            position += 1
    return pattern


def _half_width(text: str) -> str:
    """ASCII forms of digits, letters and signs, in lower case; Chinese as it is."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" and c != "￥" else c for c in text).casefold()


def _any_of(readings: Iterable[str]) -> str:
    return "(?:" + "|".join(dict.fromkeys(readings)) + ")"


def _number(text: str) -> str:
    """All readings of 5763, 1,200, 35.5, 1.3.10 or 07, where the zero need not be said."""
    whole, *parts = text.replace(",", "").split(".")
    readings = [_digit_by_digit(whole), *_cardinals(whole.removeprefix("0") if len(whole) == 2 else whole)]
    if whole.endswith("910"):
        # Whoever counts 一二三 … 八九十 ends with 十.
        readings.append(_digit_by_digit(whole[:-2]) + "十")
    if not parts:
        return _any_of(readings)
    fraction = "点" + "点".join(
        _any_of([_digit_by_digit(part), *(_cardinals(part) if len(parts) > 1 else ())]) for part in parts
    )
    read = _any_of(readings) + fraction
    if parts == ["5"]:
        return _any_of(
            [read, *(f"{whole_read}个?半" for whole_read in readings), *(["半"] if whole == "0" else [])]
        )
    return read


def _digit_by_digit(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def _cardinals(digits: str) -> list[str]:
    if len(digits) > _MOST_DIGITS or (len(digits) > 1 and digits[0] == "0"):
        return []
    full = _cardinal(int(digits))
    readings = [full]
    # 一百二 for 120, 两千三 for 2300, 一万五 for 15000: the last unit goes unsaid.
    short = re.fullmatch(r"(.*(?P<above>[十百千万亿]))(?P<digit>[^零十百千万亿]+)(?P<unit>[十百千万])", full)
    if short is not None and _follows(short["above"], short["unit"]):
        readings.append(short[1] + short["digit"].removesuffix("?"))
    return readings


def _follows(above: str, unit: str) -> bool:
    return above + unit in {"百十", "千百", "万千", "亿万"}


def _cardinal(value: int) -> str:
    if value == 0:
        return _DIGITS[0]
    read, gap = "", False
    for group in range(3, -1, -1):
        part = value // 10 ** (4 * group) % 10**4
        if part == 0:
            gap = bool(read)
            continue
        if read and (gap or part < 1000):
            read += "零"
        read += _below_ten_thousand(part, leading=not read) + _GROUPS[group]
        gap = False
    return read


def _below_ten_thousand(value: int, *, leading: bool) -> str:
    read, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            gap = bool(read)
            continue
        read += "零" if gap else ""
        bare_ten = place == 1 and digit == 1 and not read
        # 十五 at the beginning; 一百一十五 or 一百十五 within.
        read += ("一?" if bare_ten or (place == 1 and digit == 1) else _DIGITS[digit]) + _PLACES[place]
        gap = False
    return read


def _year(digits: str) -> str:
    return _any_of([_digit_by_digit(digits), *_cardinals(digits)])


def _date(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{_year(year)}年{_number(_plain(month))}月{_number(_plain(day))}[日号]?"


def _plain(digits: str) -> str:
    return str(int(digits))


def _clock(match: re.Match[str]) -> str:
    hour, minute, second, half = match.groups()
    hours = [_number(_plain(hour))]
    if 12 < int(hour) <= 24:
        hours.append(_number(str(int(hour) - 12)))
    seconds = f"{_number(_plain(second))}秒" if second else ""
    time = f"{_HALF_DAY if half or len(hours) > 1 else ''}{_any_of(hours)}[点时]{_minutes(minute)}{seconds}"
    score = f"{_number(hour)}[比对]{_number(minute)}"
    return time if half or second else _any_of([time, score])


def _minutes(minute: str) -> str:
    value = int(minute)
    readings = ["零?" + _number(str(value)) + "分?"] if value else ["整?", "钟?", _DIGITS[0] * 2 + "分?"]
    readings += {15: ["一刻"], 30: ["半"], 45: ["三刻"]}.get(value, [])
    return _any_of(readings)


def _money(match: re.Match[str]) -> str:
    sign, amount, scale = match.groups()
    units = _CURRENCIES[sign]
    unit = "(?:元钱?|块钱?|圆|人民币)" if units == "元块" else f"(?:{units}|美金|刀|块)"
    readings = [_scaled(amount, scale) + unit]
    whole, _, fraction = amount.replace(",", "").partition(".")
    if fraction and not scale:
        jiao, fen = _DIGITS[int(fraction[0])], _DIGITS[int(fraction[1])] if len(fraction) > 1 else ""
        readings.append(f"{_number(whole)}[元块]{jiao}[角毛]?" + (f"{fen}分?" if fen else ""))
    return _any_of(readings)


def _scaled(amount: str, scale: str | None) -> str:
    """All readings of 3.5万: 三点五万, 三万五, 三万五千."""
    if not scale:
        return _number(amount)
    readings = [_number(amount) + scale]
    whole, _, fraction = amount.replace(",", "").partition(".")
    if fraction and scale in _GROUPS and len(fraction) <= 4:
        value = (int(whole) * 10 ** len(fraction) + int(fraction)) * 10 ** (
            4 * _GROUPS.index(scale) - len(fraction)
        )
        readings += _cardinals(str(value))
    return _any_of(readings)


def _percent(match: re.Match[str]) -> str:
    amount, sign = match.groups()
    whole = "百" if sign == "%" else "千"
    all_of_it = [f"{whole}分之?百"] if amount == "100" else []
    return _any_of([f"{whole}分之{_number(amount)}", f"{_number(amount)}个?(?:百分点|点)", *all_of_it])


def _span(match: re.Match[str]) -> str:
    """All readings of 3~5 and 80~90: 三到五, 三五, 八九十."""
    low, high = match.groups()
    readings = [f"{_number(low)}[到至]?{_number(high)}"]
    if len(low) == len(high) and low[1:] == high[1:] == "0" * (len(low) - 1):
        readings.append(_DIGITS[int(low[0])] + _number(high))
    return _any_of(readings)


def _fraction(match: re.Match[str]) -> str:
    over, under = match.groups()
    day = f"{_number(over)}月{_number(under)}[日号]?"
    month = f"{_year(over)}年{_number(under)}月"
    return _any_of([f"{_number(under)}分之{_number(over)}", month if len(over) == 4 else day])


def _measure(match: re.Match[str]) -> str:
    amount, scale, unit = match.groups()
    return _scaled(amount, scale) + f"(?:{_UNITS[unit]})"


def _below_zero(match: re.Match[str]) -> str:
    return "(?:负|零下)"


def _between(match: re.Match[str]) -> str:
    """What may be said for the mark between two numbers that nothing else explains: 3:2, 138-0013."""
    return "[到至杠减比]?"


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(\d{4}|\d{2})[/-](\d{1,2})[/-](\d{1,2})(?!\d)"), _date),
    (re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d) ?([ap]\.?m\.?)?"), _clock),
    (re.compile(rf"([¥￥$€£])({_NUMBER})([万亿])?"), _money),
    (re.compile(rf"({_NUMBER})([%‰])"), _percent),
    (re.compile(rf"({_NUMBER})[~～]({_NUMBER})"), _span),
    (re.compile(r"(\d+)/(\d+)(?![/\d])"), _fraction),
    (re.compile(rf"({_NUMBER})([万亿])? ?({_UNIT_NAMES})(?![a-z0-9])"), _measure),
    (re.compile(r"(?<![0-9a-z])-(?=\d)"), _below_zero),
    (re.compile(r"(?<=\d)[-:—](?=\d)"), _between),
    (re.compile(rf"({_NUMBER})([万亿])(?=\d)"), lambda match: _scaled(match[1], match[2]) + "零?"),
    (re.compile(rf"({_NUMBER})([万亿])"), lambda match: _scaled(match[1], match[2])),
    (re.compile(rf"{_NUMBER}"), lambda match: _number(match[0])),
)
"""Written forms and how each is read, the most special first."""
