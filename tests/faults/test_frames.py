"""Cutting a stream of bytes into frames, whatever is wrong with them."""

import pytest
from websockets.frames import Frame, Opcode

from asrgate.faults.frames import LARGEST_HELD_BYTES, FrameCutter, WireFrame, written


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
def test_frames_come_whole_from_single_bytes(size: int, masked: bool) -> None:
    """Payload, mask and bytes are read, however the stream is cut."""
    payload = bytes(n % 251 for n in range(size))
    raw = written(Opcode.BINARY, payload, masked=masked)
    cutter = FrameCutter()
    step = max(len(raw) // 50, 1)
    found = [frame for n in range(0, len(raw), step) for frame in cutter.feed(raw[n : n + step])]
    assert found == [
        WireFrame(fin=True, rsv=0, opcode=Opcode.BINARY, masked=masked, payload=payload, raw=raw)
    ]
    assert cutter.rest == b""


def test_odd_frames_are_frames() -> None:
    """Reserved opcodes and bits, and control frames in fragments, are cut like any other."""
    raw = bytes([0x73, 0x01, 0x41]) + bytes([0x09, 0x00])
    first, second = FrameCutter().feed(raw)
    assert isinstance(first, WireFrame)
    assert isinstance(second, WireFrame)
    assert (first.fin, first.rsv, first.opcode, first.payload) == (False, 7, 3, b"A")
    assert (second.fin, second.opcode) == (False, Opcode.PING)


def test_half_a_frame_is_kept() -> None:
    """What is not complete stays in the rest."""
    raw = Frame(Opcode.TEXT, b"hello").serialize(mask=True)
    cutter = FrameCutter()
    assert list(cutter.feed(raw[:-1])) == []
    assert cutter.rest == raw[:-1]


def test_huge_frames_pass_in_parts() -> None:
    """A frame too large to hold comes as bytes, and the one behind it as a frame."""
    header = bytes([0x82, 127]) + (LARGEST_HELD_BYTES + 1).to_bytes(8)
    cutter = FrameCutter()
    passed = b"".join(piece for piece in cutter.feed(header + b"abc") if isinstance(piece, bytes))
    assert passed == header + b"abc"
    left = LARGEST_HELD_BYTES + 1 - 3
    pieces = list(cutter.feed(bytes(left) + written(Opcode.TEXT, b"next", masked=False)))
    assert sum(len(piece) for piece in pieces if isinstance(piece, bytes)) == left
    assert isinstance(pieces[-1], WireFrame)
    assert pieces[-1].payload == b"next"
