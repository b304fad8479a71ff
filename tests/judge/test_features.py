"""Features of a deployment, told by what it answered."""

from collections.abc import Sequence

import pytest

from asrgate.judge.features import (
    OPTIONAL,
    Feature,
    empty_final,
    hotwords,
    itn,
    modes,
    partials,
    resampling,
    stamps,
)
from asrgate.judge.hotwords import HotwordRuns
from asrgate.judge.itn import NumberRuns
from asrgate.judge.sample_rate import RatePair
from asrgate.wire.exchange import Exchange

from .exchanges import session, unopened
from .recorded import (
    ALL,
    EMPTY_FINAL,
    ONLINE_A,
    WITH_PARTIALS,
    heard,
    recorded,
    replied,
    sentence,
)

every_dialect = pytest.mark.parametrize("dialect", ALL)

SENSE_VOICE = "<|zh|><|NEUTRAL|><|Speech|> 阿里巴巴你好。"


def told(feature: Feature, found: bool | None, *parts: str) -> bool:
    """Whether a feature was told so, with these parts in the reason, and with evidence when it is."""
    assert feature.found is found, feature.reason
    assert all(part in feature.reason for part in parts), feature.reason
    return found is None or bool(feature.evidence)


def numbers(on: str, *, dialect: str = "funasr-2pass", off: str = "一二三") -> Sequence[NumberRuns]:
    """One spoken number, with ITN on, off and not mentioned."""
    return [
        NumberRuns(text="一二三", on=heard(dialect, on), off=heard(dialect, off), omitted=heard(dialect, on))
    ]


def terms(*, without: str, biased: str, count: int = 5) -> Sequence[HotwordRuns]:
    """Clips of one rare term, heard in these ways."""
    return [
        HotwordRuns(
            term="槐荫路",
            without=heard("funasr-2pass", without),
            biased=heard("funasr-2pass", biased),
            beside=heard("funasr-2pass", without),
        )
    ] * count


def rates(original: str, resampled: str) -> Sequence[RatePair]:
    """A clip at both rates, heard in these ways."""
    pair = (heard("funasr-2pass", text) for text in (original, resampled))
    return [RatePair(text="阿里开源的语音识别", original=next(pair), resampled=next(pair))]


@pytest.mark.parametrize("dialect", WITH_PARTIALS)
def test_partials_are_told_by_one(dialect: str) -> None:
    """Sentence results without any are a deployment without; silence tells nothing."""
    assert told(partials(recorded(dialect)), True, "'一二三'")
    assert told(partials(replied(dialect, *sentence(dialect, "一二三"))), False, "no partial")
    assert told(partials(heard(dialect, "")), None)


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-python"])
def test_modes_are_told_by_what_they_leave_out(dialect: str) -> None:
    """A server that answers offline as 2pass has no modes."""
    online = replied(dialect, *ONLINE_A[dialect])
    assert told(modes(online, replied(dialect, *sentence(dialect, "一二三"))), True)
    assert told(modes(online, recorded(dialect)), False, "partials in mode offline")
    assert told(modes(online, unopened(dialect)), None, "connection refused")


@every_dialect
def test_an_answer_to_nothing_is_told_by_its_terminator(dialect: str) -> None:
    """Waiting in vain is an answer, too."""
    asked = session(dialect).config().end()
    assert told(empty_final(asked.reply(EMPTY_FINAL[dialect]).terminated().close()), True)
    assert told(empty_final(session(dialect).config().end().timed_out().close()), False)
    assert told(empty_final(unopened(dialect)), None, "connection refused")


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1", "funasr-offline"])
def test_itn_is_told_by_one_written_number(dialect: str) -> None:
    """A number that was heard and stayed as it was spoken shows that it is not there."""
    assert told(itn(numbers("123", dialect=dialect)), True, "'一二三' is written '123'")
    assert told(itn(numbers("一二三", dialect=dialect)), False, "none of them written")


def test_itn_is_not_told_by_what_was_not_heard() -> None:
    """Another text, nothing at all, or digits that come whatever was asked for."""
    assert told(itn(numbers("衣儿山", off="衣儿山")), None, "no number was recognised")
    assert told(itn(numbers("", off="一二三")), None)
    assert told(itn(numbers("<|zh|> 123", off="<|zh|> 123")), None)


def test_hotwords_are_told_by_one_term() -> None:
    """Three terms that stay missed show that they have no effect."""
    assert told(hotwords(terms(without="怀因路", biased="槐荫路", count=1)), True, "槐荫路")
    assert told(hotwords(terms(without="怀因路", biased="怀因路")), False, "takes no hotwords")


def test_hotwords_are_not_told_by_a_session_that_they_broke() -> None:
    """That is for the requirements to judge; nor by terms that are known anyway."""
    assert told(hotwords(terms(without="怀因路", biased="")), None)
    assert told(hotwords(terms(without="槐荫路", biased="槐荫路")), None, "0 terms missed")


@every_dialect
def test_stamps_are_told_by_one_sentence(dialect: str) -> None:
    """Well formed or not."""
    assert told(stamps([recorded(dialect)]), True)


@pytest.mark.parametrize("damaged", ["[[300,460],[500", "nonsense"])
def test_damaged_stamps_are_stamps(damaged: str) -> None:
    """A server that breaks them has them: it is judged."""
    (message,) = sentence("funasr-2pass", "一二三")
    assert told(stamps([replied("funasr-2pass", message | {"timestamp": damaged})]), True)


def test_the_time_of_connection_is_no_stamp() -> None:
    """A SenseVoice model gives none: the number stands in their place."""
    (message,) = sentence("funasr-2pass", SENSE_VOICE)
    assert told(stamps([replied("funasr-2pass", message | {"timestamp": 1795354749275})]), False, "none with")
    assert told(stamps([heard("funasr-2pass", "")]), None, "no sentence result")


def test_resampling_is_told_by_speech_at_8_khz() -> None:
    """A recogniser that only suffers from the rate has it; double speed is another text."""
    assert told(resampling(rates("阿里开源的语音识别", "阿里开园的语音识别")), True)
    assert told(
        resampling(rates("阿里开源的语音识别", "啊卡。")), False, "has no effect", "'啊卡。' at 8 kHz"
    )
    assert told(resampling(rates("", "")), None, "no text at 16 kHz")


def test_what_the_dialect_promises_is_not_optional() -> None:
    """Partials, modes and an answer to nothing are for the requirements to judge."""
    assert OPTIONAL.isdisjoint({"partials", "modes", "empty-final"})


def test_unopened_sessions_tell_nothing() -> None:
    """The reason is why they could not be opened."""
    refused: Exchange = unopened()
    assert told(partials(refused), None, "connection refused")
    assert told(stamps([refused]), None, "connection refused")


def test_sentences_with_times_are_stamped() -> None:
    """funasr-realtime stamps sentences, and no words."""
    update = {"sentences": [{"text": "一二三。", "start": 300, "end": 900}], "partial": ""}
    talk = session("funasr-realtime").text("START", role="config").audio(960).reply(update)
    ended = talk.text("STOP", role="end").reply({"event": "stopped"}).terminated().close()
    assert told(stamps([ended]), True, "carries its times")
