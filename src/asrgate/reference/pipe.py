"""What the server and its worker processes say to each other: frames through standard streams."""

from __future__ import annotations

import struct
from enum import IntEnum

_HEADER = struct.Struct("!BII")
HEADER_BYTES = _HEADER.size
SLICE_BYTES = 32000
"""Audio in one frame, at most: a second at 16 kHz, about 10 ms of work."""


class Kind(IntEnum):
    """What a frame is; the first four go to the worker, the others come from it."""

    OPEN = 1
    """A connection opened; the payload is its dialect and the epoch milliseconds, as JSON."""
    TEXT = 2
    AUDIO = 3
    CLOSE = 4
    READY = 5
    """The recogniser is loaded."""
    REPLY = 6
    """A message for the client."""
    DONE = 7
    """One TEXT or AUDIO frame is dealt with, and all its replies have been sent."""
    FAILED = 8
    """The conversation broke on an error of this program, told in the payload; the stream is closed."""


def pack(kind: Kind, stream: int = 0, payload: bytes = b"") -> bytes:
    """Return a frame for a stream; a stream is a number that the server chose."""
    return _HEADER.pack(kind, stream, len(payload)) + payload


def unpack_header(header: bytes) -> tuple[Kind, int, int]:
    """Return kind, stream and length of the payload that follows."""
    kind, stream, length = _HEADER.unpack(header)
    return Kind(kind), stream, length
