"""Chinese numerals: what a spoken number is worth, so that a written one can be checked against it."""

from __future__ import annotations

from decimal import Decimal

DIGIT_VALUES = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "幺": 1,
    "两": 2,
}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10**4, "亿": 10**8}


def digits_of(spoken: str) -> str:
    """Return the ASCII digits of a number said digit by digit: 幺三八 gives 138."""
    return "".join(str(DIGIT_VALUES[character]) for character in spoken)


def cardinal_value(spoken: str) -> int | None:
    """Return the value of a cardinal such as 五千七百六十三 or 三亿五千万, None when it is not well formed.

    The short forms of speech count as well: 一百二 is 120, 两千三 is 2300, 一万五 is 15000.
    """
    total = 0
    ceiling = 10**12
    rest = spoken
    for unit, worth in reversed(_LARGE_UNITS.items()):
        if unit not in rest:
            continue
        head, rest = rest.split(unit, 1)
        value = _below_ten_thousand(head)
        if value is None or value == 0 or worth >= ceiling:
            return None
        total += value * worth
        ceiling = worth
        if not rest:
            return total
        if len(rest) == 1 and rest in DIGIT_VALUES and rest not in "零〇":
            return total + DIGIT_VALUES[rest] * worth // 10
    value = _below_ten_thousand(rest)
    return None if value is None else total + value


def _below_ten_thousand(spoken: str) -> int | None:
    if spoken in DIGIT_VALUES:
        return DIGIT_VALUES[spoken]
    total, worth, pending, after_zero = 0, 10000, None, False
    for position, character in enumerate(spoken):
        if character in "零〇":
            if after_zero or pending is not None or position == len(spoken) - 1:
                return None
            after_zero = True
        elif character in DIGIT_VALUES:
            if pending is not None:
                return None
            pending = DIGIT_VALUES[character]
        elif character in _SMALL_UNITS:
            unit = _SMALL_UNITS[character]
            bare_ten = character == "十" and pending is None and (position == 0 or after_zero)
            if unit >= worth or (pending is None and not bare_ten):
                return None
            total += (1 if pending is None else pending) * unit
            worth, pending, after_zero = unit, None, False
        else:
            return None
    if pending is None:
        return total if spoken else None
    if after_zero or worth in (10, 10000):
        return total + pending
    return total + pending * worth // 10


def written_value(written: str) -> Decimal | None:
    """Return the value of a written number such as 5763, 35.5 or 3亿5000万, None when it is not one."""
    total = Decimal(0)
    number = ""
    for character in written:
        if character in _LARGE_UNITS:
            if not _is_number(number):
                return None
            total += Decimal(number) * _LARGE_UNITS[character]
            number = ""
        else:
            number += character
    if not number:
        return total if written else None
    return total + Decimal(number) if _is_number(number) else None


def _is_number(text: str) -> bool:
    whole, _, fraction = text.partition(".")
    return (
        text.isascii() and whole.isdigit() and (not fraction or fraction.isdigit()) and not text.endswith(".")
    )
