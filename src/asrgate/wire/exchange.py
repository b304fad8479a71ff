"""An exchange: everything that happened while a scenario was driven once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from asrgate.errors import ConnectStep
from asrgate.wire.messages import NotAReply, Reply, parse_reply
from asrgate.wire.scenario import Scenario

Direction = Literal["sent", "received"]
FrameKind = Literal["text", "binary", "ping", "pong", "raw"]
FrameRole = Literal["config", "end", "audio", "reply", "control", "other"]
Who = Literal["client", "server", "network"]
Outcome = Literal["done", "terminator", "reply", "pong", "timeout", "ended", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message or control frame, in either direction; `raw` are bytes past the WebSocket library.

    `at_ns` is monotonic since the exchange began: for a sent frame when it was handed to the transport, for
    a received one when it had been read. `due_ns` is when it was planned (audio frames with a pace). Text is
    kept as it was, and in hexadecimal the payload of pings and pongs and the first 64 raw bytes, but of a
    request none; binary frames are kept by `size` (bytes), `offset` (bytes since the first audio byte of the
    step) and `sha256`. `step` is the index of the scenario's step that was being driven.
    """

    index: int
    direction: Direction
    kind: FrameKind
    role: FrameRole
    at_ns: int
    size: int
    step: int
    due_ns: int | None = None
    text: str | None = None
    offset: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """The opening handshake: what was offered, what was answered, and how long each step took (ms)."""

    request_headers: tuple[tuple[str, str], ...]
    status: int | None
    response_headers: tuple[tuple[str, str], ...]
    subprotocol: str | None
    accept_valid: bool
    name_ms: float | None
    tcp_ms: float | None
    tls_ms: float | None
    upgrade_ms: float | None
    total_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """What the TLS handshake showed. `verify_error` is None when the certificate verified."""

    version: str
    cipher: str
    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
    fingerprint_sha256: str
    verified: bool
    verify_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """When a step began and ended (ns since the exchange began), and how."""

    step: int
    began_ns: int
    ended_ns: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How the connection ended: who began it, with which code (None without a close frame), cleanly or not.

    `took_ms` is the time from the client's close frame to the end of TCP, None when the client did not close.
    `answered` is the code of the server's answer to it (1005: none in the frame), None without an answer.
    """

    who: Who
    code: int | None
    reason: str
    clean: bool
    at_ns: int
    took_ms: float | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a session could not be opened or was given up: the step of the connection and one sentence.

    In a session that was opened all the same: why it could not be at first (`Connect.patience_s`).
    """

    step: ConnectStep | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What happened when `scenario` was driven once against an endpoint that speaks `dialect`."""

    scenario: Scenario
    dialect: str
    url: str
    started_at: str
    handshake: Handshake | None = None
    tls: TlsFacts | None = None
    frames: tuple[Frame, ...] = ()
    steps: tuple[StepDone, ...] = ()
    closing: Closing | None = None
    failure: Failure | None = None

    @property
    def id(self) -> str:
        """The name of its file: the scenario's name and fingerprint."""
        return f"{self.scenario.name}-{self.scenario.fingerprint}"

    def sent(self, role: FrameRole) -> tuple[Frame, ...]:
        """Frames that the client sent in this role."""
        return tuple(f for f in self.frames if f.direction == "sent" and f.role == role)

    def received(self) -> tuple[Frame, ...]:
        """Data frames (text and binary) that the server sent."""
        return tuple(f for f in self.frames if f.direction == "received" and f.kind in ("text", "binary"))

    def replies(self) -> Iterator[tuple[Frame, Reply]]:
        """Server messages that are JSON objects, with their frames, in order of arrival."""
        for frame in self.received():
            if frame.text is None:
                continue
            try:
                yield frame, parse_reply(frame.text)
            except NotAReply:
                continue
