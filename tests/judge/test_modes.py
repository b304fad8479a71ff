"""MODE: which pass answers in which mode."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.modes import (
    TailPair,
    offline_sends_no_partials,
    online_keeps_the_tail,
    online_sends_no_sentences,
    partial_before_sentence,
    sentences_delivered_once,
    unknown_mode_refused,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged, unopened
from .recorded import (
    ALL,
    EMPTY_FINAL,
    ONLINE_A,
    PYTHON_ACK,
    WITH_PARTIALS,
    heard,
    partial,
    recorded,
    replied,
    sentence,
    spoken,
)

with_partials = pytest.mark.parametrize("dialect", WITH_PARTIALS)

FIRST, SECOND, THIRD = "今天的天气非常好", "我们一起去公园散步", "晚上再回家吃饭"


def talk(dialect: str, *parts: str) -> Exchange:
    """A session of partials (`…`) and sentence results in this order; the last one ends it."""
    messages = []
    for number, part in enumerate(parts, 1):
        if part.endswith("…"):
            messages.append(partial(dialect, part[:-1]))
        else:
            messages += sentence(dialect, part, last=number == len(parts))
    return replied(dialect, *messages)


@with_partials
@judged("MODE-01", Verdict.PASS, "2 sentence results")
def test_the_recorded_session_delivers_each_sentence_once(dialect: str) -> Finding:
    """The last delta of a sentence may be swallowed by its result."""
    return sentences_delivered_once(recorded(dialect))


@with_partials
@judged("MODE-01", Verdict.PASS, "3 sentence results")
def test_three_sentences_with_their_partials_pass(dialect: str) -> Finding:
    """First and second pass may disagree, and one sentence may repeat another."""
    return sentences_delivered_once(
        talk(
            dialect,
            "今天的天…",
            "气非常…",
            FIRST,
            "我们一气…",
            "去公园…",
            SECOND,
            "今天的天…",
            "气飞常…",
            FIRST,
        )
    )


@with_partials
@judged("MODE-01", Verdict.PASS)
def test_a_number_that_shrinks_when_it_is_written_passes(dialect: str) -> Finding:
    """Partials are spoken forms, sentences written ones."""
    return sentences_delivered_once(talk(dialect, "二零二四年七月…", "二十五日…", "2024年7月25日"))


@with_partials
@judged("MODE-01", Verdict.FAIL, "came twice", FIRST)
def test_a_doubled_sentence_fails(dialect: str) -> Finding:
    """The same text again without a partial in between was not said again."""
    return sentences_delivered_once(talk(dialect, "今天的天…", FIRST, FIRST, "我们一起…", SECOND))


@judged("MODE-01", Verdict.FAIL, "came twice")
def test_a_sentence_that_comes_again_later_with_the_same_stamps_fails() -> Finding:
    """Nobody says two sentences at the same time."""
    first, again = (
        sentence("funasr-2pass", "你好啊", [[300, 460], [500, 659], [700, 859]], last=last)
        for last in (False, True)
    )
    return sentences_delivered_once(replied("funasr-2pass", *first, partial("funasr-2pass", "再见"), *again))


@with_partials
@judged("MODE-01", Verdict.FAIL, "no partial before", SECOND)
def test_a_long_sentence_without_partials_fails(dialect: str) -> Finding:
    """Nine characters take longer than the first step of the first pass."""
    return sentences_delivered_once(talk(dialect, "今天的天…", FIRST, SECOND))


@with_partials
@judged("MODE-01", Verdict.FAIL, "also held other words", THIRD)
def test_a_lost_sentence_fails(dialect: str) -> Finding:
    """Its partials came, its result did not."""
    return sentences_delivered_once(
        talk(
            dialect,
            "今天的天…",
            "气非常好…",
            FIRST,
            "我们一起去…",
            "公园散步…",
            "晚上再回…",
            "家吃饭…",
            THIRD,
        )
    )


@judged("MODE-01", Verdict.FAIL, "no sentence result followed", "公园散步")
def test_a_lost_last_sentence_fails() -> Finding:
    """Partials at the end without a result are a lost sentence."""
    messages = [
        partial("funasr-2pass", "今天的天气"),
        *sentence("funasr-2pass", FIRST, last=False),
        partial("funasr-2pass", "我们一起去"),
        partial("funasr-2pass", "公园散步"),
        EMPTY_FINAL["funasr-2pass"],
    ]
    return sentences_delivered_once(replied("funasr-2pass", *messages))


@judged("MODE-01", Verdict.INCONCLUSIVE, "no sentence result")
def test_without_sentences_nothing_is_delivered_twice() -> Finding:
    """A recogniser that hears nothing delivers nothing."""
    return sentences_delivered_once(heard("funasr-2pass", ""))


@with_partials
@judged("MODE-02", Verdict.PASS, "'一二三'")
def test_a_partial_before_the_sentence_passes(dialect: str) -> Finding:
    """The text of the partial and its lead are told."""
    return partial_before_sentence(recorded(dialect), speech_ms=4760)


@with_partials
@judged("MODE-02", Verdict.FAIL, "no partial before", FIRST)
def test_a_sentence_without_partials_fails(dialect: str) -> Finding:
    """Only the result came, as in issue #2722."""
    return partial_before_sentence(talk(dialect, FIRST), speech_ms=2400)


@judged("MODE-02", Verdict.FAIL, "no partial before")
def test_a_partial_after_the_sentence_is_too_late() -> Finding:
    """It must precede the first result."""
    return partial_before_sentence(talk("funasr-2pass", FIRST, "我们…", SECOND), speech_ms=2400)


@judged("MODE-02", Verdict.INCONCLUSIVE, "1500 ms of speech")
def test_a_short_clip_needs_no_partial() -> Finding:
    """The first step of the first pass may be longer than the speech."""
    return partial_before_sentence(talk("funasr-2pass", "你好"), speech_ms=1500)


@judged("MODE-02", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unopened_session_has_no_sentence() -> Finding:
    """The reason names what went wrong."""
    return partial_before_sentence(unopened(), speech_ms=2400)


@pytest.mark.parametrize("dialect", ALL)
@judged("MODE-03", Verdict.PASS, "no partial")
def test_offline_sessions_of_sentences_pass(dialect: str) -> Finding:
    """Several sentence results are as good as one."""
    return offline_sends_no_partials([talk(dialect, FIRST), talk(dialect, FIRST, SECOND)])


@pytest.mark.parametrize("mode", ["2pass-online", "online"])
@judged("MODE-03", Verdict.FAIL, "online", "'今天'")
def test_a_partial_in_mode_offline_fails(mode: str) -> Finding:
    """Whatever the family calls it."""
    message = partial("funasr-2pass", "今天") | {"mode": mode}
    return offline_sends_no_partials([replied("funasr-2pass", message, *sentence("funasr-2pass", FIRST))])


@judged("MODE-03", Verdict.INCONCLUSIVE, "no sentence result")
def test_an_offline_session_without_text_shows_nothing() -> Finding:
    """No message at all is no proof."""
    return offline_sends_no_partials([heard("funasr-2pass", "")])


def tail(dialect: str, online: str, reference: str) -> TailPair:
    """A session in mode online whose deltas make up one text, and one with a sentence result."""
    cut = len(online) // 2
    last = {"funasr-python": [EMPTY_FINAL[dialect]]}.get(dialect, [])
    messages = [
        partial(dialect, online[:cut]),
        partial(dialect, online[cut:]) | {"is_final": dialect != "funasr-python"},
        *last,
    ]
    return TailPair(online=replied(dialect, *messages), reference=heard(dialect, reference))


@with_partials
@judged("MODE-05", Verdict.PASS, "reaches to the end")
def test_the_recorded_deltas_reach_to_the_end(dialect: str) -> Finding:
    """Image 0.1.x delivers the tail in a message of the segment."""
    pair = TailPair(online=replied(dialect, *ONLINE_A[dialect]), reference=heard(dialect, "阿里巴巴你，好。"))
    return online_keeps_the_tail([pair])


@with_partials
@judged("MODE-05", Verdict.PASS, "3 clips")
def test_one_lost_character_in_one_of_three_clips_passes(dialect: str) -> Finding:
    """A model may miss one, and errors elsewhere are no lost tail."""
    return online_keeps_the_tail(
        [
            tail(dialect, "今天的天气非常", "今天的天气非常好。"),
            tail(dialect, "我们一气去工园散步", "我们一起去公园散步。"),
            tail(dialect, "晚上回家吃饭", "晚上再回家吃饭。"),
        ]
    )


@with_partials
@judged("MODE-05", Verdict.FAIL, "last 2 characters lost")
def test_two_lost_characters_fail(dialect: str) -> Finding:
    """A lost delta is more than one character."""
    return online_keeps_the_tail(
        [tail(dialect, "今天的天气非常好", FIRST), tail(dialect, "我们一起去公园", SECOND)]
    )


@judged("MODE-05", Verdict.FAIL, "last 1 character lost")
def test_one_lost_character_in_most_clips_fails() -> Finding:
    """What happens in most clips is not the model's."""
    return online_keeps_the_tail(
        [tail("funasr-2pass", FIRST[:-1], FIRST), tail("funasr-2pass", SECOND[:-1], SECOND)]
    )


@judged("MODE-05", Verdict.FAIL, "lost")
def test_a_mute_session_loses_everything() -> Finding:
    """No text at all is the longest lost tail."""
    return online_keeps_the_tail(
        [TailPair(online=spoken("funasr-2pass").timed_out().close(), reference=heard("funasr-2pass", FIRST))]
    )


@judged("MODE-05", Verdict.PASS)
def test_a_reference_that_came_twice_is_no_lost_tail() -> Finding:
    """A doubled sentence result is the business of MODE-01."""
    pair = tail("funasr-2pass", FIRST, FIRST)
    return online_keeps_the_tail([TailPair(online=pair.online, reference=talk("funasr-2pass", FIRST, FIRST))])


@judged("MODE-05", Verdict.INCONCLUSIVE, "no text with sentence results")
def test_without_a_reference_no_tail_is_missed() -> Finding:
    """The same audio must have been recognised otherwise."""
    return online_keeps_the_tail([tail("funasr-2pass", FIRST, "")])


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-python"])
@judged("MODE-04", Verdict.PASS, "2 partials, no sentence result")
def test_recorded_deltas_of_mode_online_pass(dialect: str) -> Finding:
    """The real-time server calls them 2pass-online, the Python server online."""
    return online_sends_no_sentences([replied(dialect, *ONLINE_A[dialect])])


@judged("MODE-04", Verdict.FAIL, "mode '2pass-offline' with the text '阿里巴巴你，好。'")
def test_the_whole_segment_of_old_images_fails() -> Finding:
    """They send it in the place of the last delta."""
    return online_sends_no_sentences([replied("funasr-2pass-0.1", *ONLINE_A["funasr-2pass-0.1"])])


@judged("MODE-04", Verdict.INCONCLUSIVE, "no message with text")
def test_without_deltas_mode_online_is_not_judged() -> Finding:
    """An empty final shows nothing."""
    return online_sends_no_sentences([heard("funasr-2pass", "")])


@judged("MODE-07", Verdict.PASS, "refused with the error", "unsupported mode: 'foo'")
def test_an_error_refuses_the_mode() -> Finding:
    """The Python server tells it in its acknowledgement."""
    refused = PYTHON_ACK | {"mode": "foo", "is_final": False, "error": "unsupported mode: 'foo'"}
    return unknown_mode_refused(replied("funasr-python", refused), heard("funasr-python", "你好"))


@judged("MODE-07", Verdict.PASS, "refused with close 1003")
def test_a_close_refuses_the_mode() -> Finding:
    """Nothing need be said."""
    return unknown_mode_refused(spoken("funasr-2pass").closed("server", 1003), heard("funasr-2pass", "你好"))


@judged("MODE-07", Verdict.FAIL, "not refused: transcribed as '你好'")
def test_a_mode_that_runs_as_another_fails() -> Finding:
    """The real-time server takes any word for 2pass."""
    return unknown_mode_refused(heard("funasr-2pass", "你好"), heard("funasr-2pass", "你好"))


@judged("MODE-07", Verdict.FAIL, "neither text nor an error")
def test_silence_refuses_nothing() -> Finding:
    """A client cannot know why."""
    return unknown_mode_refused(spoken("funasr-python").timed_out().close(), heard("funasr-python", "你好"))


@judged("MODE-07", Verdict.INCONCLUSIVE, "no text in the main mode either")
def test_without_text_in_any_mode_nothing_is_told() -> Finding:
    """A mute endpoint refuses nothing in particular."""
    return unknown_mode_refused(heard("funasr-2pass", ""), heard("funasr-2pass", ""))
