"""A server that costs as little as can be and notes when each frame of audio came.

    python sink.py STREAMS ARRIVALS.npz

prints one line of JSON when it listens (`port`), and one when `STREAMS` callers have begun to speak. It
answers each tenth frame with a partial as a 2pass server does, and whatever text follows the opening message
with a final. Ended by SIGTERM, it writes the instants at which frames came (monotonic ns, caller by caller).

It never sleeps: it asks again at once whether something came. To wake a process on another core costs whoever
sends, and on a virtual machine more than the frame; across a network the sender would not pay for that.
"""

import json
import select
import signal
import socket
import sys
import time
from array import array
from pathlib import Path

import numpy as np
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

FRAME_BYTES = 1920 + 8
"""60 ms of 16 kHz audio with the header of its WebSocket frame: what nearly every read gives."""

PARTIAL_EVERY = 10

_BINARY, _TEXT, _CLOSE = (0x80 | opcode for opcode in (Opcode.BINARY, Opcode.TEXT, Opcode.CLOSE))


def _message(**fields: object) -> bytes:
    told = {"wav_name": "demo", "mode": "2pass-online", "text": "阿里巴", "is_final": False} | fields
    return Frame(Opcode.TEXT, json.dumps(told, ensure_ascii=False).encode()).serialize(mask=False)


PARTIAL = _message()
FINAL = _message(mode="2pass-offline", is_final=True, is_end=True)


class Caller:
    """One connection. `came_ns` are the instants at which its frames of audio were whole."""

    def __init__(self, sock: socket.socket) -> None:
        self.came_ns = array("q")
        self.over = False
        self._socket = sock
        self._handshake: ServerProtocol | None = ServerProtocol()
        self._texts = 0
        self._unread = b""

    def read(self) -> None:
        """Take what has come."""
        try:
            if self._handshake is not None:
                if shaken_hands(self._socket, self._handshake):
                    self._handshake = None
                return
            data = self._socket.recv(65536)
            now_ns = time.monotonic_ns()
            if not data:
                self.over = True
            elif len(data) == FRAME_BYTES and data[0] == _BINARY and not self._unread:
                self._heard(now_ns)
            else:
                self._read_frames(data, now_ns)
        except BlockingIOError:
            return
        except OSError:
            self.over = True

    def _heard(self, now_ns: int) -> None:
        self.came_ns.append(now_ns)
        if not len(self.came_ns) % PARTIAL_EVERY:
            self._socket.send(PARTIAL)

    def _read_frames(self, data: bytes, now_ns: int) -> None:
        """Frames in pieces, several at once, or of other kinds, all masked (RFC 6455, section 5.2)."""
        data = self._unread + data
        while len(data) >= 8:
            short = data[1] & 0x7F
            length = 6 + short if short < 126 else 8 + int.from_bytes(data[2:4])
            if len(data) < length:
                break
            if data[0] == _BINARY:
                self._heard(now_ns)
            elif data[0] == _TEXT:
                self._texts += 1
                if self._texts > 1:
                    self._socket.send(FINAL)
            elif data[0] == _CLOSE:
                self._socket.send(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=False))
                self.over = True
            data = data[length:]
        self._unread = data


def shaken_hands(sock: socket.socket, protocol: ServerProtocol) -> bool:
    """Read of an opening handshake what has come, and answer it if that is all."""
    protocol.receive_data(sock.recv(65536))
    over = False
    for event in protocol.events_received():
        if isinstance(event, Request):
            protocol.send_response(protocol.accept(event))
            over = True
    for answer in protocol.data_to_send():
        sock.send(answer)
    return over


def serve(streams: int) -> list[Caller]:
    """Serve until SIGTERM; all who called."""
    ending: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ending.append(number))
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    listener.setblocking(False)
    tell(port=listener.getsockname()[1])
    epoll = select.epoll()
    epoll.register(listener, select.EPOLLIN)
    here: dict[int, tuple[Caller, socket.socket]] = {}
    callers: list[Caller] = []
    waiting_for = streams
    while not ending:
        for number, _ in epoll.poll(0):
            if number == listener.fileno():
                sock = accepted(listener)
                callers.append(Caller(sock))
                here[sock.fileno()] = (callers[-1], sock)
                epoll.register(sock, select.EPOLLIN)
                continue
            caller, sock = here[number]
            before = len(caller.came_ns)
            caller.read()
            if not before and caller.came_ns:
                waiting_for -= 1
                if not waiting_for:
                    tell(speaking=streams)
            if caller.over:
                epoll.unregister(sock)
                del here[number]
                sock.close()
    return callers


def accepted(listener: socket.socket) -> socket.socket:
    """The next connection, never waiting and sending at once."""
    sock, _ = listener.accept()
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def tell(**facts: int) -> None:
    """Say a line to whoever measures."""
    print(json.dumps(facts), flush=True)  # noqa: T201


def main(streams: int, arrivals: Path) -> None:
    """Serve, and leave when which frame came."""
    spoke = [caller.came_ns for caller in serve(streams) if caller.came_ns]
    came_ns = np.concatenate([np.frombuffer(one, dtype=np.int64) for one in spoke] or [np.empty(0, np.int64)])
    np.savez(arrivals, came_ns=came_ns, frames=np.array([len(one) for one in spoke], dtype=np.int64))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
