"""HOT: what hotwords do beside raising a recall."""

import pytest

from asrgate.judge.biasing import (
    FormRuns,
    Unrelated,
    late_hotwords_count,
    odd_hotwords_are_borne,
    thousand_hotwords_are_borne,
    unrelated_speech_is_unharmed,
    weights_as_text_count,
)
from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.hotwords import plain_words_accepted
from asrgate.wire.exchange import Exchange

from .aftermaths import aftermath, answered, cut, lost_canary, muted, refused
from .exchanges import judged, unopened
from .recorded import ALL, EMPTY_FINAL, heard, sentence, spoken

every_dialect = pytest.mark.parametrize("dialect", ALL)

TEXTS = ("阿里开源的语音识别真是太牛了", "邻居每天骑自行车上班", "图书馆需要保持安静")


def unrelated(dialect: str, biased: tuple[str, ...], without: tuple[str, ...] = TEXTS) -> list[Unrelated]:
    """Three clips, heard so with hotwords that do not occur in them."""
    return [
        Unrelated(text=text, without=heard(dialect, before), biased=heard(dialect, after))
        for text, before, after in zip(TEXTS, without, biased, strict=True)
    ]


@every_dialect
@judged("HOT-03", Verdict.PASS, "0 % with hotwords", "over 3 clips")
def test_hotwords_that_change_nothing_pass(dialect: str) -> Finding:
    """They do not occur."""
    return unrelated_speech_is_unharmed(unrelated(dialect, TEXTS))


@judged("HOT-03", Verdict.PASS)
def test_two_characters_more_pass() -> Finding:
    """Of so few characters that is no proof."""
    return unrelated_speech_is_unharmed(unrelated("funasr-2pass", (TEXTS[0][:-2], *TEXTS[1:])))


@judged("HOT-03", Verdict.PASS)
def test_a_poor_recogniser_that_stays_as_poor_passes() -> Finding:
    """Errors that are there without hotwords are not theirs."""
    poor = ("阿里开源的语音", "每天骑车上班", "图书馆安静")
    return unrelated_speech_is_unharmed(unrelated("funasr-2pass", poor, poor))


@every_dialect
@judged("HOT-03", Verdict.FAIL, "'邻居槐荫路槐荫路上班' instead of '邻居每天骑自行车上班'")
def test_hotwords_that_push_words_away_fail(dialect: str) -> Finding:
    """The worst clip is shown."""
    return unrelated_speech_is_unharmed(unrelated(dialect, (TEXTS[0], "邻居槐荫路槐荫路上班", TEXTS[2])))


@judged("HOT-03", Verdict.INCONCLUSIVE, "too little is read right")
def test_nonsense_cannot_get_worse() -> Finding:
    """A model for another language."""
    nonsense = ("all right", "yes", "no")
    return unrelated_speech_is_unharmed(unrelated("funasr-2pass", nonsense, nonsense))


@judged("HOT-03", Verdict.INCONCLUSIVE, "connection refused")
def test_without_text_nothing_can_be_harmed() -> Finding:
    """The reason names what went wrong."""
    return unrelated_speech_is_unharmed([Unrelated(text="一", without=unopened(), biased=unopened())])


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-offline", "funasr-python"])
@judged("HOT-05", Verdict.PASS, "阿里巴巴你好")
def test_plain_words_that_are_accepted_pass(dialect: str) -> Finding:
    """The session completes, whatever they did."""
    return plain_words_accepted(heard(dialect, "阿里巴巴你好"), heard(dialect, "你好"))


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-offline", "funasr-python"])
@judged("HOT-05", Verdict.FAIL, "with hotwords: no text; without: '你好'")
def test_plain_words_that_make_a_session_mute_fail(dialect: str) -> Finding:
    """Without them there was text."""
    return plain_words_accepted(heard(dialect, ""), heard(dialect, "你好"))


@judged("HOT-05", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_plain_session_plain_words_are_not_blamed() -> Finding:
    """Nothing is known about the audio."""
    return plain_words_accepted(unopened(), unopened())


MISHEARD, RIGHT = "公交车在怀因路靠站", "公交车在槐荫路靠站"


def forms(dialect: str, *others: Exchange, biased: str = RIGHT) -> list[FormRuns]:
    """Clips with a term that is missed without hotwords and found with them, and these sessions."""
    return [
        FormRuns(term="槐荫路", without=heard(dialect, MISHEARD), biased=heard(dialect, biased), other=other)
        for other in others
    ]


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1", "funasr-offline"])
@judged("HOT-06", Verdict.PASS, "2 of 3 terms recognised")
def test_weights_as_text_that_work_pass(dialect: str) -> Finding:
    """Most of them do."""
    right, wrong = heard(dialect, RIGHT), heard(dialect, MISHEARD)
    return weights_as_text_count(forms(dialect, right, right, wrong))


@judged("HOT-06", Verdict.PASS, "2 refused: the error 'weights must be numbers'")
def test_weights_as_text_that_are_refused_pass() -> Finding:
    """The client is told."""
    refusal = spoken("funasr-2pass").reply({"error": "weights must be numbers", "is_final": True}).close()
    return weights_as_text_count(forms("funasr-2pass", refusal, refusal))


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1", "funasr-offline"])
@judged("HOT-06", Verdict.FAIL, "dropped without a word", "槐荫路 gives '公交车在怀因路靠站'")
def test_weights_as_text_that_are_dropped_fail(dialect: str) -> Finding:
    """As upstream does it: the whole list is ignored."""
    return weights_as_text_count(forms(dialect, *[heard(dialect, MISHEARD)] * 3))


@judged("HOT-06", Verdict.INCONCLUSIVE, "no hotword had an effect")
def test_hotwords_without_effect_show_no_form() -> Finding:
    """Nothing can be seen of them in any form."""
    return weights_as_text_count(forms("funasr-2pass", heard("funasr-2pass", MISHEARD), biased=MISHEARD))


@every_dialect
@judged("HOT-07", Verdict.PASS, "2 of 2 terms recognised")
def test_late_hotwords_that_work_pass(dialect: str) -> Finding:
    """The second frame counts."""
    return late_hotwords_count(forms(dialect, *[heard(dialect, RIGHT)] * 2))


@every_dialect
@judged("HOT-07", Verdict.FAIL, "in the second configuration frame are dropped")
def test_late_hotwords_that_are_dropped_fail(dialect: str) -> Finding:
    """The C++ servers read the first text frame only."""
    return late_hotwords_count(forms(dialect, *[heard(dialect, MISHEARD)] * 2))


@judged("HOT-07", Verdict.INCONCLUSIVE, "connection refused")
def test_unopened_sessions_show_no_late_hotwords() -> Finding:
    """The reason names what went wrong."""
    return late_hotwords_count(
        [FormRuns(term="槐荫路", without=unopened(), biased=unopened(), other=unopened())]
    )


@judged("HOT-08", Verdict.PASS, "1 input", "reads as before")
def test_odd_hotwords_that_are_borne_pass() -> Finding:
    """The session is answered, and everybody else is served."""
    return odd_hotwords_are_borne([aftermath(answered(), what="an empty hotword")])


@judged("HOT-08", Verdict.FAIL, "muted after a weight of zero (1 more like it)")
def test_odd_hotwords_that_mute_their_session_fail() -> Finding:
    """The server survives, the client does not get its text."""
    return odd_hotwords_are_borne([aftermath(muted(), what="a weight of zero")] * 2)


@judged("HOT-08", Verdict.FAIL, "the process died of an empty hotword")
def test_odd_hotwords_that_kill_fail() -> Finding:
    """With the input that did it."""
    return odd_hotwords_are_borne(
        [aftermath(cut(), canary=lost_canary(), probe=refused(), what="an empty hotword")]
    )


@judged("HOT-08", Verdict.INCONCLUSIVE, "connection refused")
def test_unsent_hotwords_are_not_odd() -> Finding:
    """The session could not be opened."""
    return odd_hotwords_are_borne([aftermath(unopened())])


def after(dialect: str, text: str, *, wait_s: float = 0.1) -> Exchange:
    """A session whose first result came so long after its configuration."""
    replies = sentence(dialect, text) if text else [EMPTY_FINAL[dialect]]
    return spoken(dialect).listen(wait_s).reply(*replies).terminated().close()


@every_dialect
@judged("HOT-09", Verdict.PASS, "a session beside it reads as before")
def test_a_thousand_hotwords_that_are_borne_pass(dialect: str) -> Finding:
    """A second later is no harm."""
    return thousand_hotwords_are_borne(
        after(dialect, "阿里巴巴", wait_s=1.2), after(dialect, "你好吗"), after(dialect, "你好吗")
    )


@every_dialect
@judged("HOT-09", Verdict.FAIL, "5", "ms after the configuration, without them 1")
def test_a_thousand_hotwords_that_hold_up_their_session_fail(dialect: str) -> Finding:
    """Both times are told."""
    return thousand_hotwords_are_borne(
        after(dialect, "你好吗", wait_s=5), after(dialect, "你好吗"), after(dialect, "你好吗")
    )


@judged("HOT-09", Verdict.FAIL, "with 1000 hotwords: no text")
def test_a_thousand_hotwords_that_make_a_session_mute_fail() -> Finding:
    """Without them there was text."""
    plain = after("funasr-2pass", "你好吗")
    return thousand_hotwords_are_borne(after("funasr-2pass", ""), plain, plain)


@judged("HOT-09", Verdict.FAIL, "beside a session with 1000 hotwords '' instead of '你好吗'")
def test_a_thousand_hotwords_that_harm_others_fail() -> Finding:
    """The session beside lost its text."""
    plain = after("funasr-2pass", "你好吗")
    return thousand_hotwords_are_borne(plain, after("funasr-2pass", ""), plain)


@judged("HOT-09", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_plain_session_a_thousand_hotwords_are_not_blamed() -> Finding:
    """Nothing is known about the audio."""
    return thousand_hotwords_are_borne(unopened(), unopened(), unopened())
