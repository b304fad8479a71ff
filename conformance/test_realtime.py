"""RT: commands, events and updates of funasr-realtime (docs/protocol.md sections 3.8, 4.6 and 5.4)."""

from collections.abc import Sequence

from asrgate.judge import realtime
from asrgate.judge.finding import Finding
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("RT-01")
def test_sessions_begin_and_end_in_order(ordinary: Sequence[Exchange], empty: Exchange) -> Finding:
    return realtime.sessions_begin_and_end_in_order([*ordinary, empty])


@check("RT-02")
def test_updates_are_typed(ordinary: Sequence[Exchange], settings_by_command: Exchange) -> Finding:
    return realtime.updates_are_typed([*ordinary, settings_by_command])


@check("RT-03")
def test_sentences_stay(ordinary: Sequence[Exchange]) -> Finding:
    return realtime.sentences_stay(ordinary)


@check("RT-04")
def test_duration_follows_the_audio(ordinary: Sequence[Exchange]) -> Finding:
    return realtime.duration_follows_the_audio(ordinary)


@check("RT-05")
def test_commit_is_refused(commit: Exchange) -> Finding:
    return realtime.commit_is_refused(commit)


@check("RT-06")
def test_unknown_text_is_refused(no_commands: Exchange) -> Finding:
    return realtime.unknown_text_is_refused(no_commands)


@check("RT-07")
def test_odd_frames_do_not_end_sessions(odd_frames: Sequence[Exchange]) -> Finding:
    return realtime.odd_frames_do_not_end_sessions(odd_frames)
