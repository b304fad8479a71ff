"""A scenario: what a client does, as an immutable sequence of steps that can be compared and replayed."""

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from asrgate.audio.framing import Framing
from asrgate.audio.source import AudioSource

Role = Literal["config", "end", "other"]
"""What a text frame is for: terminators are counted per `end` frame, settings read from `config` frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Open the session. `None` means: as the endpoint's own settings say."""

    kind: Literal["connect"] = "connect"
    subprotocols: tuple[str, ...] | None = None
    path: str | None = None
    compression: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendText:
    """Send one text frame, exactly these characters."""

    text: str
    role: Role = "other"
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBytes:
    """Send one frame of these bytes (hexadecimal), as binary, or as text that need not be UTF-8."""

    payload_hex: str
    opcode: Literal["binary", "text"] = "binary"
    kind: Literal["bytes"] = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAudio:
    """Send audio in frames. `pace` 1.0 is real time, 2.0 twice as fast, None as fast as the socket takes it.

    Frame due times are absolute: planned from the moment the step starts, never from the frame before.
    """

    audio: AudioSource
    framing: Framing
    pace: float | None = None
    kind: Literal["audio"] = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitTerminator:
    """Wait until the dialect's terminating message for the last end frame has come, or until `timeout_s`."""

    timeout_s: float
    kind: Literal["await-terminator"] = "await-terminator"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitReply:
    """Wait for any one message that comes after this step began, or until `timeout_s`."""

    timeout_s: float
    kind: Literal["await-reply"] = "await-reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Record whatever comes for `seconds`; ends early only when the connection ends."""

    seconds: float
    kind: Literal["listen"] = "listen"


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
    | SendText
    | SendBytes
    | StreamAudio
    | AwaitTerminator
    | AwaitReply
    | Listen
    | Ping
    | Close
    | Drop,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named sequence of steps, beginning with `Connect`. Steps are executed in order on one connection.

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
