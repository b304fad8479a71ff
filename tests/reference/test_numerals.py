"""Values of spoken and written numbers."""

from decimal import Decimal

import pytest

from asrgate.reference.numerals import cardinal_value, digits_of, written_value


@pytest.mark.parametrize(
    ("spoken", "value"),
    [
        ("零", 0),
        ("十", 10),
        ("一百零一", 101),
        ("一百一十一", 111),
        ("两千零十", 2010),
        ("一百二", 120),
        ("两千三", 2300),
        ("一万五", 15000),
        ("一万零三百", 10300),
        ("一百万一千一百一十一", 1001111),
        ("一亿零两千三百", 100002300),
        ("一亿七万两千三百", 100072300),
    ],
)
def test_cardinals_have_their_value(spoken: str, value: int) -> None:
    """Well-formed cardinals, short forms of speech among them."""
    assert cardinal_value(spoken) == value


@pytest.mark.parametrize(
    "spoken", ["", "一一", "二三十", "百", "百二", "五十五十", "一百零", "千万", "三百两千", "零零"]
)
def test_what_is_no_cardinal_has_no_value(spoken: str) -> None:
    """Estimates, bare units and nonsense are not guessed at."""
    assert cardinal_value(spoken) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5763", "5763"),
        ("35.5", "35.5"),
        ("3亿5000万", "350000000"),
        ("6.42万", "64200"),
        ("100万", "1000000"),
    ],
)
def test_written_numbers_have_their_value(written: str, value: str) -> None:
    """Digits with 万 and 亿 between them."""
    assert written_value(written) == Decimal(value)


@pytest.mark.parametrize("written", ["", "12.", "一亿", "6.4 20000", "万", "1a", "1.2.3"])
def test_what_is_no_written_number_has_no_value(written: str) -> None:
    """Anything else is None, so that a wrong answer of a library shows."""
    assert written_value(written) is None


def test_digits_are_read_one_by_one() -> None:
    """幺 is one, 〇 is zero."""
    assert digits_of("幺三〇零二") == "13002"
