"""A long session: one caller who speaks all the while on one connection, and ends with the load.

The clip is said again and again with a pause after it, in which sentences end, and no end frame is sent in
between. What happened is told piece by piece, one for each time that the clip was said, so that a run of
hours can be interrupted.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count, groupby
from typing import Any

import gevent
from gevent.event import Event

from asrgate.judge.endurance import LongSession
from asrgate.load.call import FINAL_WITHIN_S, Call, Caller, unheard
from asrgate.load.habits import followed_by_silence
from asrgate.load.line import Line, NoLine, open_line
from asrgate.load.metronome import Beat
from asrgate.load.speech import Speech
from asrgate.load.trace import Trace
from asrgate.wire.dialects import Dialect, dialect_named
from asrgate.wire.messages import NotAReply, Reply, parse_reply
from asrgate.wire.stamps import Stamp, stamps_of

INGREDIENT = "long-session"

PAUSE_MS = 1500.0
"""Twice the silence after which servers end a sentence (docs/protocol.md section 6.3)."""

_LOOK_S = 0.5


def with_pause(speech: Speech) -> Speech:
    """The speech with silence after it that is long enough for a sentence to end."""
    return followed_by_silence(speech, PAUSE_MS)


def long_session(
    caller: Caller, said: Speech, settings: Mapping[str, Any], over: Callable[[], bool]
) -> Iterator[Call]:
    """Speak until it is `over`, end, and wait for the final; yields a piece each time the clip was said.

    What is `said` again and again ends with a pause (see `with_pause`). All pieces count from the first
    sample of the session. Of the replies those that end a sentence are kept. The last piece has the error,
    if something went wrong.

    Raises:
        UsageError: the endpoint's CA file cannot be used.
    """
    dialled_ns = time.monotonic_ns()
    try:
        line = open_line(caller.endpoint)
    except NoLine as error:
        yield unheard(caller, said, settings, dialled_ns, error.kind, str(error))
        return
    try:
        with caller.activity.connected():
            line.on_reply = _sentences_only(line, caller.dialect)
            for text in caller.dialect.opening_texts(settings):
                line.send_text(text)
            yield from _pieces(line, caller, said, str(settings.get("wav_name", "")), over)
    finally:
        line.cut()


def long_sessions_of(traces: Iterable[Trace]) -> tuple[LongSession, ...]:
    """The sessions whose pieces these are, as the judges read them."""

    def session(trace: Trace) -> tuple[str, int]:
        return trace.worker, trace.caller

    ordered = sorted(traces, key=lambda trace: (*session(trace), trace.turn))
    return tuple(_session(list(pieces)) for _, pieces in groupby(ordered, key=session))


def _pieces(line: Line, caller: Caller, said: Speech, name: str, over: Callable[[], bool]) -> Iterator[Call]:
    began_ns = time.monotonic_ns()
    for turn in count():
        beat, killed = _said_once(line, caller, said, began_ns + turn * said.length_ns, over)
        sent = max(1, len(beat.late_ns))
        piece = Call(
            caller=caller.number,
            turn=turn,
            name=name,
            speech=replace(said, frames=said.frames[:sent], due_ns=said.due_ns[:sent]),
            began_ns=began_ns,
            opening=line.opening if turn == 0 else None,
            late_ns=beat.late_ns,
        )
        ends = over() and line.hangup is None and not killed
        if ends:
            piece = _ended(line, caller, piece)
        elif line.hangup is not None:
            code = "" if line.hangup.code is None else f" with close code {line.hangup.code}"
            why = f"the {line.hangup.who} ended the connection{code}"
            piece = replace(piece, error="closed early", error_message=why)
        elif killed:
            piece = replace(piece, error="unfinished", error_message="the load ended before it did")
        replies = tuple(line.replies)
        line.replies.clear()
        yield replace(piece, replies=replies, held_bytes=line.held_bytes, hangup=line.hangup)
        if ends or piece.error is not None:
            return


def _said_once(
    line: Line, caller: Caller, said: Speech, began_ns: int, over: Callable[[], bool]
) -> tuple[Beat, bool]:
    """Say the clip, unless it is over or the line has ended meanwhile; and whether the caller was killed."""
    done = Event()

    def notice(_: object) -> None:
        done.set()

    beat = Beat(line.send_frame, said.frames, said.due_ns, began_ns, over=done.set)
    line.ended.rawlink(notice)
    killed = False
    caller.metronome.start(beat)
    try:
        with caller.activity.utterance(beat):
            while not done.wait(_LOOK_S) and not over():
                pass
    except gevent.GreenletExit:
        killed = True
    beat.stop()
    line.ended.unlink(notice)
    return beat, killed


def _ended(line: Line, caller: Caller, piece: Call) -> Call:
    """Say that the audio is over, and wait for the final."""
    answered = Event()
    keep = line.on_reply

    def listen(at_ns: int, text: str) -> None:
        keep(at_ns, text)
        reply = _read(text)
        if reply is not None and caller.dialect.terminates(reply):
            answered.set()

    line.on_reply = listen
    line.ended.rawlink(lambda _: answered.set())
    line.send_text(caller.dialect.ending_text)
    end_sent_ns = time.monotonic_ns()
    came = answered.wait(FINAL_WITHIN_S)
    if line.hangup is not None:
        why = f"the {line.hangup.who} ended the connection before the final"
        piece = replace(piece, error="closed early", error_message=why)
    elif not came:
        why = f"no final came within {FINAL_WITHIN_S:.0f} s of its end"
        piece = replace(piece, error="mute", error_message=why)
    else:
        line.close()
    return replace(piece, end_sent_ns=end_sent_ns)


def _sentences_only(line: Line, dialect: Dialect) -> Callable[[int, str], None]:
    """Keep of what comes only what ends a sentence: updates that repeat all of hours would fill the disk."""
    told = 0

    def listen(at_ns: int, text: str) -> None:
        nonlocal told
        reply = _read(text)
        if reply is None or not dialect.is_sentence(reply) or (reply.locked and len(reply.locked) == told):
            line.replies.pop()
        elif reply.locked:
            told = len(reply.locked)

    return listen


def _session(pieces: list[Trace]) -> LongSession:
    dialect = dialect_named(pieces[0].dialect)
    last = pieces[-1]
    went_wrong = last.error not in (None, "unfinished")
    return LongSession(
        spoken_s=sum(piece.audio_ms for piece in pieces if piece.lateness) / 1000,
        cut=f"{last.error}: {last.error_message}" if went_wrong else None,
        sentences=tuple(_sentences(pieces, dialect)),
        over_session=dialect.stamps == "session",
    )


def _sentences(pieces: Iterable[Trace], dialect: Dialect) -> Iterator[tuple[float, tuple[Stamp, ...]]]:
    told = 0
    for piece in pieces:
        for at_ms, text in piece.replies:
            reply = _read(text)
            if reply is None or not dialect.is_sentence(reply):
                continue
            stamps = stamps_of(dialect, reply)
            new = stamps[told:] if dialect.tells == "everything" else stamps
            told = len(stamps)
            if new:
                yield at_ms / 1000, new


def _read(text: str) -> Reply | None:
    try:
        return parse_reply(text)
    except NotAReply:
        return None
