"""The witness of one connection: takes down what is sent and what comes, and lets steps wait for it."""

import asyncio
import hashlib
import time
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode

from asrgate.wire.dialects import Dialect
from asrgate.wire.exchange import (
    Closing,
    Direction,
    Failure,
    Frame,
    FrameKind,
    FrameRole,
    Outcome,
    StepDone,
    Who,
)
from asrgate.wire.messages import NotAReply, parse_reply
from asrgate.wire.recording import Record, RecordSink

SHOWN_BYTES = 64
"""Bytes past the WebSocket library that are kept, of each frame or read."""


class SessionEnded(Exception):
    """The connection ended before what was waited for had come."""


class Witness:
    """Everything that one exchange saw, in order.

    Attributes:
        records: All records so far.
        step: Index of the step under way; frames are noted under it.
        replies: Number of data messages that came.
        pongs: Payloads of the pongs that came, hexadecimal.
        closing: How the connection ended, None while it is up.
    """

    def __init__(self, dialect: Dialect, recorder: RecordSink | None) -> None:
        self.records: list[Record] = []
        self.step = 0
        self.replies = 0
        self.pongs: set[str] = set()
        self.closing: Closing | None = None
        self._dialect = dialect
        self._recorder = recorder
        self._began_ns = time.monotonic_ns()
        self._frames = 0
        self._ends_sent = 0
        self._ends_answered = 0
        self._close_sent_ns: int | None = None
        self._dropped = False
        self._news = asyncio.Event()

    @property
    def now_ns(self) -> int:
        """Monotonic time since the exchange began."""
        return time.monotonic_ns() - self._began_ns

    @property
    def ends_answered(self) -> bool:
        """Whether an end frame was sent, and each one has its terminating message."""
        return 0 < self._ends_sent <= self._ends_answered

    @property
    def failed(self) -> bool:
        """Whether it was taken down that something went wrong."""
        return any(isinstance(record, Failure) for record in self.records)

    def wake(self) -> None:
        """Let steps that wait look again whether what they wait for is there."""
        self._news.set()

    def write(self, record: Record) -> None:
        """Keep a record, and pass it on."""
        self.records.append(record)
        if self._recorder is not None:
            self._recorder.write(record)

    def note_step(self, began_ns: int, outcome: Outcome) -> None:
        """Take down that the step under way is over."""
        self.write(StepDone(step=self.step, began_ns=began_ns, ended_ns=self.now_ns, outcome=outcome))

    def note_sent(
        self,
        kind: FrameKind,
        role: FrameRole,
        payload: bytes,
        *,
        text: str | None = None,
        due_ns: int | None = None,
        offset: int | None = None,
        sha256: str | None = None,
    ) -> None:
        """Take down a frame that goes out now."""
        if role == "end":
            self._ends_sent += 1
        self._note("sent", kind, role, payload, text=text, due_ns=due_ns, offset=offset, sha256=sha256)

    def note_close_sent(self) -> None:
        """Take down that our close frame goes out now."""
        self._close_sent_ns = self.now_ns

    def note_drop(self) -> None:
        """Take down that it is us who cut the connection."""
        self._dropped = True

    def on_message(self, message: str | bytes) -> None:
        """Take down a data message of the server."""
        if isinstance(message, str):
            self._note("received", "text", "reply", message.encode(), text=message)
            if self._ends_answered < self._ends_sent and self._terminates(message):
                self._ends_answered += 1
        else:
            self._note("received", "binary", "reply", message)
        self.replies += 1
        self._news.set()

    def on_control(self, frame: WireFrame) -> None:
        """Take down a ping or a pong of the server."""
        payload = bytes(frame.data)
        if frame.opcode is Opcode.PONG:
            self._note("received", "pong", "control", payload, text=payload.hex())
            self.pongs.add(payload.hex())
            self._news.set()
        else:
            self._note("received", "ping", "control", payload, text=payload.hex())
            # The library has answered by now.
            self._note("sent", "pong", "control", payload, text=payload.hex())

    def on_bytes(self, data: bytes) -> None:
        """Take down bytes that came outside of any session."""
        self._note("received", "raw", "other", data, text=data[:SHOWN_BYTES].hex())

    def on_answer(self) -> None:
        """Take down that they are a whole answer."""
        self.replies += 1
        self._news.set()

    def on_end(self, closed: ConnectionClosed) -> None:
        """Take down that the session ended, and how."""
        at_ns = self.now_ns
        who, code, reason = ("client", None, "") if self._dropped else _who_closed(closed)
        took_ms = answered = None
        if who == "client" and self._close_sent_ns is not None:
            took_ms = (at_ns - self._close_sent_ns) / 1e6
            answered = closed.rcvd.code if closed.rcvd is not None else None
        self._end(
            Closing(
                who=who,
                code=code,
                reason=reason,
                clean=closed.rcvd is not None and closed.sent is not None,
                at_ns=at_ns,
                took_ms=took_ms,
                answered=answered,
            )
        )

    def on_transport_end(self, error: Exception | None) -> None:
        """Take down that a connection ended on which there was no session."""
        who: Who = "client" if self._dropped else "server"
        self._end(Closing(who=who, code=None, reason=str(error or ""), clean=False, at_ns=self.now_ns))

    def _end(self, closing: Closing) -> None:
        self.closing = closing
        self.write(closing)
        self._news.set()

    async def wait(self, outcome: Outcome, reached: Callable[[], bool], deadline_s: float | None) -> Outcome:
        """Return `outcome` once `reached` holds, or "timeout" at the deadline (time of the event loop).

        Raises:
            SessionEnded: the connection ended first.
        """
        try:
            async with asyncio.timeout_at(deadline_s):
                while not reached():
                    if self.closing is not None:
                        raise SessionEnded
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return "timeout"
        return outcome

    async def ended(self) -> Closing:
        """Wait until the connection has ended and return how."""
        await self.wait("done", lambda: self.closing is not None, None)
        assert self.closing is not None
        return self.closing

    def _terminates(self, message: str) -> bool:
        try:
            return self._dialect.terminates(parse_reply(message))
        except NotAReply:
            return False

    def _note(
        self,
        direction: Direction,
        kind: FrameKind,
        role: FrameRole,
        payload: bytes,
        *,
        text: str | None = None,
        due_ns: int | None = None,
        offset: int | None = None,
        sha256: str | None = None,
    ) -> None:
        if sha256 is None and kind == "binary":
            sha256 = hashlib.sha256(payload).hexdigest()
        frame = Frame(
            index=self._frames,
            direction=direction,
            kind=kind,
            role=role,
            at_ns=self.now_ns,
            size=len(payload),
            step=self.step,
            due_ns=due_ns,
            text=text,
            offset=offset,
            sha256=sha256,
        )
        self._frames += 1
        self.write(frame)


def _who_closed(closed: ConnectionClosed) -> tuple[Who, int | None, str]:
    """Return who began the close, with which code and reason (RFC 6455, section 7.1.5)."""
    if closed.rcvd is not None and (closed.sent is None or closed.rcvd_then_sent):
        return "server", closed.rcvd.code, closed.rcvd.reason
    if closed.sent is not None:
        return "client", closed.sent.code, closed.sent.reason
    return "network", None, str(closed.__cause__ or "")
