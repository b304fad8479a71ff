"""What became of a server: dead, hung, deaf, without its canary, closed, muted, unharmed: told apart."""

from collections.abc import Callable

import pytest

from asrgate.judge.aftermath import Aftermath, State, fate_of, in_short
from asrgate.wire.exchange import Exchange

from .aftermaths import (
    TEXT,
    aftermath,
    answered,
    back_after,
    canary,
    cut,
    lost_canary,
    muted,
    refused,
)
from .exchanges import session, unopened
from .recorded import ALL, heard, spoken

every_dialect = pytest.mark.parametrize("dialect", ALL)


def state_of(case: Aftermath, *told: str) -> State:
    """The state, when the sentence says all of this."""
    fate = fate_of(case)
    assert [part for part in told if part not in fate.sentence] == [], fate.sentence
    assert "\n" not in fate.sentence
    return fate.state


@every_dialect
def test_a_server_that_answers_is_unharmed(dialect: str) -> None:
    """The hostile session was answered, all others go on."""
    case = aftermath(answered(dialect))
    assert state_of(case, "hotwords as an object: the text '你好'") is State.SERVED


@every_dialect
def test_a_session_without_any_answer_is_muted(dialect: str) -> None:
    """It waited in vain; nobody else was harmed."""
    assert state_of(aftermath(muted(dialect)), "no answer") is State.MUTED


@pytest.mark.parametrize(
    ("closed", "told"),
    [
        (session().text("[1]").closed("server", 1000), "close 1000"),
        (cut(), "cut without a close frame"),
    ],
)
def test_a_session_that_alone_is_ended_is_closed(closed: Exchange, told: str) -> None:
    """By a close frame or without: the server goes on for everybody else."""
    assert state_of(aftermath(closed), told) is State.CLOSED


def test_a_client_that_leaves_by_itself_is_not_muted() -> None:
    """It waited for nothing."""
    gone = session().config().audio(600).closed("client", None, clean=False)
    assert state_of(aftermath(gone)) is State.SERVED


def test_a_server_that_is_gone_died() -> None:
    """The canary was cut, and nobody answers any more; the frame is named, and what followed it."""
    case = aftermath(cut(), canary=lost_canary(), probe=refused())
    told = (
        "the process died of hotwords as an object, the text frame {",
        '"hotwords":{"阿里巴巴":20}',
        "(frame 0 of session-",
        "followed by 10 audio frames",
        "an idle session beside it was cut without a close frame",
        "no new connection opened within 60 s (connection refused)",
    )
    assert state_of(case, *told) is State.DIED
    assert in_short(case) == "the process died of hotwords as an object"


def test_a_server_that_comes_back_died_all_the_same() -> None:
    """It says after how long it came back."""
    case = aftermath(cut(), canary=lost_canary(), probe=back_after(3.1))
    assert state_of(case, "refused at first", "it came back after 3.1 s") is State.DIED
    assert in_short(case) == "the process died of hotwords as an object (it came back after 3.1 s)"


def test_a_server_that_is_replaced_at_once_died() -> None:
    """Both sessions of the process were cut, while another one already listens."""
    case = aftermath(cut(), canary=lost_canary())
    assert state_of(case, "replaced at once", "as was the session itself") is State.DIED


def test_a_server_that_closes_its_sessions_before_it_goes_died() -> None:
    """Some end their sessions properly even then."""
    closed = session().ping("0a00", pong="0a00").closed("server", 1001)
    case = aftermath(answered(), canary=closed, probe=refused())
    assert state_of(case, "was closed with 1001") is State.DIED


def test_only_the_canary_may_be_lost() -> None:
    """The hostile session was answered and new ones are served: another client paid."""
    case = aftermath(answered(), canary=lost_canary())
    assert state_of(case, "another session was lost through hotwords as an object") is State.CANARY_LOST


def test_a_canary_that_gives_no_pong_any_more_is_lost() -> None:
    """It is open, and served no more."""
    assert state_of(aftermath(answered(), canary=canary(pong=False)), "no pong") is State.CANARY_LOST


def test_a_server_that_never_gave_pongs_did_not_fall_silent() -> None:
    """A gateway may swallow pings; that is HS-08."""
    mute = canary(pong=False, first_pong=False)
    assert state_of(aftermath(answered(), canary=mute)) is State.SERVED


@pytest.mark.parametrize("probe", [refused(), spoken("funasr-2pass").timed_out(60).close()])
def test_a_server_that_holds_its_sessions_and_serves_nobody_hangs(probe: Exchange) -> None:
    """The canary is open and silent; new connections hang, or get no answer."""
    case = aftermath(muted(), canary=canary(pong=False), probe=probe)
    assert state_of(case, "the server hangs since", "gives no pong") is State.HUNG
    assert in_short(case) == "the server has served nobody since hotwords as an object"


def test_a_server_that_opens_no_new_connection_hangs() -> None:
    """Even if old ones still get their pongs."""
    assert state_of(aftermath(muted(), probe=refused(7)), "is still there", "within 7 s") is State.HUNG


@pytest.mark.parametrize(
    ("probe", "told"),
    [
        (spoken("funasr-2pass").timed_out(60).close(), "got no answer within 60 s"),
        (spoken("funasr-2pass").closed("network", None, clean=False), "was cut without a close frame"),
        (heard("funasr-2pass", ""), f"reads '' on a new connection, before it read {TEXT!r}"),
        (heard("funasr-2pass", "再见"), "reads '再见'"),
    ],
)
def test_a_server_that_recognises_no_more_is_deaf(probe: Exchange, told: str) -> None:
    """It connects and answers pings; the utterance that it knew is lost."""
    case = aftermath(muted(), probe=probe)
    assert state_of(case, "recognises no more", told) is State.DEAF
    assert in_short(case) == "the server has recognised nothing since hotwords as an object"


def test_an_engine_that_does_not_repeat_itself_is_not_deaf() -> None:
    """One character in six may be another one."""
    assert state_of(aftermath(answered(), probe=heard("funasr-2pass", "阿里爸巴你好。"))) is State.SERVED


def test_a_server_that_takes_long_was_held_up() -> None:
    """The known utterance is heard, later than END-01 allows."""
    spoken_ = spoken("funasr-2pass", audio_ms=1800)
    final = {"is_final": True, "mode": "2pass-offline", "text": TEXT, "wav_name": "t1"}
    late = spoken_.reply(final, after_ms=14_000).terminated().close()
    assert state_of(aftermath(answered(), probe=late), "took 14000 ms", "at most 11800") is State.SLOWED


def test_a_server_that_refuses_for_a_while_was_held_up() -> None:
    """Its sessions stayed, so it did not die."""
    assert state_of(aftermath(answered(), probe=back_after(4.0)), "only after 4.0 s") is State.SLOWED


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda: aftermath(unopened()), "was not sent: connection refused"),
        (lambda: aftermath(answered(), canary=unopened()), "no idle session could be watched"),
        (lambda: aftermath(answered(), canary=session().exchange()), "no idle session could be watched"),
        (lambda: aftermath(answered(), known=heard("funasr-2pass", "")), "gave no text before"),
    ],
)
def test_what_cannot_be_told_is_not_told(build: Callable[[], Aftermath], told: str) -> None:
    """Without a hostile session, a canary, or text before, there is nothing to judge on."""
    assert state_of(build(), told) is State.UNTRIED


def test_only_what_leaves_nobody_served_ends_a_run() -> None:
    """After a lost canary or a slow answer the next input can be asked."""
    assert not fate_of(aftermath(answered(), canary=lost_canary())).fatal
    assert fate_of(aftermath(cut(), canary=lost_canary(), probe=refused())).fatal


def test_a_long_frame_is_shown_by_its_beginning() -> None:
    """200,000 brackets are not printed."""
    long = session().text("[" * 200_000).closed("network", None, clean=False)
    fate = fate_of(aftermath(long, canary=lost_canary(), probe=refused()))
    assert "[[[… (200000 bytes)" in fate.sentence
    assert len(fate.sentence) < 800
