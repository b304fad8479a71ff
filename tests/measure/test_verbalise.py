"""Whether a written form reads back as what was said."""

import pytest

from asrgate.measure.verbalise import has_digits, longest_numeral, reads_back


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("123", "一二三"),
        ("123", "一百二十三"),
        ("123", "幺二三"),
        ("5763", "五千七百六十三"),
        ("12345", "一万两千三百四十五"),
        ("120", "一百二"),
        ("2300块", "两千三块"),
        ("15000", "一万五"),
        ("115", "一百一十五"),
        ("115", "一百十五"),
        ("1050", "一千零五十"),
        ("10005", "一万零五"),
        ("20003000", "两千万三千"),
        ("100000000", "一亿"),
        ("3亿5000万", "三亿五千万"),
        ("3.5万", "三万五"),
        ("1,200元", "一千二百元"),
        ("0", "零"),
        ("007", "零零七"),
        ("62.3", "六十二点三"),
        ("1.3.10版本", "一点三点十版本"),
        ("10几个", "十几个"),
        ("第3名", "第三名"),
        ("12345678910", "一二三四五六七八九十"),
        ("1亿2300人", "一亿零两千三百人"),
    ],
)
def test_numbers_read_back(written: str, spoken: str) -> None:
    """As digits, as a cardinal, and in the short forms of speech."""
    assert reads_back(written, spoken)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("2024年7月25日", "二零二四年七月二十五日"),
        ("2024年07月25日", "二零二四年七月二十五日"),
        ("2024/07/25", "二零二四年七月二十五日"),
        ("2024-7-25", "二零二四年七月二十五号"),
        ("2008/08", "二零零八年八月"),
        ("3:15", "三点十五分"),
        ("3:15", "三点一刻"),
        ("2:00", "两点"),
        ("8:05", "八点零五分"),
        ("3:30p.m.", "下午三点半"),
        ("下午3点半", "下午三点半"),
        ("下午15:30", "下午三点半"),
        ("2.5小时", "两个半小时"),
    ],
)
def test_dates_and_times_read_back(written: str, spoken: str) -> None:
    """In the forms of FunASR and of other ITN libraries."""
    assert reads_back(written, spoken)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("35.5%", "百分之三十五点五"),
        ("1/2", "二分之一"),
        ("100%", "百分之百"),
        ("3:2", "三比二"),
        ("78:96", "七十八比九十六"),
        ("¥1200", "一千二百元"),
        ("¥3.5", "三块五"),
        ("$20", "二十美元"),
        ("100万元", "一百万元"),
        ("2.5km", "两点五公里"),
        ("-5℃", "零下五度"),
        ("15°", "十五度"),
        ("3~5个", "三五个"),
        ("80~90", "八九十"),
        ("13800138000", "幺三八零零幺三八零零零"),
        ("请拨打 138-0013-8000。", "请拨打，幺三八零零幺三八零零零"),
    ],
)
def test_money_measures_and_phone_numbers_read_back(written: str, spoken: str) -> None:
    """The unit may be written before the number, and said after it."""
    assert reads_back(written, spoken)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("123", "一二四"),
        ("5763", "五千七百三十六"),
        ("15", "五十"),
        ("1200", "一万二"),
        ("2024年7月25日", "二零二四年七月二十日"),
        ("8:05", "八点五十分"),
        ("35%", "百分之五十三"),
        ("710", "七百"),
        ("10×210mm", "十乘二十毫米"),
        ("¥1200", "一千二百"),
        ("13800138000", "一三八零零一三八零零"),
        ("你好123", "你们一二三"),
        ("", "一二三"),
    ],
)
def test_other_numbers_and_other_words_do_not(written: str, spoken: str) -> None:
    """Neither a wrong digit nor a lost word is read back."""
    assert not reads_back(written, spoken)


def test_the_longest_run_of_numerals_is_found() -> None:
    """Lone numerals in words count as well, when there is nothing longer."""
    assert longest_numeral("一起去二零二四年的会") == "二零二四"
    assert longest_numeral("一起去") == "一"
    assert longest_numeral("你好") == ""


def test_only_ascii_digits_are_digits() -> None:
    """Chinese numerals and full-width digits are not."""
    assert has_digits("第3名")
    assert not has_digits("第三名")
    assert not has_digits("３")
