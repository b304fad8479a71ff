"""What a fault can do to a connection: acts, and the hooks that decide on them.

A hook looks at one thing that came (a head, a message, a control frame) and answers with the acts that take
its place. Hooks never do anything themselves, so that a fault is a function of what came.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from websockets.frames import Opcode


@dataclass(frozen=True, slots=True)
class Send:
    """Pass on one whole frame of this kind, in the direction of what came."""

    opcode: Opcode
    payload: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """Pass on these bytes as they are."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Back:
    """Do this in the opposite direction: answer instead of passing on."""

    act: "Act"


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait; whatever comes later in this direction waits behind it."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Pass on nothing more in this direction, and never end it: the connection hangs."""


@dataclass(frozen=True, slots=True)
class Abort:
    """End the connection on both sides without a word."""


@dataclass(frozen=True, slots=True)
class Crash:
    """End every connection, as a process that died; new ones are refused unless it `restarts` at once."""

    restarts: bool = False


Act = Send | Raw | Back | Pause | Hold | Abort | Crash
Acts = Iterable[Act]
Hook = Callable[[bytes], Acts]

FRAGMENT = Opcode.CONT
"""The key of the hook that sees every frame of a fragmented message, in place of the whole."""

UNMASKED = -1
"""The key of the hook that sees every frame without a mask, in place of all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What a fault looks at in one connection; what has no hook passes as it is, byte for byte.

    `opened` is asked when a client has connected, `request` and `response` for the heads of the opening
    handshake, `stranger` for what begins like no HTTP, `client` and `server` for what these send, by opcode
    (`FRAGMENT` and `UNMASKED` are special); messages in fragments come whole. `gone` is asked when the server
    has ended its side, `closed` when the connection is over: it can but crash the server.
    """

    opened: Callable[[], Acts] | None = None
    request: Hook | None = None
    response: Hook | None = None
    stranger: Hook | None = None
    client: Mapping[int, Hook] = field(default_factory=dict)
    server: Mapping[int, Hook] = field(default_factory=dict)
    gone: Callable[[], Acts] | None = None
    closed: Callable[[], Acts] | None = None

    @property
    def looks_into_messages(self) -> bool:
        """Whether messages must come uncompressed."""
        return any(
            opcode in ways for ways in (self.client, self.server) for opcode in (Opcode.TEXT, Opcode.BINARY)
        )
