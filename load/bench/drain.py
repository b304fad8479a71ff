"""A server that costs next to nothing: it upgrades, and throws away unread what comes.

    python drain.py STREAMS

prints one line of JSON when it listens (`port`), and one when `STREAMS` callers are connected. It leaves
nearly all of a small machine to two workers, and so it neither answers nor notes when frames came.
"""

import select
import signal
import socket
import sys
from itertools import cycle, islice

from sink import accepted, shaken_hands, tell
from websockets.server import ServerProtocol

ROUND_S = 1.0
"""So often every connection is emptied: it holds two seconds of audio."""

TURNS = 50
"""Turns of a round. Each empties a part of the connections, so that none takes a processor for long."""


def serve(streams: int) -> None:
    """Serve until SIGTERM."""
    ending: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ending.append(number))
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    listener.setblocking(False)
    tell(port=listener.getsockname()[1])
    epoll = select.epoll()
    epoll.register(listener, select.EPOLLIN)
    coming: dict[int, tuple[socket.socket, ServerProtocol]] = {}
    here: list[socket.socket] = []
    rubbish = bytearray(65536)
    while not ending:
        for number, _ in epoll.poll(ROUND_S / TURNS):
            if number == listener.fileno():
                sock = accepted(listener)
                coming[sock.fileno()] = (sock, ServerProtocol())
                epoll.register(sock, select.EPOLLIN)
            elif shaken_hands(*coming[number]):
                sock, _ = coming.pop(number)
                epoll.unregister(sock)
                here.append(sock)
                if len(here) == streams:
                    tell(speaking=streams)
                    turns = cycle(here)
        if len(here) >= streams:
            for sock in islice(turns, len(here) // TURNS + 1):
                _empty(sock, rubbish)


def _empty(sock: socket.socket, rubbish: bytearray) -> None:
    try:
        # With this flag the kernel drops what came instead of copying it (tcp(7)).
        sock.recv_into(rubbish, len(rubbish), socket.MSG_TRUNC)
    except OSError:
        return


if __name__ == "__main__":
    serve(int(sys.argv[1]))
