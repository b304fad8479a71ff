"""ACC-07: sessions side by side."""

from dataclasses import replace

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.isolation import Concurrent, sessions_stay_apart

from .exchanges import judged
from .recorded import ALL, EMPTY_FINAL, partial, sentence, spoken

every_dialect = pytest.mark.parametrize("dialect", ALL)

SPOKEN = {"a": "今天的天气非常好", "b": "请把这份文件交给张经理", "c": "一二三四五六七"}


def speaker(
    dialect: str, name: str, text: str | None = None, *, came_as: str | None = None, at: str = "12:00:00"
) -> Concurrent:
    """A session under a name, answered with a text and a name that are its own unless told otherwise."""
    heard = SPOKEN[name] if text is None else text
    replies = sentence(dialect, heard, wav_name=came_as or name) if heard else [EMPTY_FINAL[dialect]]
    exchange = spoken(dialect, name=name, wav_name=name).reply(*replies).terminated().listen(3).close()
    return Concurrent(text=SPOKEN[name], exchange=replace(exchange, started_at=f"2026-11-22T{at}+00:00"))


@every_dialect
@judged("ACC-07", Verdict.PASS, "3 sessions side by side")
def test_sessions_that_get_their_own_replies_pass(dialect: str) -> Finding:
    """Names and texts are each session's own."""
    return sessions_stay_apart([speaker(dialect, name) for name in SPOKEN])


@every_dialect
@judged("ACC-07", Verdict.PASS)
def test_misheard_words_are_nobodys(dialect: str) -> Finding:
    """A poor text that resembles no other clip is not foreign."""
    return sessions_stay_apart(
        [speaker(dialect, "a", "今天的天七飞长号"), speaker(dialect, "b", "请八真份问见")]
    )


@every_dialect
@judged("ACC-07", Verdict.FAIL, "wav_name 'b' of another session came to ['a']")
def test_a_foreign_name_fails(dialect: str) -> Finding:
    """The name of a session that runs beside it is foreign."""
    return sessions_stay_apart([speaker(dialect, "a", came_as="b"), speaker(dialect, "b")])


@every_dialect
@judged("ACC-07", Verdict.FAIL, "'请把这分文件交给张经里'", "今天的天气非常好")
def test_a_foreign_text_fails(dialect: str) -> Finding:
    """The text of another clip is recognised even when it is misheard."""
    return sessions_stay_apart([speaker(dialect, "a", "请把这分文件交给张经里"), speaker(dialect, "b")])


@judged("ACC-07", Verdict.FAIL, "'请把这份文件'")
def test_a_foreign_partial_fails() -> Finding:
    """One message of many is enough."""
    replies = [
        partial("funasr-2pass", "请把这份文件", wav_name="a"),
        *sentence("funasr-2pass", SPOKEN["a"], wav_name="a"),
    ]
    exchange = spoken("funasr-2pass", wav_name="a").reply(*replies).terminated().close()
    return sessions_stay_apart(
        [Concurrent(text=SPOKEN["a"], exchange=exchange), speaker("funasr-2pass", "b")]
    )


@judged("ACC-07", Verdict.FAIL, "the partials '请把这份文件' came to a session that spoke '今天的天气非常好'")
def test_foreign_partials_that_are_short_fail_together() -> Finding:
    """Two characters may stand anywhere, six in a row may not."""
    replies = [
        *(partial("funasr-2pass", text, wav_name="a") for text in ("请把", "这份", "文件")),
        *sentence("funasr-2pass", SPOKEN["a"], wav_name="a"),
    ]
    exchange = spoken("funasr-2pass", wav_name="a").reply(*replies).terminated().close()
    return sessions_stay_apart(
        [Concurrent(text=SPOKEN["a"], exchange=exchange), speaker("funasr-2pass", "b")]
    )


@judged("ACC-07", Verdict.FAIL, "the text '你好。' came to a session that spoke '今天的天气非常好'")
def test_a_short_sentence_of_another_session_fails() -> Finding:
    """The other one got it as its own, and said nothing else."""
    short = replace(speaker("funasr-2pass", "b", "你好。"), text="你好你好")
    return sessions_stay_apart([speaker("funasr-2pass", "a", "你好。"), short])


@judged("ACC-07", Verdict.PASS)
def test_short_texts_that_nobody_spoke_are_nobodys() -> Finding:
    """What a model hears in noise may be the same in two sessions."""
    return sessions_stay_apart([speaker("funasr-2pass", name, "嗯啊。") for name in SPOKEN])


@judged("ACC-07", Verdict.INCONCLUSIVE, "ran at the same time")
def test_sessions_in_turn_prove_nothing() -> Finding:
    """Sessions must overlap to be mixed up."""
    return sessions_stay_apart([speaker("funasr-2pass", "a"), speaker("funasr-2pass", "b", at="12:01:00")])


@judged("ACC-07", Verdict.INCONCLUSIVE, "ran at the same time")
def test_mute_sessions_prove_nothing() -> Finding:
    """Without replies nothing can be foreign."""
    mute = [spoken("funasr-2pass", name=name, wav_name=name).timed_out().close() for name in "ab"]
    return sessions_stay_apart([Concurrent(text="", exchange=exchange) for exchange in mute])
