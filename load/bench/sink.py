"""A server that costs as little as can be: it upgrades, swallows audio, and answers each tenth frame.

`python sink.py PORT` serves until it is ended. The generator that is measured against it has a processor core
of its own.
"""

import selectors
import socket
import sys
from dataclasses import dataclass

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

FRAME_BYTES = 1920 + 8
"""60 ms of 16 kHz audio, and the header of its WebSocket frame."""

PARTIAL = Frame(
    Opcode.TEXT,
    '{"index":0,"is_final":false,"mode":"2pass-online","slice_type":0,"text":"阿里巴","wav_name":"t1"}'.encode(),
).serialize(mask=False)


@dataclass(slots=True)
class _Caller:
    """One connection: its handshake until that is done, and the bytes since its last partial."""

    handshake: ServerProtocol | None
    heard_bytes: int = 0


def serve(port: int) -> None:
    """Serve until the process is ended."""
    selector = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", port), backlog=4096)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                sock, _ = listener.accept()
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(sock, selectors.EVENT_READ, _Caller(ServerProtocol()))
            elif isinstance(key.fileobj, socket.socket) and not _heard(key.fileobj, key.data):
                selector.unregister(key.fileobj)
                key.fileobj.close()


def _heard(sock: socket.socket, caller: _Caller) -> bool:
    """Read what is there; False when the caller has gone."""
    try:
        data = sock.recv(65536)
        if caller.handshake is not None and data:
            _shake_hands(sock, caller, data)
            return True
        caller.heard_bytes += len(data)
        while caller.heard_bytes >= 10 * FRAME_BYTES:
            caller.heard_bytes -= 10 * FRAME_BYTES
            sock.send(PARTIAL)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return bool(data)


def _shake_hands(sock: socket.socket, caller: _Caller, data: bytes) -> None:
    protocol = caller.handshake
    assert protocol is not None
    protocol.receive_data(data)
    for event in protocol.events_received():
        if isinstance(event, Request):
            protocol.send_response(protocol.accept(event))
            caller.handshake = None
    for answer in protocol.data_to_send():
        sock.send(answer)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
