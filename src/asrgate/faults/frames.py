"""Frames on the wire (RFC 6455 section 5.2), cut from a stream of bytes and written into one."""

from collections.abc import Iterator
from dataclasses import dataclass

from websockets.frames import Frame, Opcode

LARGEST_HELD_BYTES = 2**26
"""Larger frames pass in parts: no fault looks into them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFrame:
    """One frame as it came: `raw` are its bytes, `payload` is unmasked. Any opcode may come."""

    fin: bool
    rsv: int
    opcode: int
    masked: bool
    payload: bytes
    raw: bytes


class FrameCutter:
    """Cuts a stream into frames, whatever is wrong with them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._passing = 0

    def feed(self, data: bytes) -> Iterator[WireFrame | bytes]:
        """The frames that are complete now; parts of a frame that is too large to hold come as bytes."""
        self._buffer += data
        while self._buffer:
            if self._passing:
                part = bytes(self._buffer[: self._passing])
                del self._buffer[: self._passing]
                self._passing -= len(part)
                yield part
                continue
            header = _header(self._buffer)
            if header is None:
                return
            length, start = header
            if length > LARGEST_HELD_BYTES:
                self._passing = start + length
                continue
            if len(self._buffer) < start + length:
                return
            yield _frame(bytes(self._buffer[: start + length]), start)
            del self._buffer[: start + length]

    @property
    def rest(self) -> bytes:
        """What came of a frame that is not complete."""
        return bytes(self._buffer)


def written(opcode: Opcode, payload: bytes, *, masked: bool) -> bytes:
    """The bytes of a whole frame."""
    return Frame(opcode, payload).serialize(mask=masked)


def _header(data: bytearray) -> tuple[int, int] | None:
    """Length of the payload and of what comes before it, None when that has not come."""
    if len(data) < 2:
        return None
    length, start = data[1] & 0x7F, 2
    extra = {126: 2, 127: 8}.get(length, 0)
    if len(data) < start + extra:
        return None
    if extra:
        length, start = int.from_bytes(data[start : start + extra]), start + extra
    return length, start + 4 * (data[1] >> 7)


def _frame(raw: bytes, start: int) -> WireFrame:
    masked = bool(raw[1] & 0x80)
    payload = raw[start:]
    if masked:
        payload = _unmasked(payload, raw[start - 4 : start])
    return WireFrame(
        fin=bool(raw[0] & 0x80),
        rsv=raw[0] >> 4 & 7,
        opcode=raw[0] & 15,
        masked=masked,
        payload=payload,
        raw=raw,
    )


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    """XOR in one go: large integers are quick."""
    key = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(len(payload))
