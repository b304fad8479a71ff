"""END: what follows an end frame."""

import pytest

from asrgate.judge.ending import (
    empty_session_answered,
    one_terminator_per_end,
    second_utterance_reads_as_fresh,
    silence_tail_terminated,
    silent_after_terminator,
    stamps_restart,
    stays_open,
    terminated_in_time,
)
from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.utterances import utterances
from asrgate.wire.exchange import Exchange

from .exchanges import judged, session, unopened
from .recorded import (
    ALL,
    EMPTY_FINAL,
    ONLINE_A,
    WITH_SESSION_STAMPS,
    heard,
    live,
    partial,
    recorded,
    replied,
    sentence,
    spoken,
)

every_dialect = pytest.mark.parametrize("dialect", ALL)


def mute(dialect: str, seconds: float = 30) -> Exchange:
    """A session whose end frame was not answered for so long."""
    return spoken(dialect, audio_ms=5400).timed_out(seconds).close()


def empty(dialect: str, *replies: dict[str, object]) -> Exchange:
    """A session without audio."""
    begun = session(dialect).config(wav_name="t1").end().reply(*replies)
    return (begun.terminated() if replies else begun.timed_out(10)).close(1001)


def twice(dialect: str, first: str, second: str) -> Exchange:
    """Two utterances on one connection."""
    return (
        spoken(dialect)
        .reply(*sentence(dialect, first))
        .terminated()
        .config(wav_name="t1")
        .audio(1800)
        .end()
        .reply(*sentence(dialect, second))
        .terminated()
        .close()
    )


@every_dialect
@judged("END-01", Verdict.PASS, "2 terminating messages")
def test_recorded_sessions_end_in_time(dialect: str) -> Finding:
    """With and without text the terminating message comes at once."""
    return terminated_in_time([recorded(dialect), empty(dialect, EMPTY_FINAL[dialect])])


@every_dialect
@judged("END-01", Verdict.FAIL, "never came", "expected within 15400 ms")
def test_an_end_frame_without_answer_fails(dialect: str) -> Finding:
    """The bound is ten seconds and the length of the audio."""
    return terminated_in_time([recorded(dialect), mute(dialect)])


@every_dialect
@judged("END-01", Verdict.FAIL, "16000 ms")
def test_a_late_terminating_message_fails(dialect: str) -> Finding:
    """The time that it took is reported."""
    late = spoken(dialect).reply(EMPTY_FINAL[dialect], after_ms=16000).terminated().close()
    return terminated_in_time([late])


@judged("END-01", Verdict.FAIL, "server ended the connection (code 1011)")
def test_a_connection_that_is_lost_fails_at_once() -> Finding:
    """Nothing can come any more."""
    return terminated_in_time([spoken("funasr-2pass").closed("server", 1011)])


@judged("END-01", Verdict.FAIL, "never came")
def test_sentences_alone_do_not_end_a_session() -> Finding:
    """On the Python server only the acknowledgement does."""
    replies = sentence("funasr-python", "一二三", last=False)
    return terminated_in_time([spoken("funasr-python").reply(*replies).timed_out().close()])


@judged("END-01", Verdict.INCONCLUSIVE, "not watched for long enough")
def test_an_impatient_client_proves_nothing() -> Finding:
    """The session was closed before the bound."""
    return terminated_in_time([mute("funasr-2pass", 5)])


@judged("END-01", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unopened_session_has_no_end() -> Finding:
    """The reason names what went wrong."""
    return terminated_in_time([unopened()])


@every_dialect
@judged("END-02", Verdict.PASS, "3 end frames")
def test_recorded_sessions_have_one_terminator_each(dialect: str) -> Finding:
    """Also two utterances on one connection."""
    return one_terminator_per_end([recorded(dialect), twice(dialect, "一二三", "四五六")])


@pytest.mark.parametrize("dialect", ONLINE_A)
@judged("END-02", Verdict.PASS)
def test_recorded_sessions_of_mode_online_have_one_terminator(dialect: str) -> Finding:
    """Deltas end in the same way."""
    return one_terminator_per_end([replied(dialect, *ONLINE_A[dialect])])


@every_dialect
@judged("END-02", Verdict.FAIL, "2 terminating messages for 1 end frame")
def test_a_doubled_terminator_fails(dialect: str) -> Finding:
    """The doubled one may come at once."""
    last = EMPTY_FINAL[dialect]
    return one_terminator_per_end([spoken(dialect).reply(last, last).terminated().close()])


@every_dialect
@judged("END-02", Verdict.FAIL, "0 terminating messages for 1 end frame")
def test_a_missing_terminator_fails(dialect: str) -> Finding:
    """Silence is judged, too."""
    return one_terminator_per_end([mute(dialect)])


@judged("END-02", Verdict.FAIL, "2 terminating messages for 1 end frame")
def test_a_terminator_before_the_end_frame_counts() -> Finding:
    """One that comes unasked is one too many."""
    last = EMPTY_FINAL["funasr-2pass"]
    early = session().config().audio(1800).reply(last).audio(1800).end().reply(last).terminated().close()
    return one_terminator_per_end([early])


@judged("END-02", Verdict.INCONCLUSIVE, "no end frame")
def test_without_an_end_frame_nothing_is_counted() -> Finding:
    """A session that was closed at once has no end of input."""
    return one_terminator_per_end([session().close()])


@every_dialect
@judged("END-03", Verdict.PASS, "nothing followed")
def test_recorded_sessions_are_silent_after_the_end(dialect: str) -> Finding:
    """Three seconds of listening bring nothing."""
    return silent_after_terminator(recorded(dialect))


@every_dialect
@judged("END-03", Verdict.FAIL, "1 message after the terminating one", "500 ms", "'迟到'")
def test_a_message_after_the_end_fails(dialect: str) -> Finding:
    """What came, and how late, is told."""
    late = (
        spoken(dialect)
        .reply(EMPTY_FINAL[dialect])
        .terminated()
        .reply(*sentence(dialect, "迟到", last=False), after_ms=500)
        .listen(2.5)
        .close()
    )
    return silent_after_terminator(late)


@judged("END-03", Verdict.INCONCLUSIVE, "watched for")
def test_a_client_that_leaves_at_once_hears_nothing() -> Finding:
    """Without three seconds of listening there is no verdict."""
    return silent_after_terminator(heard("funasr-2pass", "一二三"))


@judged("END-03", Verdict.INCONCLUSIVE, "no terminating message")
def test_without_an_end_there_is_no_after() -> Finding:
    """The missing end is the business of END-01."""
    return silent_after_terminator(mute("funasr-2pass"))


@every_dialect
@judged("END-04", Verdict.PASS, "without text")
def test_an_empty_session_is_answered(dialect: str) -> Finding:
    """Each family has its own form of an empty answer."""
    return empty_session_answered(empty(dialect, EMPTY_FINAL[dialect]))


@every_dialect
@judged("END-04", Verdict.FAIL, "no answer within 100")
def test_an_empty_session_without_answer_fails(dialect: str) -> Finding:
    """Silence is judged."""
    return empty_session_answered(empty(dialect))


@judged("END-04", Verdict.FAIL, "'你好'", "no audio")
def test_text_without_audio_fails() -> Finding:
    """Text that nobody said is somebody else's."""
    return empty_session_answered(empty("funasr-2pass", *sentence("funasr-2pass", "你好")))


@judged("END-04", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unopened_session_cannot_be_empty() -> Finding:
    """Nothing was sent."""
    return empty_session_answered(unopened())


@every_dialect
@judged("END-05", Verdict.PASS, "tail without speech")
def test_a_silent_tail_is_ended(dialect: str) -> Finding:
    """The sentence is closed before the end frame, and an empty final follows."""
    replies = [*sentence(dialect, "一二三", last=False)] if dialect != "funasr-offline" else []
    return silence_tail_terminated([replied(dialect, *replies, EMPTY_FINAL[dialect])])


@every_dialect
@judged("END-05", Verdict.FAIL, "never came", "tail without speech")
def test_a_silent_tail_that_is_never_ended_fails(dialect: str) -> Finding:
    """A server that waits for speech to end the utterance waits for ever."""
    return silence_tail_terminated([mute(dialect)])


@judged("END-05", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unopened_session_has_no_tail() -> Finding:
    """Nothing was sent."""
    return silence_tail_terminated([unopened()])


@every_dialect
@judged("END-09", Verdict.PASS, "四五六")
def test_a_second_utterance_that_reads_the_same_passes(dialect: str) -> Finding:
    """Leading punctuation belongs to the utterance before."""
    return second_utterance_reads_as_fresh(twice(dialect, "一二三", "，四五六。"), heard(dialect, "四五六。"))


@every_dialect
@judged("END-09", Verdict.FAIL, "'三四五六'", "'四五六'")
def test_a_second_utterance_that_reads_otherwise_fails(dialect: str) -> Finding:
    """A leftover of the first one shows."""
    return second_utterance_reads_as_fresh(twice(dialect, "一二", "三四五六"), heard(dialect, "四五六"))


@judged("END-09", Verdict.FAIL, "''")
def test_a_second_utterance_without_text_fails() -> Finding:
    """A connection that works only once fails."""
    exchange = (
        spoken("funasr-2pass")
        .reply(*sentence("funasr-2pass", "一二三"))
        .terminated()
        .config(wav_name="t1")
        .audio(1800)
        .end()
        .timed_out()
        .close()
    )
    return second_utterance_reads_as_fresh(exchange, heard("funasr-2pass", "四五六"))


@judged("END-09", Verdict.INCONCLUSIVE, "no second utterance")
def test_a_connection_that_ends_after_the_first_gives_nothing_to_compare() -> Finding:
    """The second utterance could not be sent."""
    return second_utterance_reads_as_fresh(heard("funasr-2pass", "一二三"), heard("funasr-2pass", "四五六"))


@judged("END-09", Verdict.INCONCLUSIVE, "no text on a fresh connection")
def test_an_unheard_second_utterance_gives_nothing_to_compare() -> Finding:
    """The recogniser hears nothing in it anyway."""
    return second_utterance_reads_as_fresh(twice("funasr-2pass", "一二三", "四"), heard("funasr-2pass", ""))


def test_replies_are_read_in_the_utterance_that_they_answer() -> None:
    """A partial that comes during the second utterance belongs to it, whatever its content."""
    exchange = (
        spoken("funasr-2pass")
        .reply(*sentence("funasr-2pass", "一二三"))
        .terminated()
        .config()
        .audio(600)
        .reply(partial("funasr-2pass", "四五"))
        .audio(600)
        .end()
        .reply(*sentence("funasr-2pass", "四五六"))
        .terminated()
        .close()
    )
    first, second = utterances(exchange)
    assert [first.text, second.text] == ["一二三", "四五六"]
    assert [len(first.replies), len(second.replies)] == [1, 2]
    assert [first.audio_ms, second.audio_ms] == [5400, 1200]
    assert not first.late
    assert not second.late


def test_an_utterance_that_was_never_ended_leaves_the_next_one_its_replies() -> None:
    """A server may answer and never end it; once the client gave up, replies are for the next utterance."""
    exchange = (
        spoken("funasr-python")
        .reply(sentence("funasr-python", "一二三")[0])
        .timed_out()
        .config()
        .audio(600)
        .reply(partial("funasr-python", "四五"))
        .end()
        .timed_out()
        .close()
    )
    first, second = utterances(exchange)
    assert [first.text, second.text] == ["一二三", "四五"]
    assert first.terminator is None
    assert not first.late


FIRST_STAMPS, LATER_STAMPS = [[300, 460], [500, 659]], [[5700, 5860], [5900, 6059]]


def stamped_twice(dialect: str, stamps: list[list[int]] | None) -> Exchange:
    """Two utterances on one connection, the second with these stamps."""
    begun = spoken(dialect).reply(*sentence(dialect, "一二", FIRST_STAMPS)).terminated()
    again = begun.config(wav_name="t1").audio(1800).end().reply(*sentence(dialect, "三四", stamps))
    return again.terminated().close()


def stamped_alone(dialect: str, stamps: list[list[int]] | None) -> Exchange:
    """The second utterance on a connection of its own."""
    return replied(dialect, *sentence(dialect, "三四", stamps))


with_session_stamps = pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)


@with_session_stamps
@judged("END-10", Verdict.PASS, "begins at 300 ms")
def test_stamps_that_restart_pass(dialect: str) -> Finding:
    """Each utterance has a clock of its own."""
    return stamps_restart(stamped_twice(dialect, FIRST_STAMPS), stamped_alone(dialect, FIRST_STAMPS))


@with_session_stamps
@judged("END-10", Verdict.FAIL, "the second utterance begins at 5700 ms, on a fresh connection at 300 ms")
def test_stamps_that_go_on_fail(dialect: str) -> Finding:
    """They count from the beginning of the connection."""
    return stamps_restart(stamped_twice(dialect, LATER_STAMPS), stamped_alone(dialect, FIRST_STAMPS))


@pytest.mark.parametrize(("begins_ms", "verdict"), [(300, Verdict.PASS), (5700, Verdict.FAIL)])
def test_realtime_sentences_restart_as_well(begins_ms: int, verdict: Verdict) -> None:
    """There each sentence has one stamp, and START sets the clock to 0."""
    twice = live("一二", "三四", start_ms=begins_ms).close()
    assert stamps_restart(twice, live("三四").close()).verdict is verdict


@judged("END-10", Verdict.INCONCLUSIVE, "no time stamps")
def test_without_stamps_no_clock_is_judged() -> Finding:
    """A model may give none."""
    return stamps_restart(stamped_twice("funasr-2pass", None), stamped_alone("funasr-2pass", None))


@every_dialect
@judged("END-13", Verdict.PASS, "open for 30.0 s")
def test_a_connection_that_stays_open_passes(dialect: str) -> Finding:
    """Until the client closes."""
    replies = sentence(dialect, "你好")
    return stays_open(spoken(dialect).reply(*replies).terminated().listen(30).close())


@judged("END-13", Verdict.PASS, "open for 30.0 s")
def test_a_realtime_session_that_stays_open_passes() -> Finding:
    """The event `stopped` ends it, and not the connection."""
    return stays_open(live("你好").listen(30).close())


@every_dialect
@judged("END-13", Verdict.FAIL, "the server ended the connection 20.0 s after", "code 1000")
def test_a_connection_that_the_server_closes_fails(dialect: str) -> Finding:
    """A client that goes on speaking has lost it."""
    answered = spoken(dialect).reply(*sentence(dialect, "你好")).terminated()
    return stays_open(answered.listen(20).closed("server", 1000))


@judged("END-13", Verdict.INCONCLUSIVE, "watched for 3.0 s only")
def test_a_short_watch_says_nothing() -> Finding:
    """Closing later would not have been seen."""
    return stays_open(recorded("funasr-2pass"))


@judged("END-13", Verdict.INCONCLUSIVE, "no terminating message")
def test_without_an_end_no_connection_is_left_open() -> Finding:
    """The wait begins with the terminating message."""
    return stays_open(mute("funasr-2pass"))
