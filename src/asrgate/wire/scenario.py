"""A scenario: what a client does, as an immutable sequence of steps that can be compared and replayed."""

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from asrgate.audio.framing import Framing
from asrgate.audio.source import AudioSource

Role = Literal["config", "end", "other"]
"""What a text frame is for: terminators are counted per `end` frame, settings read from `config` frames."""

# What is not used leaves no trace in the JSON: so a new option keeps the fingerprints that there were.
_Times = Annotated[int, Field(ge=1, exclude_if=lambda value: value == 1)]
_IF_USED = Field(exclude_if=lambda value: not value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Open the session. `None` means: as the endpoint's own settings say.

    `origin` is sent as a browser on a page of that origin would; `anonymous` leaves out the endpoint's own
    headers. `idle_beside` other sessions are opened before this one, and stay idle as long as it lasts. An
    endpoint that refuses is tried again for `patience_s`.
    """

    kind: Literal["connect"] = "connect"
    subprotocols: tuple[str, ...] | None = None
    path: str | None = None
    compression: bool = False
    origin: Annotated[str | None, _IF_USED] = None
    anonymous: Annotated[bool, _IF_USED] = False
    idle_beside: Annotated[int, _IF_USED] = 0
    patience_s: Annotated[float, _IF_USED] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTransport:
    """Open TCP and no WebSocket on it, with TLS as the URL says, the other way round, or not at all.

    `newest_tls` is the newest version that the client offers. Only `SendRequest`, `AwaitReply`, `AwaitEnd`,
    `Listen` and `Drop` can follow.
    """

    tls: Literal["as the URL", "other", "none"] = "as the URL"
    newest_tls: Literal["TLSv1", "TLSv1.1"] | None = None
    timeout_s: float = 15.0
    kind: Literal["open-transport"] = "open-transport"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """Send an HTTP GET for the endpoint's path: a plain one, or the upgrade to this WebSocket version."""

    version: int | None = None
    kind: Literal["request"] = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendText:
    """Send one text message, exactly these characters.

    More than one of `fragments`: as so many frames (RFC 6455, section 5.4), with a ping after the first.
    """

    text: str
    role: Role = "other"
    kind: Literal["text"] = "text"
    fragments: _Times = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBytes:
    """Send one frame of these bytes (hexadecimal), as binary, or as text that need not be UTF-8.

    The frame holds them `times` over.
    """

    payload_hex: str
    opcode: Literal["binary", "text"] = "binary"
    times: _Times = 1
    kind: Literal["bytes"] = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFrame:
    """Send one frame past the WebSocket library, with bits as no polite client sets them."""

    opcode: Annotated[int, Field(ge=0, le=15)]
    payload_hex: str = ""
    fin: bool = True
    rsv1: bool = False
    masked: bool = True
    kind: Literal["frame"] = "frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAudio:
    """Send audio in messages. `pace` 1.0 is real time, 2.0 twice as fast, None as fast as they are taken.

    Due times are absolute: planned from the moment the step starts, never from the message before. More than
    one of `fragments`: each message goes as so many frames, with a ping after the first.
    """

    audio: AudioSource
    framing: Framing
    pace: float | None = None
    kind: Literal["audio"] = "audio"
    fragments: _Times = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitTerminator:
    """Wait until the dialect's terminating message for the last end frame has come, or until `timeout_s`."""

    timeout_s: float
    kind: Literal["await-terminator"] = "await-terminator"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitReply:
    """Wait for any one message that comes after this step began, or until `timeout_s`.

    On a bare transport: for the head of an HTTP response, or for any bytes that are none.
    """

    timeout_s: float
    kind: Literal["await-reply"] = "await-reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitEnd:
    """Wait until the server ends the connection, or until `timeout_s`."""

    timeout_s: float
    kind: Literal["await-end"] = "await-end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Record whatever comes for `seconds`; ends early only when the connection ends."""

    seconds: float
    kind: Literal["listen"] = "listen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Keep the session open, doing nothing, until those that are driven beside it are over.

    In a session that is driven alone there is nothing to wait for.
    """

    kind: Literal["hold"] = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Send a ping with this payload (hexadecimal) and wait for its pong."""

    payload_hex: str
    timeout_s: float = 5.0
    kind: Literal["ping"] = "ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Close the session with the closing handshake (RFC 6455, section 7)."""

    code: int = 1000
    reason: str = ""
    timeout_s: float = 10.0
    kind: Literal["close"] = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Abort the TCP connection without a closing handshake."""

    kind: Literal["drop"] = "drop"


Step = Annotated[
    Connect
    | OpenTransport
    | SendRequest
    | SendText
    | SendBytes
    | SendFrame
    | StreamAudio
    | AwaitTerminator
    | AwaitReply
    | AwaitEnd
    | Listen
    | Hold
    | Ping
    | Close
    | Drop,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named sequence of steps, executed in order on one connection that the first one opens.

    That is `Connect` for a session, or `OpenTransport` for what comes before any.

    A session whose connection ends before its steps are done stops there; the exchange says where.
    """

    name: str
    steps: tuple[Step, ...]
    purpose: str = field(default="", compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hexadecimal, 12 characters) of the steps: equal scenarios are driven once."""
        return hashlib.sha256(_STEPS.dump_json(self.steps)).hexdigest()[:12]

    def to_json(self) -> str:
        """The scenario as JSON on one line."""
        return SCENARIO.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Scenario":
        """Read what `to_json` wrote."""
        return SCENARIO.validate_json(text)


_STEPS: TypeAdapter[tuple[Step, ...]] = TypeAdapter(tuple[Step, ...])
SCENARIO: TypeAdapter[Scenario] = TypeAdapter(Scenario)
