"""Inverse text normalisation: the written forms, and the words that must stay words."""

import pytest

from asrgate.reference import itn
from asrgate.reference.itn import rewrites, written_form

WRITTEN = {
    "the guide": {
        "一二三": "123",
        "二零二四年七月二十五日": "2024年7月25日",
        "五千七百六十三": "5763",
    },
    "dates and years": {
        "今天是二零二五年十月一日": "今天是2025年10月1日",
        "二零零八年八月": "2008年8月",
        "八月八日开幕": "8月8日开幕",
        "十二月三十一号": "12月31号",
        "一九四九年": "1949年",
        "九八年的洪水": "98年的洪水",
        "零八年": "08年",
        "两千零五年八月五号": "2005年8月5号",
        "二十世纪九十年代": "20世纪90年代",
        "二十五号下班": "25号下班",
    },
    "digit strings": {
        "一三八零零一三八零零零": "13800138000",
        "我的电话是幺三五零幺二三四五六七": "我的电话是13501234567",
        "零一零六二七七八八九九": "01062778899",
        "请拨幺幺零": "请拨110",
        "三零七房间": "307房间",
        "二零二四": "2024",
        "一二三四五六七八九": "123456789",
        "一二三四五六七八九十": "12345678910",
        "零零七": "007",
        "幺二七点零点零点幺": "127.0.0.1",
    },
    "cardinals": {
        "十": "10",
        "十二个人": "12个人",
        "一百零一": "101",
        "一百一十一": "111",
        "两千零一十二": "2012",
        "一百二": "120",
        "两千三": "2300",
        "一万五": "15000",
        "一万两千三百四十五": "12345",
        "共四百六十五篇": "共465篇",
        "一百多公里": "100多公里",
        "您好三百六十五号": "您好365号",
        "第二十三届": "第23届",
        "第一百名": "第100名",
        "负十五": "负15",
        "零下十五度": "零下15度",
        "十乘二十毫米": "10乘20毫米",
        "七十八比九十六": "78比96",
    },
    "wan and yi": {
        "五万": "50000",
        "一百万": "100万",
        "三百一十五万字": "315万字",
        "三亿五千万": "3亿5000万",
        "十二亿人": "12亿人",
        "一亿": "1亿",
        "六点四二万人": "6.42万人",
        "一亿零两千三百人": "1亿2300人",
    },
    "decimals, percentages, fractions": {
        "三点一四一五九": "3.14159",
        "零点五": "0.5",
        "两点五公里": "2.5公里",
        "一百二十点五": "120.5",
        "百分之三十五": "35%",
        "百分之六点三": "6.3%",
        "百分之百": "100%",
        "三分之一": "1/3",
        "十六分之三": "3/16",
        "三十六点五度": "36.5度",
    },
    "money and units": {
        "一千二百元": "1200元",
        "三十五点五元": "35.5元",
        "一百二十块": "120块",
        "五十公斤": "50公斤",
        "一百八十厘米": "180厘米",
    },
    "clock times": {
        "十一点": "11点",
        "十一点半": "11点半",
        "三点十五分": "3点15分",
        "八点零五分": "8点05分",
        "八点二十": "8点20",
        "下午三点": "下午3点",
        "下午三点半": "下午3点半",
        "早上八点零五": "早上8点05",
        "五点三十五分三十六秒": "5点35分36秒",
        "零点十分登机": "0点10分登机",
        "两点钟": "2点钟",
        "十分钟": "10分钟",
    },
}

UNCHANGED = (
    "一起去",
    "一个人",
    "万一有一天",
    "一心一意",
    "星期一",
    "一点都不好",
    "有一点累",
    "一点一点来",
    "一点一滴",
    "三三两两",
    "五一劳动节",
    "一五一十",
    "十分高兴",
    "十全十美",
    "十足的信心",
    "八九不离十",
    "十有八九",
    "十几个",
    "几十万",
    "十来个",
    "三五个",
    "七八百块",
    "二三十人",
    "一两年",
    "三五年",
    "千万不要",
    "百万富翁",
    "百度",
    "四舍五入",
    "统一",
    "第一名",
    "三亚",
    "张三李四",
    "十三五规划",
    "不管三七二十一",
    "万分之一",
    "不怕一万就怕万一",
    "十一黄金周",
    "阿里开源的语音识别真是太牛了",
    "hello world",
    "",
)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [pair for family in WRITTEN.values() for pair in family.items()],
    ids=lambda text: text,
)
def test_spoken_numbers_are_written_in_digits(spoken: str, written: str) -> None:
    """A spoken number is written as docs/embedded-endpoint.md says."""
    assert written_form(spoken) == written


@pytest.mark.parametrize("spoken", UNCHANGED)
def test_what_only_looks_like_a_number_stays(spoken: str) -> None:
    """Idioms, estimates, single digits and names keep their characters."""
    assert written_form(spoken) == spoken


def test_the_table_is_as_long_as_promised() -> None:
    """The guide's three examples and more than sixty others are checked."""
    assert sum(map(len, WRITTEN.values())) >= 63


def test_rewrites_name_the_spans() -> None:
    """Each rewrite names the characters it replaces, in order."""
    assert [(r.start, r.end, r.written) for r in rewrites("一共三百六十五天和二十四小时")] == [
        (2, 7, "365"),
        (9, 12, "24"),
    ]


@pytest.mark.parametrize("answer", ["", "完全不同", "9 9"])
def test_a_wrong_answer_of_the_library_never_loses_the_text(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When wetext gives nothing or another number, the value is written plainly."""

    class Wrong:
        def normalize(self, text: str) -> str:
            return answer

    monkeypatch.setattr(itn, "_normalizer", Wrong)
    assert written_form("共五千七百六十三人") == "共5763人"


def test_an_exception_of_the_library_never_loses_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """When wetext raises, the value is written plainly."""

    def broken() -> None:
        raise RuntimeError("no grammar")

    monkeypatch.setattr(itn, "_normalizer", broken)
    assert written_form("三百六十五天") == "365天"
