"""One call: a caller connects, speaks at the pace of speech, and waits for the final.

An utterance is data when it is over: everything that was sent and received, with its instants. What it took
is computed from that afterwards (see `heard`), always from the instant that was planned.
"""

import time
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

import gevent
from gevent.event import Event

from asrgate.load.habits import Turn
from asrgate.load.line import Hangup, Line, NoLine, Opening, Refusal, open_line
from asrgate.load.metronome import Beat, Metronome
from asrgate.load.pulse import Activity
from asrgate.load.speech import Speech
from asrgate.wire.dialects import Dialect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import NotAReply, parse_reply

FINAL_WITHIN_S = 10.0
"""How long after the end frame, plus once the length of the audio, a final may take (END-01)."""

ErrorKind = Refusal | Literal["closed early", "mute", "protocol", "unfinished"]
"""What went wrong. `unfinished` is nobody's error: the load ended before the call did. `exhausted` is one of
the generator's machine, which had no file or no port left."""

Begins = Callable[[], int]
"""Says at which instant (monotonic ns) an utterance begins whose caller is ready now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What happened in one utterance. Instants are monotonic ns; `began_ns` is when its first sample was due.

    `turn` counts the utterances of a connection from 0; `opening` is that of its first one, `hangup` stands
    with its last one. `name` is the `wav_name` that was asked for. `late_ns` holds, for each frame, how long
    after its instant it was sent. `error` is None when the terminating message came.
    """

    caller: int
    turn: int = 0
    name: str
    speech: Speech
    began_ns: int
    opening: Opening | None = None
    late_ns: "array[int]"
    end_sent_ns: int | None = None
    replies: tuple[tuple[int, str], ...] = ()
    held_bytes: int = 0
    hangup: Hangup | None = None
    error: ErrorKind | None = None
    error_message: str = ""

    @property
    def end_due_ns(self) -> int:
        """When the end frame was due: with the last sample."""
        return self.began_ns + self.speech.length_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, whom, and with what: everything that the calls of one caller share."""

    number: int
    endpoint: Endpoint
    dialect: Dialect
    metronome: Metronome
    activity: Activity
    begins: Begins = time.monotonic_ns


def call(
    caller: int,
    speech: Speech,
    settings: Mapping[str, Any],
    *,
    endpoint: Endpoint,
    dialect: Dialect,
    metronome: Metronome,
) -> Call:
    """Make a call of one utterance and return what happened; what goes wrong is in it, never raised.

    Raises:
        UsageError: the endpoint's CA file cannot be used.
    """
    alone = Caller(
        number=caller, endpoint=endpoint, dialect=dialect, metronome=metronome, activity=Activity()
    )
    (done,) = conversation(alone, iter([Turn(speech=speech)]), lambda speech: settings)
    return done


def conversation(
    caller: Caller, turns: Iterator[Turn], settings_for: Callable[[Speech], Mapping[str, Any]]
) -> Iterator[Call]:
    """Connect, speak these turns one after another, hang up; yields each utterance when it is over.

    The first thing that goes wrong ends it, and so does a server that hangs up. Where the greenlet is killed,
    what is under way is yielded as unfinished and nothing follows.

    Raises:
        UsageError: the endpoint's CA file cannot be used.
    """
    first = next(turns)
    settings = settings_for(first.speech)
    dialled_ns = time.monotonic_ns()
    try:
        line = open_line(caller.endpoint)
    except NoLine as error:
        yield unheard(caller, first.speech, settings, dialled_ns, error.kind, str(error))
        return
    except gevent.GreenletExit:
        why = "the load ended before it was connected"
        yield unheard(caller, first.speech, settings, dialled_ns, "unfinished", why)
        return
    try:
        with caller.activity.connected():
            turn: Turn | None = first
            count = 0
            while turn is not None:
                gevent.sleep(turn.after_s)
                done = utterance(line, caller, turn.speech, settings)
                turn = next(turns, None) if done.error is None and line.hangup is None else None
                killed = _closed(line) if turn is None and done.error is None else None
                opening = line.opening if count == 0 else None
                yield replace(done, turn=count, opening=opening, hangup=line.hangup)
                if killed is not None:
                    raise killed
                count += 1
                if turn is not None:
                    settings = settings_for(turn.speech)
    finally:
        line.cut()


def utterance(line: Line, caller: Caller, speech: Speech, settings: Mapping[str, Any]) -> Call:
    """Speak on an open line and wait for the final; the line stays open."""
    over = Event()
    ended_ns: list[int] = []
    finals_ns: list[int] = []
    dialect = caller.dialect

    def listen(at_ns: int, text: str) -> None:
        with suppress(NotAReply):
            if ended_ns and dialect.terminates(parse_reply(text)):
                finals_ns.append(at_ns)
                over.set()

    def end() -> None:
        line.send_text(dialect.ending_text)
        ended_ns.append(time.monotonic_ns())

    def notice(_: object) -> None:
        over.set()

    line.replies.clear()
    line.on_reply = listen
    line.ended.rawlink(notice)
    beat = Beat(line.send_frame, speech.frames, speech.send_ns, caller.begins(), over=end)
    for text in dialect.opening_texts(settings):
        line.send_text(text)
    caller.metronome.start(beat)
    until_ns = beat.began_ns + 2 * speech.length_ns + round(FINAL_WITHIN_S * 1e9)
    try:
        with caller.activity.utterance(beat):
            over.wait((until_ns - time.monotonic_ns()) / 1e9)
        error, message = (None, "") if finals_ns else _went_wrong(line, (until_ns - beat.began_ns) / 1e9)
    except gevent.GreenletExit:
        error, message = "unfinished", "the load ended before it did"
    beat.stop()
    line.ended.unlink(notice)
    return Call(
        caller=caller.number,
        name=_name_in(settings),
        speech=speech,
        began_ns=beat.began_ns,
        late_ns=beat.late_ns,
        end_sent_ns=ended_ns[0] if ended_ns else None,
        replies=tuple(line.replies),
        held_bytes=line.held_bytes,
        error=error,
        error_message=message,
    )


def _closed(line: Line) -> gevent.GreenletExit | None:
    """Hang up; a greenlet that is killed meanwhile has still an utterance to tell."""
    try:
        line.close()
    except gevent.GreenletExit as killed:
        return killed
    return None


def unheard(
    caller: Caller,
    speech: Speech,
    settings: Mapping[str, Any],
    dialled_ns: int,
    kind: ErrorKind,
    message: str,
) -> Call:
    """An utterance that nobody heard: there was no connection."""
    return Call(
        caller=caller.number,
        name=_name_in(settings),
        speech=speech,
        began_ns=dialled_ns,
        late_ns=array("q"),
        error=kind,
        error_message=message,
    )


def _name_in(settings: Mapping[str, Any]) -> str:
    return str(settings.get("wav_name", ""))


def _went_wrong(line: Line, patience_s: float) -> tuple[ErrorKind, str]:
    """Why there was no final."""
    if line.hangup is not None:
        code = "without a close frame" if line.hangup.code is None else f"with close code {line.hangup.code}"
        return "closed early", f"the {line.hangup.who} ended the connection {code} before the final"
    return "mute", f"no final within {patience_s:.0f} s after the first sample"
