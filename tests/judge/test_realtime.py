"""RT: what must answer START, STOP, COMMIT and what is no command, and what updates hold."""

from typing import Any

import pytest

from asrgate.judge import realtime, timestamps
from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.utterances import sentences_of, text_of, utterances
from asrgate.wire.exchange import Exchange

from .exchanges import Session, judged, session, unopened

STARTED, STOPPED = {"event": "started"}, {"event": "stopped"}
REFUSED = {"event": "error", "error": "COMMIT requires --endpoint-mode client"}
FIRST = {"text": "一二三。", "start": 300, "end": 900}
SECOND = {"text": "四五六。", "start": 1500, "end": 1980}


def begun() -> Session:
    """A session that START began."""
    return session("funasr-realtime").text("START", role="config").reply(STARTED)


def update(
    *sentences: dict[str, Any], partial: str = "", at_ms: int = 0, final: bool = False
) -> dict[str, Any]:
    """An update as the server writes it."""
    return {
        "sentences": list(sentences),
        "partial": partial,
        "partial_start_ms": 0 if final else at_ms,
        "duration_ms": at_ms,
        "is_final": final,
    }


def stopped(begun: Session) -> Exchange:
    """That session, ended with STOP and its event."""
    return begun.text("STOP", role="end").reply(STOPPED).terminated().close()


def whole() -> Exchange:
    """A session of two sentences with partials, in order."""
    talk = begun().audio(1200).reply(update(partial="一二", at_ms=1200), update(FIRST, at_ms=1200))
    talk = talk.audio(840).reply(update(FIRST, partial="四五", at_ms=2040))
    talk = talk.text("STOP", role="end").reply(update(FIRST, SECOND, at_ms=2040, final=True), STOPPED)
    return talk.terminated().close()


def test_each_sentence_is_told_once() -> None:
    """Each counts where it came first, with its own text; the session's text is that of the last update."""
    exchange = whole()
    assert [reply.text for _, reply in sentences_of(exchange)] == ["一二三。", "四五六。"]
    assert [frame.text for frame, _ in sentences_of(exchange)] == [
        exchange.received()[2].text,
        exchange.received()[4].text,
    ]
    assert text_of(exchange) == "一二三。四五六。"


def test_partials_that_are_empty_do_not_count() -> None:
    """A partial is the text of the open segment, without the sentences before it."""
    (utterance,) = utterances(whole())
    assert [reply.text_or_empty for _, reply in utterance.partials] == ["一二", "四五"]


@judged("RT-01", Verdict.PASS, "3 sessions from started to stopped")
def test_order_holds() -> Finding:
    """With audio and without, on a connection of its own or after another session."""
    talk = begun().text("STOP", role="end").reply(STOPPED).terminated()
    talk = talk.text("START", role="config").reply(STARTED).audio(60).text("STOP", role="end")
    twice = talk.reply(update(at_ms=60, final=True), STOPPED).terminated().close()
    return realtime.sessions_begin_and_end_in_order([whole(), twice])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            lambda: stopped(session("funasr-realtime").text("START", role="config")),
            "START got stopped, expected the event started",
        ),
        (
            lambda: stopped(
                session("funasr-realtime")
                .text("START", role="config")
                .audio(960)
                .reply(update(partial="一", at_ms=960), STARTED)
            ),
            "the update '一' came before started",
        ),
        (lambda: stopped(begun().audio(960)), "stopped came after 960 ms of audio, and no final"),
        (
            lambda: begun().text("STOP", role="end").reply(update(final=True)).timed_out().close(),
            "STOP was not answered with the event stopped",
        ),
        (
            lambda: (
                begun()
                .audio(60)
                .text("STOP", role="end")
                .reply(update(at_ms=60, final=True), update(at_ms=60), STOPPED)
                .terminated()
                .close()
            ),
            "an update came between the final and stopped",
        ),
        (
            lambda: (
                begun()
                .audio(60)
                .text("STOP", role="end")
                .reply(update(at_ms=60, final=True), update(at_ms=60, final=True), STOPPED)
                .terminated()
                .close()
            ),
            "2 finals in one session",
        ),
    ],
)
@judged("RT-01", Verdict.FAIL)
def test_order_broken(wrong: Any, told: str) -> Finding:
    """Nothing before started, one final before stopped, nothing between them."""
    return realtime.sessions_begin_and_end_in_order([whole(), wrong()])


@judged("RT-01", Verdict.INCONCLUSIVE, "connection refused")
def test_no_session() -> Finding:
    """Nothing was begun."""
    return realtime.sessions_begin_and_end_in_order([unopened("funasr-realtime")])


@judged("RT-02", Verdict.PASS, "10 messages")
def test_types_hold() -> Finding:
    """Updates with all fields, sentences with a speaker too, and every kind of event."""
    talk = session("funasr-realtime").text("HOTWORDS:阿里", role="config")
    talk = talk.reply(
        {"event": "hotwords_set", "hotwords": ["阿里"]}, {"event": "language_set", "language": "zh"}
    )
    events = talk.reply(REFUSED, update(FIRST | {"spk": 0}, at_ms=1000, final=True)).close()
    return realtime.updates_are_typed([whole(), events])


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"sentences": [], "partial": "", "is_final": False}, "partial_start_ms of an update is missing"),
        (update() | {"duration_ms": 1.5}, "duration_ms of an update is 1.5, expected int"),
        (update() | {"duration_ms": True}, "duration_ms of an update is True, expected int"),
        (update() | {"is_final": 0}, "is_final of an update is 0, expected bool"),
        (update() | {"sentences": {}}, "sentences of an update is {}, expected list"),
        (update() | {"sentences": ["一"]}, "sentences[0] is '一', expected an object"),
        (update(FIRST, {"text": "四", "start": 1}), "end of sentences[1] is missing"),
        ({"event": 1}, "event is 1, expected a string"),
        ({"event": "error"}, "error of the event error is None"),
        ({"text": "一二三", "is_final": True}, "sentences of an update is missing"),
    ],
)
@judged("RT-02", Verdict.FAIL)
def test_types_broken(message: dict[str, Any], told: str) -> Finding:
    """The field and what came are named."""
    return realtime.updates_are_typed([stopped(begun().reply(message))])


@judged("RT-02", Verdict.INCONCLUSIVE, "no message")
def test_no_message() -> Finding:
    """A server that says nothing sends no wrong type."""
    return realtime.updates_are_typed([session("funasr-realtime").text("START", role="config").close()])


@judged("RT-03", Verdict.PASS, "3 updates")
def test_sentences_go_on() -> Finding:
    """What is locked stays."""
    return realtime.sentences_stay([whole()])


@judged("RT-03", Verdict.PASS)
def test_a_final_may_split_by_speaker() -> Finding:
    """Speakers are told apart at the end, when all of it has been heard."""
    split = [
        {"text": "一", "start": 300, "end": 500, "spk": 0},
        {"text": "二三。", "start": 500, "end": 900, "spk": 1},
    ]
    talk = begun().audio(1200).reply(update(FIRST, at_ms=1200), update(FIRST, partial="四", at_ms=1200))
    return realtime.sentences_stay([stopped(talk.reply(update(*split, at_ms=1200, final=True)))])


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (update(at_ms=1200), "['一二三。'] became [] in the next update"),
        (update(FIRST | {"text": "一二山。"}, at_ms=1200), "became ['一二山。']"),
        (update(FIRST | {"end": 880}, at_ms=1200), "['一二三。'] became ['一二三。']"),
        (update(SECOND, FIRST, at_ms=1200), "became ['四五六。', '一二三。']"),
    ],
)
@judged("RT-03", Verdict.FAIL)
def test_sentences_that_change(later: dict[str, Any], told: str) -> Finding:
    """Lost, rewritten, moved in time, or in another order."""
    return realtime.sentences_stay([stopped(begun().audio(1200).reply(update(FIRST, at_ms=1200), later))])


@judged("RT-03", Verdict.INCONCLUSIVE, "no two updates")
def test_one_update_alone() -> Finding:
    """There is nothing to compare, and another session's is no match."""
    alone = stopped(begun().audio(60).reply(update(FIRST, at_ms=60)))
    return realtime.sentences_stay([alone, stopped(begun().audio(60).reply(update(SECOND, at_ms=60)))])


@judged("RT-04", Verdict.PASS, "4 updates")
def test_duration_holds() -> Finding:
    """A server may be behind with what was sent, not at the end."""
    return realtime.duration_follows_the_audio([whole()])


@pytest.mark.parametrize(
    ("told_ms", "final_ms", "told"),
    [
        (1262, 1200, "duration_ms is 1262 when 1200 ms had been sent"),
        (1200, 1140, "duration_ms of the final is 1140, sent were 1200 ms"),
        (1200, 600, "duration_ms of the final is 600"),
    ],
)
@judged("RT-04", Verdict.FAIL)
def test_duration_strays(told_ms: int, final_ms: int, told: str) -> Finding:
    """More than was sent, or a frame less at the end."""
    talk = begun().audio(1200).reply(update(at_ms=told_ms)).text("STOP", role="end")
    ended = talk.reply(update(at_ms=final_ms, final=True), STOPPED).terminated().close()
    return realtime.duration_follows_the_audio([ended])


@judged("RT-04", Verdict.FAIL, "fell from 1200 to 600")
def test_duration_falls() -> Finding:
    """Time does not run back."""
    return realtime.duration_follows_the_audio(
        [stopped(begun().audio(1200).reply(update(at_ms=1200), update(at_ms=600)))]
    )


@judged("RT-04", Verdict.INCONCLUSIVE, "no update")
def test_no_duration() -> Finding:
    """Nothing told how long it was."""
    return realtime.duration_follows_the_audio([stopped(begun())])


@judged("RT-05", Verdict.PASS, "requires --endpoint-mode client")
def test_commit_refused() -> Finding:
    """With an event, and the session goes on."""
    return realtime.commit_is_refused(stopped(begun().text("COMMIT").reply(REFUSED)))


@judged("RT-05", Verdict.UNSUPPORTED, "lets clients end utterances")
def test_commit_taken() -> Finding:
    """A server in its other mode has nothing to refuse."""
    return realtime.commit_is_refused(stopped(begun().text("COMMIT").reply(update(final=True))))


@judged("RT-05", Verdict.FAIL, "got silence")
def test_commit_ignored() -> Finding:
    """No answer before the next text frame."""
    return realtime.commit_is_refused(stopped(begun().text("COMMIT")))


@judged("RT-05", Verdict.FAIL, "close code 1011")
def test_commit_closes() -> Finding:
    """The connection is no price for a wrong command."""
    return realtime.commit_is_refused(begun().text("COMMIT").closed("server", 1011))


@judged("RT-05", Verdict.INCONCLUSIVE, "COMMIT was not sent")
def test_commit_not_sent() -> Finding:
    """The session ended before."""
    return realtime.commit_is_refused(begun().closed("server", 1000))


@judged("RT-06", Verdict.PASS, "2 texts that are no commands")
def test_unknown_text_refused() -> Finding:
    """Each with an event of its own."""
    return realtime.unknown_text_is_refused(
        stopped(begun().text('{"mode":"2pass"}').reply(REFUSED).text("PING").reply(REFUSED))
    )


@judged("RT-06", Verdict.FAIL, "'PING' got silence")
def test_unknown_text_ignored() -> Finding:
    """As upstream's server does today."""
    return realtime.unknown_text_is_refused(
        stopped(begun().text('{"mode":"2pass"}').reply(REFUSED).text("PING"))
    )


@judged("RT-06", Verdict.INCONCLUSIVE, "no such text")
def test_unknown_text_not_sent() -> Finding:
    """The session ended before."""
    return realtime.unknown_text_is_refused(begun().closed("server", 1000))


@judged("RT-07", Verdict.PASS, "1 session with frames of odd length")
def test_odd_frames_borne() -> Finding:
    """The session comes to its end."""
    talk = begun().frame(641).text("STOP", role="end")
    odd = talk.reply(update(at_ms=20, final=True), STOPPED).terminated().close()
    return realtime.odd_frames_do_not_end_sessions([odd, whole()])


@judged("RT-07", Verdict.FAIL, "close code 1000 after a frame of 641 bytes")
def test_odd_frames_close() -> Finding:
    """As upstream's server does today."""
    return realtime.odd_frames_do_not_end_sessions([begun().frame(641).closed("server", 1000)])


@judged("RT-07", Verdict.INCONCLUSIVE, "no frame of odd length")
def test_no_odd_frames() -> Finding:
    """Even frames show nothing."""
    return realtime.odd_frames_do_not_end_sessions([whole()])


@judged("TS-01", Verdict.PASS, "2")
def test_sentences_have_one_stamp_each() -> Finding:
    """The judges of time stamps read them as they read those of words."""
    return timestamps.stamps_are_ordered_pairs([whole()])


@judged("TS-09", Verdict.PASS)
def test_sentences_shift_with_silence() -> Finding:
    """Equal sentences are compared, each as one word."""
    late = [FIRST | {"start": 2300, "end": 2900}, SECOND | {"start": 3500, "end": 3980}]
    talk = begun().audio(4040).text("STOP", role="end")
    padded = talk.reply(update(*late, at_ms=4040, final=True), STOPPED).terminated().close()
    return timestamps.silence_shifts_stamps(whole(), padded, silence_ms=2000)
