"""FS: 8 kHz audio."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.sample_rate import (
    RatePair,
    declared_rate_is_honoured,
    higher_rates_are_honoured,
    stamps_keep_their_place,
    undeclared_8khz_reads_right,
)

from .exchanges import judged, unopened
from .recorded import ALL, WITH_SESSION_STAMPS, heard, replied, sentence, spoken

SPOKEN = ("阿里开源的语音识别真是太牛了", "今天的天气非常好我们去公园", "请把这份文件交给张经理")
NOISE = ("看那的夜", "你你妈", "。")


def pairs(dialect: str, original: tuple[str, ...], resampled: tuple[str, ...]) -> list[RatePair]:
    """Three clips with these texts at 16 kHz and at 8 kHz."""
    return [
        RatePair(text=text, original=heard(dialect, at_16k), resampled=heard(dialect, at_8k))
        for text, at_16k, at_8k in zip(SPOKEN, original, resampled, strict=True)
    ]


@pytest.mark.parametrize("dialect", ALL)
@judged("FS-01", Verdict.PASS, "0 % at 8 kHz and 0 % at 16 kHz over 3 clips")
def test_the_same_text_at_both_rates_passes(dialect: str) -> Finding:
    """Resampling that works changes nothing."""
    return declared_rate_is_honoured(pairs(dialect, SPOKEN, SPOKEN))


@judged("FS-01", Verdict.PASS)
def test_a_poor_recogniser_that_reads_both_alike_passes() -> Finding:
    """Errors that are the same at both rates are not the rate's."""
    poor = ("阿里", "今天天气", "请把")
    return declared_rate_is_honoured(pairs("funasr-2pass", poor, poor))


@judged("FS-01", Verdict.PASS)
def test_two_more_errors_pass() -> Finding:
    """8 kHz has less to hear."""
    return declared_rate_is_honoured(
        pairs("funasr-2pass", SPOKEN, (SPOKEN[0][:-1], SPOKEN[1], "请把这分文件交给张经理"))
    )


@pytest.mark.parametrize("dialect", ALL)
@judged("FS-01", Verdict.FAIL, "with audio_fs 8000", "over 3 clips", "'你你妈' instead of")
def test_nonsense_at_8_khz_fails(dialect: str) -> Finding:
    """Both error rates and an example are told."""
    return declared_rate_is_honoured(pairs(dialect, SPOKEN, NOISE))


@judged("FS-01", Verdict.FAIL, "100 % at 8 kHz")
def test_a_short_text_that_is_lost_fails() -> Finding:
    """Two characters are little, but here they are everything."""
    return declared_rate_is_honoured(
        [RatePair(text="你好", original=heard("funasr-2pass", "你好"), resampled=heard("funasr-2pass", ""))]
    )


@pytest.mark.parametrize(
    "judge", [declared_rate_is_honoured, undeclared_8khz_reads_right], ids=["FS-01", "FS-02"]
)
def test_a_recogniser_that_reads_nothing_right_shows_nothing(judge: Callable[..., Finding]) -> None:
    """Nonsense at 16 kHz cannot get worse at 8 kHz."""
    finding = judge(pairs("funasr-2pass", ("都", "共", "往"), NOISE))
    assert (finding.verdict, "at either rate" in finding.reason) == (Verdict.INCONCLUSIVE, True)


@judged("FS-01", Verdict.INCONCLUSIVE, "no text at 16 kHz")
def test_without_text_at_16_khz_nothing_is_compared() -> Finding:
    """A recogniser that hears nothing shows no loss."""
    return declared_rate_is_honoured(pairs("funasr-2pass", ("", "", ""), NOISE))


@judged("FS-02", Verdict.PASS, "0 % at 8 kHz")
def test_a_server_that_tells_the_rate_by_itself_passes() -> Finding:
    """None is known, but it would be right."""
    return undeclared_8khz_reads_right(pairs("funasr-2pass", SPOKEN, SPOKEN))


@pytest.mark.parametrize("dialect", ALL)
@judged("FS-02", Verdict.UNSUPPORTED, "audio_fs required", "% at 8 kHz", "'你你妈' instead of")
def test_a_server_that_needs_the_rate_is_said_to_need_it(dialect: str) -> Finding:
    """The finding tells the user what clients must send, with the numbers."""
    return undeclared_8khz_reads_right(pairs(dialect, SPOKEN, NOISE))


@judged("FS-02", Verdict.INCONCLUSIVE, "no text at 16 kHz")
def test_without_text_the_need_cannot_be_shown() -> Finding:
    """There is nothing to compare with."""
    return undeclared_8khz_reads_right(pairs("funasr-2pass", ("", "", ""), SPOKEN))


def stamped_pair(dialect: str, *, scale: float = 1, late_ms: int = 0, text: str = "一二三四五六") -> RatePair:
    """A clip whose stamps at 8 kHz are those at 16 kHz, scaled and later."""
    stamps = [[300 + 200 * n, 460 + 200 * n] for n in range(len(text))]
    moved = [[round(edge * scale) + late_ms for edge in pair] for pair in stamps]
    return RatePair(
        text=text,
        original=replied(dialect, *sentence(dialect, text, stamps)),
        resampled=replied(dialect, *sentence(dialect, text, moved)),
    )


@pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)
@judged("FS-03", Verdict.PASS, "6 words stamped +40 ms from 16 kHz")
def test_stamps_that_keep_their_place_pass(dialect: str) -> Finding:
    """The bandwidth may move them a little."""
    return stamps_keep_their_place([stamped_pair(dialect, late_ms=40)])


@pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)
@judged("FS-03", Verdict.FAIL, "with audio_fs 8000", "expected 100 ms at most")
def test_stamps_at_half_the_scale_fail(dialect: str) -> Finding:
    """Counted as if each sample were one at 16 kHz."""
    return stamps_keep_their_place([stamped_pair(dialect, scale=0.5)])


@judged("FS-03", Verdict.FAIL, "the last word of 1 clip ends -", "from 16 kHz in the median")
def test_time_that_runs_at_another_speed_fails() -> Finding:
    """The words are others, too, but the speech cannot end that much earlier."""
    pair = stamped_pair("funasr-2pass", scale=0.5, text="一二三四五六七八")
    other = stamped_pair("funasr-2pass", scale=0.5, text="阿里巴巴你好吗零").resampled
    return stamps_keep_their_place([replace(pair, resampled=other)])


@judged("FS-03", Verdict.INCONCLUSIVE, "0 words with stamps at both rates, 5 are needed")
def test_texts_without_stamps_have_no_place_to_keep() -> Finding:
    """A model without word stamps."""
    return stamps_keep_their_place(pairs("funasr-2pass", SPOKEN, SPOKEN))


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-offline"])
@judged("FS-04", Verdict.PASS, "44100 Hz reads as at 16 kHz", "48000 Hz refused: the error 'not this rate'")
def test_other_rates_that_are_read_or_refused_pass(dialect: str) -> Finding:
    """Either tells the client where it stands."""
    refused = spoken(dialect).reply({"error": "not this rate"}).close()
    plain = heard(dialect, SPOKEN[0])
    return higher_rates_are_honoured(plain, {44100: plain, 48000: refused})


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-offline"])
@judged("FS-04", Verdict.FAIL, "with audio_fs 48000: '啊'", "at 16 kHz '阿里开源")
def test_other_rates_that_are_misread_fail(dialect: str) -> Finding:
    """Nonsense without an error."""
    plain = heard(dialect, SPOKEN[0])
    return higher_rates_are_honoured(plain, {44100: plain, 48000: heard(dialect, "啊")})


@judged("FS-04", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_reading_at_16_khz_other_rates_are_not_blamed() -> Finding:
    """Nothing is known about the audio."""
    return higher_rates_are_honoured(unopened(), {48000: heard("funasr-2pass", "")})
