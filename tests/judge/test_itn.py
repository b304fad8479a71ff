"""ITN: numbers as they are written."""

from dataclasses import replace

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.itn import (
    NumberRuns,
    itn_is_on_by_default,
    numbers_are_written,
    numbers_are_written_as_readers_do,
    partials_are_as_spoken,
    spoken_forms_are_kept,
    words_are_left_alone,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged
from .recorded import ALL, WITH_SESSION_STAMPS, heard, partial, replied, sentence

with_itn = pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)

GUIDE = {"一二三": "123", "二零二四年七月二十五日": "2024年7月25日", "五千七百六十三": "5763"}


def run(
    dialect: str, spoken: str, on: str, *, off: str | None = None, omitted: str | None = None
) -> NumberRuns:
    """A clip and its text with ITN on; off it is as spoken, and omitted as on, unless told otherwise."""
    return NumberRuns(
        text=spoken,
        on=heard(dialect, on),
        off=heard(dialect, spoken if off is None else off),
        omitted=heard(dialect, on if omitted is None else omitted),
    )


def guide(dialect: str) -> list[NumberRuns]:
    """The three examples of the guide, as it promises them."""
    return [run(dialect, spoken, written) for spoken, written in GUIDE.items()]


@with_itn
@judged("ITN-01", Verdict.PASS, "3 of 3 numbers", "'2024年7月25日'")
def test_the_examples_of_the_guide_pass(dialect: str) -> Finding:
    """Digits, a date and a cardinal are written and read back."""
    return numbers_are_written(guide(dialect))


@with_itn
@judged("ITN-01", Verdict.PASS, "4 of 4 numbers")
def test_misheard_words_are_no_failure(dialect: str) -> Finding:
    """What is written is what was recognised, right or wrong; punctuation may differ."""
    misheard = run(dialect, "我的号码是一三八零零", "我得号吗，是13800。", off="我得号吗是一三八零零")
    return numbers_are_written([*guide(dialect), misheard])


@judged("ITN-01", Verdict.PASS, "left as spoken: '下午三点半'")
def test_one_form_that_is_left_as_spoken_passes() -> Finding:
    """Servers differ in which forms they write; the finding tells."""
    return numbers_are_written([*guide("funasr-2pass"), run("funasr-2pass", "下午三点半", "下午三点半")])


@with_itn
@judged("ITN-01", Verdict.FAIL, "'5736' does not read back as '五千七百六十三'")
def test_a_wrong_number_fails(dialect: str) -> Finding:
    """One wrong number is enough."""
    return numbers_are_written([*guide(dialect), run(dialect, "五千七百六十三", "5736")])


@with_itn
@judged("ITN-01", Verdict.FAIL, "3 of 3 numbers stayed as spoken", "'一二三'")
def test_a_server_without_itn_fails(dialect: str) -> Finding:
    """The guide promises written numbers by default."""
    return numbers_are_written([run(dialect, spoken, spoken) for spoken in GUIDE])


@judged("ITN-01", Verdict.FAIL, "does not read back")
def test_a_lost_sentence_fails() -> Finding:
    """ITN must not swallow what is around the number."""
    return numbers_are_written([run("funasr-2pass", "今天是七月二十五日", "25日")])


@judged("ITN-01", Verdict.INCONCLUSIVE, "no number was recognised")
def test_unrecognised_numbers_show_nothing() -> Finding:
    """The recogniser heard other words."""
    return numbers_are_written(
        [
            run("funasr-2pass", "一二三", "衣儿山", off="衣儿山"),
            run("funasr-2pass", "五千七百六十三", "", off=""),
        ]
    )


@pytest.mark.parametrize("dialect", ALL)
@judged("ITN-02", Verdict.PASS, "3 numbers as spoken")
def test_spoken_forms_with_itn_off_pass(dialect: str) -> Finding:
    """Also on the Python server, which never writes numbers."""
    return spoken_forms_are_kept(guide(dialect))


@pytest.mark.parametrize("dialect", ALL)
@judged("ITN-02", Verdict.FAIL, "digits with itn off: '123'")
def test_digits_with_itn_off_fail(dialect: str) -> Finding:
    """The field is ignored."""
    return spoken_forms_are_kept([*guide(dialect), run(dialect, "一二三", "123", off="123")])


@judged("ITN-02", Verdict.UNSUPPORTED, "svs_itn decides instead of itn", "<|zh|>")
def test_a_model_that_writes_numbers_itself_is_told_apart() -> Finding:
    """The tags of SenseVoice show it; upstream's servers do not hand it the field."""
    text = "<|zh|><|NEUTRAL|><|Speech|> 123。"
    return spoken_forms_are_kept([run("funasr-2pass", "一二三", text, off=text)])


@judged("ITN-02", Verdict.INCONCLUSIVE, "no number")
def test_texts_without_numbers_show_nothing() -> Finding:
    """There is no form to keep."""
    return spoken_forms_are_kept([run("funasr-2pass", "一二三", "", off="你好")])


@with_itn
@judged("ITN-03", Verdict.PASS, "3 clips")
def test_the_default_is_on(dialect: str) -> Finding:
    """Without the field the text is the same."""
    return itn_is_on_by_default(guide(dialect))


@with_itn
@judged("ITN-03", Verdict.FAIL, "'一二三' without the field, '123' with itn true")
def test_a_default_of_off_fails(dialect: str) -> Finding:
    """Both texts are shown."""
    return itn_is_on_by_default([run(dialect, "一二三", "123", omitted="一二三")])


@judged("ITN-03", Verdict.INCONCLUSIVE, "cannot be seen")
def test_without_itn_its_default_cannot_be_seen() -> Finding:
    """A server that ignores the field is judged by ITN-01."""
    return itn_is_on_by_default([run("funasr-2pass", "一二三", "一二三")])


PLAIN = "请大家保持安静"


def beside(dialect: str, on: str = PLAIN) -> tuple[Exchange, Exchange]:
    """A sentence without numbers, with ITN off and on."""
    return heard(dialect, PLAIN), heard(dialect, on)


@with_itn
@judged("ITN-04", Verdict.PASS, "nothing but numbers changed in 4 texts")
def test_numbers_alone_may_change(dialect: str) -> Finding:
    """The examples of the guide, and a sentence without numbers."""
    return words_are_left_alone(guide(dialect), *beside(dialect))


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("增长了百分之三十五", "增长了35%"),
        ("火车上午八点三十五分出发", "火车8:35a.m.出发"),
        ("价格是四千九百九十九元", "价格是¥4999"),
        ("我在二零二零年买的", "我在2020年,买的。"),
        ("一个人", "一个人"),
    ],
)
@judged("ITN-04", Verdict.PASS)
def test_units_and_signs_may_change_with_them(spoken: str, written: str) -> Finding:
    """However servers write them."""
    return words_are_left_alone([run("funasr-2pass", spoken, written)], *beside("funasr-2pass"))


@with_itn
@judged("ITN-04", Verdict.FAIL, "'保持安静' is no number")
def test_other_words_that_change_fail(dialect: str) -> Finding:
    """A sentence without numbers lost its end."""
    return words_are_left_alone(guide(dialect), *beside(dialect, "请大家"))


@judged("ITN-04", Verdict.FAIL, "'二零二四年七月二十五日' became ''")
def test_a_text_that_is_swallowed_fails() -> Finding:
    """An empty path of the grammar gives empty text."""
    return words_are_left_alone([run("funasr-2pass", "二零二四年七月二十五日", "")], *beside("funasr-2pass"))


@judged("ITN-04", Verdict.PASS)
def test_one_character_in_one_text_is_the_engines() -> Finding:
    """Here and there readings vary."""
    varied = run("funasr-2pass", "我的房间是三零六", "的房间是306")
    return words_are_left_alone([*guide("funasr-2pass"), varied], *beside("funasr-2pass"))


@judged("ITN-04", Verdict.FAIL, "'我' is no number", "(1 more like it)")
def test_one_character_in_many_texts_fails() -> Finding:
    """That is no accident."""
    rooms = run("funasr-2pass", "我的房间是三零六", "的房间是306")
    calls = run("funasr-2pass", "请拨打一一零", "拨打110")
    return words_are_left_alone([rooms, calls], *beside("funasr-2pass"))


@judged("ITN-04", Verdict.INCONCLUSIVE, "no text with itn off")
def test_without_text_nothing_changes() -> Finding:
    """Nothing was recognised."""
    silent = heard("funasr-2pass", "")
    return words_are_left_alone([run("funasr-2pass", "一二三", "", off="")], silent, silent)


def departure(on: str, *, off: str = "八点三十五分") -> NumberRuns:
    """A time, which must not become a decimal."""
    return replace(run("funasr-2pass", "八点三十五分", on, off=off), written=("8点35分", "8:35"))


@judged("ITN-05", Verdict.PASS, "'8:35。'")
def test_an_accepted_form_passes() -> Finding:
    """Punctuation may differ."""
    return numbers_are_written_as_readers_do([departure("8:35。")])


@judged("ITN-05", Verdict.FAIL, "'八点三十五分' became '8.35分', expected 8点35分 or 8:35")
def test_a_time_that_becomes_a_decimal_fails() -> Finding:
    """What is accepted is told."""
    return numbers_are_written_as_readers_do([departure("8点35分"), departure("8.35分")])


@judged("ITN-05", Verdict.PASS)
def test_groups_in_a_number_that_counts_pass() -> Finding:
    """5,763 is how many write it."""
    counts = run("funasr-2pass", "五千七百六十三", "5,763")
    return numbers_are_written_as_readers_do([replace(counts, written=("5763",))])


@judged("ITN-05", Verdict.FAIL, "became '2,024年'")
def test_groups_in_a_year_fail() -> Finding:
    """Its digits are spoken one by one."""
    year = run("funasr-2pass", "二零二四年", "2,024年")
    return numbers_are_written_as_readers_do([replace(year, written=("2024年",))])


@judged("ITN-05", Verdict.INCONCLUSIVE)
def test_misheard_and_spoken_numbers_have_no_form() -> Finding:
    """Judged is what was recognised as it was spoken, and written."""
    return numbers_are_written_as_readers_do(
        [departure("8点25分", off="八点二十五分"), departure("八点三十五分")]
    )


def announced(partial_text: str, dialect: str = "funasr-2pass") -> NumberRuns:
    """A number whose partial was this."""
    messages = [partial(dialect, partial_text), *sentence(dialect, "123")]
    return replace(run(dialect, "一二三", "123"), on=replied(dialect, *messages))


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1"])
@judged("ITN-07", Verdict.PASS, "1 partial as spoken")
def test_partials_as_spoken_pass(dialect: str) -> Finding:
    """Only the sentence result is written."""
    return partials_are_as_spoken([announced("一二三", dialect)])


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1"])
@judged("ITN-07", Verdict.FAIL, "the partial '123' is written")
def test_written_partials_fail(dialect: str) -> Finding:
    """A number may still grow when a partial comes."""
    return partials_are_as_spoken([announced("123", dialect)])


@judged("ITN-07", Verdict.INCONCLUSIVE, "no partials before a written number")
def test_without_partials_there_is_no_form_of_theirs() -> Finding:
    """The number came at once."""
    return partials_are_as_spoken(guide("funasr-2pass"))
