"""What a line reads, however the operating system cuts it: through a pair of sockets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from asrgate.load.line import Line, Opening

SHORT, CHINESE, LONG, LONGEST = "{}", '{"text":"阿里巴巴"}', "字" * 60, "x" * 70_000


@contextmanager
def open_line_and_its_server() -> Iterator[tuple[Line, socket.socket]]:
    """A line behind its handshake, and the other end of its socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        client, server = ClientProtocol(parse_uri("ws://127.0.0.1")), ServerProtocol()
        client.send_request(client.connect())
        server.receive_data(b"".join(client.data_to_send()))
        (request,) = server.events_received()
        assert isinstance(request, Request)
        server.send_response(server.accept(request))
        client.receive_data(b"".join(server.data_to_send()))
        assert client.events_received()
        ours.setblocking(False)
        line = Line(ours, client, None, Opening(tcp_ms=0.0, tls_ms=None, upgrade_ms=0.0))
        yield line, theirs
        line.cut()


def text(message: str, *, fin: bool = True, opcode: Opcode = Opcode.TEXT) -> bytes:
    """A frame as servers send it."""
    return Frame(opcode, message.encode(), fin=fin).serialize(mask=False)


@pytest.mark.parametrize(
    ("pieces", "heard"),
    [
        ([text(SHORT), text(CHINESE), text(LONG)], [SHORT, CHINESE, LONG]),
        ([text(SHORT) + text(CHINESE)], [SHORT, CHINESE]),
        ([text(CHINESE)[:1], text(CHINESE)[1:], text(SHORT)], [CHINESE, SHORT]),
        ([text(CHINESE)[:2], text(CHINESE)[2:], text(SHORT)], [CHINESE, SHORT]),
        ([text(LONG)[:3], text(LONG)[3:], text(SHORT)], [LONG, SHORT]),
        ([text(LONG)[:20], text(LONG)[20:]], [LONG]),
        ([text(LONGEST)[i : i + 9000] for i in range(0, 72_000, 9000)] + [text(SHORT)], [LONGEST, SHORT]),
        ([text("a", fin=False), text("b", opcode=Opcode.CONT), text(SHORT)], ["ab", SHORT]),
        ([text("a", fin=False), text("!", opcode=Opcode.PING), text("b", opcode=Opcode.CONT)], ["ab"]),
        ([text(""), text(SHORT)], ["", SHORT]),
    ],
)
def test_replies_are_whole_however_they_come(pieces: list[bytes], heard: list[str]) -> None:
    """One at a time, several at once, in pieces, in several frames: each is noted once, in its order."""
    told: list[str] = []
    with open_line_and_its_server() as (line, server):
        line.on_reply = lambda at_ns, message: told.append(message)
        for piece in pieces:
            server.sendall(piece)
            gevent.sleep(0.001)
        with gevent.Timeout(10):
            while len(told) < len(heard):
                gevent.sleep(0.001)
        assert [message for _, message in line.replies] == heard == told
        assert line.hangup is None


def test_a_masked_reply_ends_the_line() -> None:
    """A server must not mask (RFC 6455, section 5.1), also where the rest is as it should be."""
    with open_line_and_its_server() as (line, server):
        server.sendall(Frame(Opcode.TEXT, b"{}").serialize(mask=True))
        assert line.ended.wait(10)
        assert line.replies == []
