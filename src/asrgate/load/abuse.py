"""Abuse: callers that misbehave as clients in the wild do, beside those that speak at the pace of speech.

What is asked is what they do to the others. Their own calls are told apart from those of paced callers, and
no objective holds for them.
"""

import random
import time
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import gevent
from gevent.event import Event

from asrgate.errors import UsageError
from asrgate.load.call import FINAL_WITHIN_S, Call, Caller, ErrorKind
from asrgate.load.line import Line, NoLine, open_line
from asrgate.load.metronome import Beat
from asrgate.load.speech import Speech
from asrgate.wire.messages import NotAReply, parse_reply

LEAST_SPOKEN, MOST_SPOKEN = 0.1, 0.9
"""Shares of a clip between which a caller abandons it, at random."""

STORM_PAUSE_S = 0.05
"""Between two connections of one caller of a storm: 20 a second at most."""

UNREAD_BYTES = 4096
"""So little of what it is sent lies with a slow reader: the rest stays with the server."""

UNREAD_S = 5.0
"""How long after the end of its audio a slow reader begins to read."""

IDLE_S = 60.0
"""How long an idle caller holds its connection."""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A way to misbehave. `misbehave` does it once, and returns what happened as a call."""

    name: str
    says: str
    misbehave: Callable[[Caller, Speech, Mapping[str, Any], random.Random], Call]
    pause_s: float = 1.0


def abandon(caller: Caller, speech: Speech, settings: Mapping[str, Any], chance: random.Random) -> Call:
    """Go away in the middle of an utterance, without any close."""
    count = max(1, round(len(speech.frames) * chance.uniform(LEAST_SPOKEN, MOST_SPOKEN)))
    spoken = replace(speech, frames=speech.frames[:count], due_ns=speech.due_ns[:count])
    with _misbehaving(caller, spoken, settings) as attempt:
        if (line := attempt.line) is not None:
            over = Event()
            line.ended.rawlink(lambda _: over.set())
            beat = Beat(line.send_frame, spoken.frames, spoken.due_ns, time.monotonic_ns(), over=over.set)
            caller.metronome.start(beat)
            try:
                over.wait(spoken.length_ns / 1e9 + FINAL_WITHIN_S)
            finally:
                beat.stop()
    return attempt.call


def reconnect(caller: Caller, speech: Speech, settings: Mapping[str, Any], chance: random.Random) -> Call:
    """Connect, open a session, hang up at once, and come again."""
    with _misbehaving(caller, speech, settings) as attempt:
        if attempt.line is not None:
            attempt.line.close()
    return attempt.call


def slow_reader(caller: Caller, speech: Speech, settings: Mapping[str, Any], chance: random.Random) -> Call:
    """Speak as others do, but read nothing until long after the end."""
    with _misbehaving(caller, speech, settings, receive_bytes=UNREAD_BYTES) as attempt:
        if (line := attempt.line) is not None:
            line.stop_reading()
            over = Event()
            beat = Beat(line.send_frame, speech.frames, speech.due_ns, time.monotonic_ns(), over=over.set)
            caller.metronome.start(beat)
            try:
                over.wait(speech.length_ns / 1e9 + FINAL_WITHIN_S)
                attempt.end(caller)
                gevent.sleep(UNREAD_S)
            finally:
                beat.stop()
            line.read_again()
            attempt.wait_for_final(caller)
    return attempt.call


def unpaced(caller: Caller, speech: Speech, settings: Mapping[str, Any], chance: random.Random) -> Call:
    """Send all audio of an utterance at once, as a program does that has a file."""
    at_once = replace(speech, due_ns=(0,) * len(speech.frames))
    with _misbehaving(caller, at_once, settings) as attempt:
        if (line := attempt.line) is not None:
            for frame in at_once.frames:
                line.send_frame(frame)
            attempt.end(caller)
            attempt.wait_for_final(caller)
    return attempt.call


def idle(caller: Caller, speech: Speech, settings: Mapping[str, Any], chance: random.Random) -> Call:
    """Open a session and say nothing."""
    with _misbehaving(caller, speech, settings) as attempt:
        if (line := attempt.line) is not None:
            line.ended.wait(IDLE_S)
            if line.hangup is not None:
                attempt.fails("closed early", f"the {line.hangup.who} ended the connection while it was idle")
            else:
                line.close()
    return attempt.call


INGREDIENTS: dict[str, Ingredient] = {
    ingredient.name: ingredient
    for ingredient in (
        Ingredient("abandon", "go away in the middle of an utterance", abandon),
        Ingredient("reconnect", "connect and hang up, again and again", reconnect, STORM_PAUSE_S),
        Ingredient("slow-reader", "read nothing until long after the end", slow_reader),
        Ingredient("unpaced", "send the audio of an utterance at once", unpaced),
        Ingredient("idle", "open a session and say nothing", idle),
    )
}


def abuse_of(texts: list[str]) -> dict[str, int]:
    """How many callers misbehave in which way, from texts like `abandon=3`.

    Raises:
        UsageError: there is no such ingredient, or no number.
    """
    told = [text.partition("=") for text in texts]
    for name, _, count in told:
        if name not in INGREDIENTS:
            raise UsageError(f"no abuse {name!r}; expected one of {', '.join(INGREDIENTS)}")
        if not count.isdecimal():
            raise UsageError(f"{count!r} is no number of callers: expected like {name}=3")
    return {name: int(count) for name, _, count in told}


class _Attempt:
    """What comes of it, so far."""

    def __init__(self, caller: Caller, speech: Speech, settings: Mapping[str, Any]) -> None:
        self.line: Line | None = None
        self.call = Call(
            caller=caller.number,
            name=str(settings.get("wav_name", "")),
            speech=speech,
            began_ns=time.monotonic_ns(),
            late_ns=array("q"),
        )

    def fails(self, kind: ErrorKind, message: str) -> None:
        """It did not do what it was to."""
        self.call = replace(self.call, error=kind, error_message=message)

    def end(self, caller: Caller) -> None:
        """Say that the audio is over."""
        if self.line is not None:
            self.line.send_text(caller.dialect.ending_text)
            self.call = replace(self.call, end_sent_ns=time.monotonic_ns())

    def wait_for_final(self, caller: Caller) -> None:
        """Wait for the terminating message as patiently as paced callers do, and hang up."""
        line = self.line
        if line is None:
            return
        answered = Event()

        def listen(_: int, text: str) -> None:
            if self._is_final(caller, text):
                answered.set()

        line.on_reply = listen
        line.ended.rawlink(lambda _: answered.set())
        for at_ns, text in line.replies:
            listen(at_ns, text)
        came = answered.wait(self.call.speech.length_ns / 1e9 + FINAL_WITHIN_S)
        if line.hangup is not None:
            self.fails("closed early", f"the {line.hangup.who} ended the connection before the final")
        elif not came:
            self.fails("mute", "no final")
        else:
            line.close()

    def _is_final(self, caller: Caller, text: str) -> bool:
        try:
            return caller.dialect.terminates(parse_reply(text))
        except NotAReply:
            return False


@contextmanager
def _misbehaving(
    caller: Caller, speech: Speech, settings: Mapping[str, Any], *, receive_bytes: int | None = None
) -> Iterator[_Attempt]:
    """Connect and open a session; afterwards the call is what happened."""
    attempt = _Attempt(caller, speech, settings)
    try:
        line = open_line(caller.endpoint, receive_bytes=receive_bytes)
    except NoLine as error:
        attempt.fails(error.kind, str(error))
        yield attempt
        return
    attempt.line = line
    attempt.call = replace(attempt.call, opening=line.opening, began_ns=time.monotonic_ns())
    try:
        with caller.activity.connected():
            for text in caller.dialect.opening_texts(settings):
                line.send_text(text)
            yield attempt
    finally:
        line.cut()
        attempt.call = replace(
            attempt.call, replies=tuple(line.replies), held_bytes=line.held_bytes, hangup=line.hangup
        )
