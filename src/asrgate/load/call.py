"""One call: a caller connects, speaks one clip at the pace of speech, and waits for the final.

A call is data when it is over: everything that was sent and received, with its instants. What it took is
computed from that afterwards (see `measure`), always from the instant that was planned.
"""

import time
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gevent.event import Event

from asrgate.load.line import Hangup, Line, NoLine, Opening, Refusal, open_line
from asrgate.load.metronome import Beat, Metronome
from asrgate.load.speech import Speech
from asrgate.wire.dialects import Dialect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import END_OF_INPUT, NotAReply, encode, parse_reply

FINAL_WITHIN_S = 10.0
"""How long after the end frame, plus once the length of the audio, a final may take (END-01)."""

ErrorKind = Refusal | Literal["closed early", "mute", "protocol"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What happened in one call. Instants are monotonic ns; `began_ns` is when its first sample was spoken.

    `name` is the `wav_name` that was asked for. `late_ns` holds, for each frame, how long after its instant
    it was sent. `error` is None when the terminating message came.
    """

    caller: int
    speech: Speech
    name: str
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


def call(
    caller: int,
    speech: Speech,
    settings: Mapping[str, Any],
    *,
    endpoint: Endpoint,
    dialect: Dialect,
    metronome: Metronome,
) -> Call:
    """Make a call and return what happened; what goes wrong on the way is in it, never raised.

    Raises:
        UsageError: the endpoint's CA file cannot be used.
    """
    dialled_ns = time.monotonic_ns()
    try:
        line = open_line(endpoint)
    except NoLine as error:
        return Call(
            caller=caller,
            speech=speech,
            name=str(settings.get("wav_name", "")),
            began_ns=dialled_ns,
            late_ns=array("q"),
            error=error.kind,
            error_message=str(error),
        )
    try:
        return _spoken(line, caller, speech, settings, dialect, metronome)
    finally:
        line.cut()


def _spoken(
    line: Line,
    caller: int,
    speech: Speech,
    settings: Mapping[str, Any],
    dialect: Dialect,
    metronome: Metronome,
) -> Call:
    answered = Event()
    ended_ns: list[int] = []

    def listen(at_ns: int, text: str) -> None:
        try:
            over = bool(ended_ns) and dialect.terminates(parse_reply(text))
        except NotAReply:
            return
        if over:
            answered.set()

    def end() -> None:
        line.send_text(encode(END_OF_INPUT))
        ended_ns.append(time.monotonic_ns())

    line.on_reply = listen
    line.ended.rawlink(lambda _: answered.set())
    line.send_text(encode(dict(settings)))
    beat = Beat(line.send_frame, speech.frames, speech.due_ns, time.monotonic_ns(), over=end)
    metronome.start(beat)
    patience_s = 2 * speech.length_ns / 1e9 + FINAL_WITHIN_S
    came = answered.wait(patience_s)
    beat.stop()
    error, message = _went_wrong(line, came, patience_s)
    if error is None:
        line.close()
    return Call(
        caller=caller,
        speech=speech,
        name=str(settings.get("wav_name", "")),
        began_ns=beat.began_ns,
        opening=line.opening,
        late_ns=beat.late_ns,
        end_sent_ns=ended_ns[0] if ended_ns else None,
        replies=tuple(line.replies),
        held_bytes=line.held_bytes,
        hangup=line.hangup,
        error=error,
        error_message=message,
    )


def _went_wrong(line: Line, answered: bool, patience_s: float) -> tuple[ErrorKind | None, str]:
    if line.hangup is not None:
        code = "without a close frame" if line.hangup.code is None else f"with close code {line.hangup.code}"
        return "closed early", f"the {line.hangup.who} ended the connection {code} before the final"
    if not answered:
        return "mute", f"no final within {patience_s:.0f} s"
    return None, ""
