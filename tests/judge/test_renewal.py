"""CFG: a configuration in more than one frame."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.renewal import (
    SplitRun,
    later_chunk_size_repairs,
    later_settings_hold_from_then_on,
    split_configuration_holds,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import WITH_PARTIALS, Message, heard, sentence, spoken

with_partials = pytest.mark.parametrize("dialect", WITH_PARTIALS)
every_json_dialect = pytest.mark.parametrize("dialect", [*WITH_PARTIALS, "funasr-offline"])


@with_partials
@judged("CFG-04", Verdict.PASS, "阿里巴巴你好")
def test_a_repaired_session_passes(dialect: str) -> Finding:
    """It reads as after one whole frame."""
    return later_chunk_size_repairs(heard(dialect, "阿里巴巴你好"), heard(dialect, "阿里巴巴你好"))


@with_partials
@judged("CFG-04", Verdict.FAIL, "chunk_size in the second frame gave no text", "'阿里巴巴你好'")
def test_a_session_that_stays_deaf_fails(dialect: str) -> Finding:
    """A client that mended its mistake gets nothing."""
    deaf = session(dialect).config(omit=("chunk_size",)).config().audio(1800).end().timed_out().close()
    return later_chunk_size_repairs(deaf, heard(dialect, "阿里巴巴你好"))


@judged("CFG-04", Verdict.FAIL, "gave '阿里'")
def test_a_session_that_lost_its_text_fails() -> Finding:
    """Audio after the second frame counts from its first sample."""
    return later_chunk_size_repairs(heard("funasr-2pass", "阿里"), heard("funasr-2pass", "阿里巴巴你好"))


@judged("CFG-04", Verdict.INCONCLUSIVE, "no text after one whole frame either")
def test_nothing_is_repaired_where_nothing_is_heard() -> Finding:
    """A recogniser that hears nothing shows nothing."""
    return later_chunk_size_repairs(heard("funasr-2pass", ""), heard("funasr-2pass", ""))


def split(dialect: str, *texts: str) -> SplitRun:
    """Without hotwords, with one in the only frame, with one in the second of two."""
    without, whole, halves = (heard(dialect, text) for text in texts)
    return SplitRun(term="沈腾", without=without, whole=whole, split=halves)


@every_json_dialect
@judged("CFG-05", Verdict.PASS, "1 hotword of the second frame")
def test_hotwords_of_the_second_frame_that_are_used_pass(dialect: str) -> Finding:
    """Clips where the hotword has no effect say nothing."""
    return split_configuration_holds(
        [split(dialect, "神疼来了", "沈腾来了", "沈腾来了"), split(dialect, "沈腾", "沈腾", "神疼")]
    )


@every_json_dialect
@judged("CFG-05", Verdict.FAIL, "沈腾 as a hotword of the second frame gave '神疼来了'")
def test_hotwords_of_the_second_frame_that_are_lost_fail(dialect: str) -> Finding:
    """The C++ servers read the first text frame only."""
    return split_configuration_holds([split(dialect, "神疼来了", "沈腾来了", "神疼来了")])


@judged("CFG-05", Verdict.FAIL, "in two frames: no text")
def test_a_configuration_that_needs_one_frame_fails() -> Finding:
    """Silence after two frames is a failure, whatever hotwords do."""
    return split_configuration_holds([split("funasr-2pass", "神疼来了", "神疼来了", "")])


@judged("CFG-05", Verdict.INCONCLUSIVE, "no hotword had an effect")
def test_without_an_effect_nothing_is_told() -> Finding:
    """A model without hotwords cannot show whether they arrived."""
    return split_configuration_holds([split("funasr-2pass", "神疼来了", "神疼来了", "神疼来了")])


def renewed(dialect: str, before: list[Message], after: list[Message]) -> Exchange:
    """A session with a second configuration between these messages."""
    opened = session(dialect).config(wav_name="old").audio(1800).reply(*before)
    ended = opened.config(wav_name="new", itn=False).audio(1800).end()
    return ended.reply(*after).terminated().close()


def said(dialect: str, text: str, name: str, *, last: bool = False) -> list[Message]:
    """One sentence under a name."""
    return sentence(dialect, text, last=last, wav_name=name)


@with_partials
@judged("CFG-07", Verdict.PASS, "sentences before it under 'old', those after it under 'new'")
def test_settings_that_hold_for_later_sentences_pass(dialect: str) -> Finding:
    """One sentence under each name, and digits only in the first."""
    return later_settings_hold_from_then_on(
        renewed(dialect, said(dialect, "123", "old"), said(dialect, "一二三", "new", last=True))
    )


@judged("CFG-07", Verdict.PASS)
def test_what_was_queued_may_still_come_under_the_old_name() -> Finding:
    """The second frame overtakes nothing."""
    queued = [*said("funasr-2pass", "四五", "old"), *said("funasr-2pass", "六", "new", last=True)]
    return later_settings_hold_from_then_on(
        renewed("funasr-2pass", said("funasr-2pass", "三", "old"), queued)
    )


@with_partials
@judged("CFG-07", Verdict.FAIL, "wav_name 'old' after the second frame, expected 'new'")
def test_a_name_that_never_changes_fails(dialect: str) -> Finding:
    """The last message is about audio after the second frame for sure."""
    return later_settings_hold_from_then_on(
        renewed(dialect, said(dialect, "123", "old"), said(dialect, "一二三", "old", last=True))
    )


@judged("CFG-07", Verdict.FAIL, "wav_name 'new' before the second frame")
def test_a_name_that_changes_too_early_fails() -> Finding:
    """Nobody had said it yet."""
    return later_settings_hold_from_then_on(
        renewed(
            "funasr-2pass", said("funasr-2pass", "三", "new"), said("funasr-2pass", "六", "new", last=True)
        )
    )


@judged("CFG-07", Verdict.FAIL, "wav_name 'old' after the second frame")
def test_a_name_that_comes_back_fails() -> Finding:
    """From the new name there is no way back."""
    after = [
        *said("funasr-2pass", "四", "new"),
        *said("funasr-2pass", "五", "old"),
        *said("funasr-2pass", "六", "new", last=True),
    ]
    return later_settings_hold_from_then_on(renewed("funasr-2pass", said("funasr-2pass", "三", "old"), after))


@judged("CFG-07", Verdict.FAIL, "itn false in the second frame, but the last sentence is '456'")
def test_itn_that_stays_on_fails() -> Finding:
    """Digits came before it, and come after it."""
    return later_settings_hold_from_then_on(
        renewed(
            "funasr-2pass", said("funasr-2pass", "123", "old"), said("funasr-2pass", "456", "new", last=True)
        )
    )


@judged("CFG-07", Verdict.INCONCLUSIVE, "no sentence result came before the second frame")
def test_without_an_earlier_sentence_nothing_is_told() -> Finding:
    """A server that is behind delivers the first sentence too late."""
    return later_settings_hold_from_then_on(
        renewed("funasr-2pass", [], said("funasr-2pass", "一二三", "new", last=True))
    )


@pytest.mark.parametrize("exchange", [unopened(), spoken("funasr-2pass").timed_out().close()])
@judged("CFG-07", Verdict.INCONCLUSIVE)
def test_without_a_second_frame_nothing_is_told(exchange: Exchange) -> Finding:
    """The session did not come so far."""
    return later_settings_hold_from_then_on(exchange)
