"""Calls on real sockets: what is sent, when, and how everything that can go wrong is named."""

import itertools
import json
import resource
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import gevent
import pytest
from websockets.asyncio.server import ServerConnection

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.call import Call, Caller, call, conversation
from asrgate.load.habits import Turn
from asrgate.load.heard import Heard
from asrgate.load.metronome import Beat, Metronome
from asrgate.load.pulse import Activity
from asrgate.load.speech import Speech, speech_of
from asrgate.load.trace import trace_of
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.dialects import DIALECTS, FUNASR_2PASS, Dialect
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import opening, parse_reply
from suite.servers import Parrot, serving

CLIPS = load_clips(bundled_clips_directory())
SHORTEST = min(CLIPS.tagged("plain"), key=lambda clip: clip.duration_ms)


@pytest.fixture(scope="module")
def speech() -> Speech:
    """The shortest sentence, ready to be sent."""
    return speech_of(SHORTEST, CLIPS)


@pytest.fixture
def metronome() -> Iterator[Metronome]:
    """A metronome that ends with the test."""
    running = Metronome()
    yield running
    running.stop()


def called(endpoint: Endpoint, speech: Speech, metronome: Metronome, *, callers: int = 1) -> list[Call]:
    """Make calls at the same time."""
    greenlets = [
        gevent.spawn(
            call,
            number,
            speech,
            opening(wav_name=f"caller-{number}"),
            endpoint=endpoint,
            dialect=FUNASR_2PASS,
            metronome=metronome,
        )
        for number in range(callers)
    ]
    return [greenlet.get(timeout=60) for greenlet in greenlets]


def heard_of(done: Call) -> Heard:
    """What a call heard."""
    return Heard(trace_of(done, worker="one", mode="2pass", dialect=FUNASR_2PASS.name), done.speech.clip)


@pytest.mark.parametrize("tls", [False, True], ids=["ws", "wss"])
def test_every_caller_is_heard(tls: bool, speech: Speech, metronome: Metronome) -> None:
    """Several callers on one metronome each send all frames, none too early, and get the words they spoke."""
    with embedded_endpoint("funasr-2pass", tls=tls) as embedded:
        endpoint = Endpoint(url=embedded.url, ca_file=embedded.ca_file)
        calls = called(endpoint, speech, metronome, callers=3)
    for number, done in enumerate(calls):
        assert (done.error, done.error_message) == (None, "")
        assert len(done.late_ns) == len(speech.frames)
        assert min(done.late_ns) >= 0
        replies = [parse_reply(text) for _, text in done.replies]
        assert {reply.wav_name for reply in replies} == {f"caller-{number}"}
        assert replies[-1].text
        heard = heard_of(done)
        assert heard.connect_ms
        assert heard.final_ms
        assert heard.first_partial_ms
        assert done.opening is not None
        assert (done.opening.tls_ms is not None) is tls
        assert done.hangup is not None
        assert (done.hangup.who, done.hangup.code) == ("client", 1000)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_every_dialect_is_spoken(dialect: Dialect, speech: Speech, metronome: Metronome) -> None:
    """Each has its way to open an utterance, to end it and to say that it is over."""
    settings = opening(mode="2pass" if dialect.partial_modes else "offline", wav_name="x")
    with embedded_endpoint(dialect.name) as embedded:
        done = call(
            1, speech, settings, endpoint=Endpoint(url=embedded.url), dialect=dialect, metronome=metronome
        )
    assert (done.error, done.error_message) == (None, "")
    heard = Heard(trace_of(done, worker="one", mode="2pass", dialect=dialect.name), speech.clip)
    assert heard.text
    assert heard.final_ms is not None
    assert (heard.first_partial_ms is not None) is ("partials" in dialect.features)


def test_nobody_listens(speech: Speech, metronome: Metronome) -> None:
    """A refused connection is told as that, with nothing measured."""
    (done,) = called(Endpoint(url="ws://127.0.0.1:9"), speech, metronome)
    assert done.error == "refused"
    assert heard_of(done).connect_ms is None
    assert heard_of(done).final_ms is None


def test_tls_to_a_plain_server(speech: Speech, metronome: Metronome) -> None:
    """A server that does not speak TLS fails in TLS."""
    with serving(Parrot()) as url:
        endpoint = Endpoint(url=url.replace("ws://", "wss://"), insecure=True, connect_timeout_s=5)
        (done,) = called(endpoint, speech, metronome)
    assert done.error in ("tls", "refused")


class Tunnel(socketserver.BaseRequestHandler):
    """A proxy for HTTP CONNECT."""

    def handle(self) -> None:
        """Open a tunnel to where it is asked for."""
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += self.request.recv(4096)
        host, _, port = asked.split(b" ")[1].decode().rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(there, self.request))
            back.start()
            pump(self.request, there)
            back.join()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what comes until it ends."""
    with suppress(OSError):
        while data := source.recv(4096):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def test_through_a_proxy(speech: Speech, metronome: Metronome) -> None:
    """A tunnel makes no difference to what is heard."""
    with (
        embedded_endpoint("funasr-2pass") as embedded,
        socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as proxy,
    ):
        serving_it = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        serving_it.start()
        address = f"http://127.0.0.1:{proxy.server_address[1]}"
        (done,) = called(Endpoint(url=embedded.url, proxy=address), speech, metronome)
        proxy.shutdown()
        serving_it.join()
    assert (done.error, done.error_message) == (None, "")
    assert heard_of(done).text


def test_a_proxy_that_is_not_there(speech: Speech, metronome: Metronome) -> None:
    """The proxy is blamed, without its password."""
    endpoint = Endpoint(url="ws://127.0.0.1:9", proxy="http://me:secret@127.0.0.1:9")
    (done,) = called(endpoint, speech, metronome)
    assert done.error == "proxy"
    assert "secret" not in done.error_message


class Leaver(Parrot):
    """Cuts each connection when its first message has come."""

    async def __call__(self, session: ServerConnection) -> None:
        """Serve one session."""
        await session.recv()
        session.transport.abort()


def test_a_server_that_goes_away(speech: Speech, metronome: Metronome) -> None:
    """A connection that ends before its final is told as closed early, by the network and without a code."""
    with serving(Leaver()) as url:
        (done,) = called(Endpoint(url=url), speech, metronome)
    assert done.error == "closed early"
    assert done.hangup is not None
    assert (done.hangup.who, done.hangup.code) == ("network", None)


def talked(endpoint: Endpoint, speech: Speech, metronome: Metronome, turns: int) -> list[Call]:
    """The utterances of one call."""
    caller = Caller(
        number=1, endpoint=endpoint, dialect=FUNASR_2PASS, metronome=metronome, activity=Activity()
    )
    said = iter([Turn(speech=speech)] * turns)
    names = (f"utterance-{number}" for number in itertools.count())
    return list(conversation(caller, said, lambda _: opening(wav_name=next(names))))


def test_a_call_of_many_utterances_is_one_connection(speech: Speech, metronome: Metronome) -> None:
    """The first utterance knows how it was opened, the last how it ended, and each its own text."""
    with embedded_endpoint("funasr-2pass") as embedded:
        calls = talked(Endpoint(url=embedded.url), speech, metronome, turns=2)
    assert [done.turn for done in calls] == [0, 1]
    assert [done.error for done in calls] == [None, None]
    assert [done.opening is not None for done in calls] == [True, False]
    assert [done.hangup is not None for done in calls] == [False, True]
    for done in calls:
        assert {parse_reply(text).wav_name for _, text in done.replies} == {done.name}
        assert heard_of(done).text


def test_what_goes_wrong_ends_a_call(speech: Speech, metronome: Metronome) -> None:
    """No further utterance is tried on a connection that is gone."""
    with serving(Leaver()) as url:
        (done,) = talked(Endpoint(url=url), speech, metronome, turns=3)
    assert done.error == "closed early"


class Curt(Parrot):
    """Gives its final in several frames and hangs up with the last one."""

    async def __call__(self, session: ServerConnection) -> None:
        """Serve one session."""
        async for message in session:
            if isinstance(message, str) and '"is_speaking":false' in message:
                await session.send(list(json.dumps(self.final("x", 1))))
                await session.close()


def test_a_server_that_hangs_up_after_its_final_has_answered(speech: Speech, metronome: Metronome) -> None:
    """Though the close came with the final, which came in many frames; it ends the call without an error."""
    with serving(Curt()) as url:
        (done,) = talked(Endpoint(url=url), speech, metronome, turns=3)
    assert (done.error, done.error_message) == (None, "")
    assert parse_reply(done.replies[-1][1]).text == "你好"
    assert done.hangup is not None
    assert (done.hangup.who, done.hangup.code) == ("server", 1000)


class Ignorer(Parrot):
    """Hears everything and says nothing."""

    async def __call__(self, session: ServerConnection) -> None:
        """Serve one session."""
        async for _ in session:
            self.answered.set()


def test_a_call_that_is_cut_off_is_nobodys_error(speech: Speech, metronome: Metronome) -> None:
    """What was sent until then is told, as of a call that has not finished."""
    ignorer = Ignorer()
    with serving(ignorer) as url:
        greenlet = gevent.spawn(talked, Endpoint(url=url), speech, metronome, 3)
        while not ignorer.answered.is_set():
            gevent.sleep(0.01)
        greenlet.kill()
    (done,) = greenlet.value
    assert done.error == "unfinished"
    assert done.end_sent_ns is None


def test_a_generator_without_files_says_so(speech: Speech, metronome: Metronome) -> None:
    """That is not the endpoint's fault."""
    gevent.get_hub()  # holds its files already
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with serving(Parrot()) as url:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            (done,) = called(Endpoint(url=url), speech, metronome)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (done.error, done.error_message) == ("exhausted", "Too many open files")


def test_a_late_frame_moves_no_other(metronome: Metronome) -> None:
    """Where sending one frame took long, the next are late by less and less: their instants stay."""
    sent: list[bytes] = []

    def send(frame: bytes) -> None:
        sent.append(frame)
        if len(sent) == 1:
            time.sleep(0.03)

    over = gevent.event.Event()
    frames = [b"%d" % n for n in range(5)]
    due_ns = [n * 10_000_000 for n in (0, 1, 2, 3, 30)]
    beat = Beat(send, frames, due_ns, time.monotonic_ns(), over=over.set)
    metronome.start(beat)
    assert over.wait(10)
    assert sent == frames
    assert beat.late_ns[0] >= 30_000_000
    assert beat.late_ns[1] >= 20_000_000
    assert beat.late_ns[4] < beat.late_ns[0]
