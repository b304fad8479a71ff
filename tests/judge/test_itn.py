"""ITN: numbers as they are written."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.itn import NumberRuns, itn_is_on_by_default, numbers_are_written, spoken_forms_are_kept

from .exchanges import judged
from .recorded import ALL, WITH_SESSION_STAMPS, heard

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
