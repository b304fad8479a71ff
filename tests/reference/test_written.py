"""Written sentences: text, clauses and one stamp per token."""

import pytest

from asrgate.reference.recogniser import Token
from asrgate.reference.written import stamped, write


def spoken(text: str, start_ms: int = 300, step_ms: int = 200, length_ms: int = 160) -> list[Token]:
    """Return one token per character, or per word where the text has blanks."""
    words = text.split() if " " in text else list(text)
    return [
        Token(word, start_ms + step_ms * index, start_ms + step_ms * index + length_ms)
        for index, word in enumerate(words)
    ]


def marks(count: int, **at: str) -> list[str]:
    """Return a full stop at the end and the marks asked for: m1 is the one after the second token."""
    return [*(at.get(f"m{index}", "") for index in range(count - 1)), "。"]


def test_digits_share_the_span_of_the_number() -> None:
    """The recorded case: 一二三 from 300 to 859 ms becomes 123 in three equal parts."""
    tokens = [Token("一", 300, 460), Token("二", 500, 659), Token("三", 700, 859)]
    sentence = write(tokens, marks(3), itn=True)
    assert sentence.text == "123。"
    assert sentence.stamps == ((300, 486), (486, 672), (672, 859))
    assert [clause.spaced for clause in sentence.clauses] == ["1 2 3"]


def test_words_around_digits_keep_their_time() -> None:
    """The 年, 月 and 日 of a date were spoken and stay where they were."""
    tokens = spoken("二零二四年七月二十五日")
    sentence = write(tokens, marks(11), itn=True)
    times = dict(zip(sentence.text, sentence.stamps, strict=False))
    assert sentence.text == "2024年7月25日。"
    assert [times[word] for word in "年月日"] == [(1100, 1260), (1500, 1660), (2300, 2460)]


@pytest.mark.parametrize(
    ("text", "written", "stamps"),
    [
        ("三点一四", "3.14。", 3),
        ("百分之三十五", "35%。", 2),
        ("三分之一", "1/3。", 2),
        ("三亿五千万", "3亿5000万。", 7),
    ],
)
def test_signs_inside_numbers_have_no_stamp(text: str, written: str, stamps: int) -> None:
    """Digits and Chinese characters are stamped; the signs . % / stand behind the token before them."""
    sentence = write(spoken(text), marks(len(text)), itn=True)
    assert sentence.text == written
    assert len(sentence.stamps) == stamps
    assert len(sentence.clauses[0].spaced.split(" ")) == stamps
    assert sentence.clauses[0].spaced.replace(" ", "") + "。" == written


def test_stamps_never_run_backwards() -> None:
    """Starts increase and spans join, whatever was rewritten."""
    text = "会议定于二零二五年十月十六日八点三十五分共三百六十五人"
    stamps = write(spoken(text), marks(len(text)), itn=True).stamps
    edges = [edge for stamp in stamps for edge in stamp]
    assert edges == sorted(edges)


def test_without_itn_every_token_stays() -> None:
    """itn:false changes nothing."""
    tokens = spoken("一二三")
    assert write(tokens, marks(3), itn=False).clauses[0].tokens == tuple(tokens)


def test_marks_divide_clauses_but_not_numbers() -> None:
    """A comma at a pause ends a clause; inside a number it is dropped."""
    sentence = write(spoken("你好三百六十五"), marks(7, m1="，", m4="，"), itn=True)
    assert sentence.text == "你好，365。"
    assert [(clause.spaced, clause.mark) for clause in sentence.clauses] == [("你 好", "，"), ("3 6 5", "。")]


def test_words_in_latin_letters_keep_their_blanks() -> None:
    """One token per word, a blank on either side, none between digits."""
    sentence = write(spoken("我 们 的 server 有 十 二 台"), marks(8), itn=True)
    assert sentence.text == "我们的 server 有12台。"
    assert len(sentence.stamps) == 8


def test_a_number_without_speech_of_its_own_has_no_length() -> None:
    """What no token accounts for is stamped where the token before it ends."""
    assert stamped("年1", [Token("年", 0, 100)]) == [Token("年", 0, 100), Token("1", 100, 100)]


def test_nothing_spoken_is_nothing_written() -> None:
    """An empty sentence has no text, no clause and no stamp."""
    sentence = write([], (), itn=True)
    assert (sentence.text, sentence.clauses, sentence.stamps) == ("", (), ())
