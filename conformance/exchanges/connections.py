"""Connections themselves: the handshake and what is none, pings, frames, closes."""

import random
from collections.abc import Sequence
from dataclasses import replace

from asrgate.audio.framing import ByBytes
from asrgate.audio.source import audio_of
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import (
    AwaitEnd,
    AwaitReply,
    Close,
    Connect,
    Listen,
    OpenTransport,
    Ping,
    Scenario,
    SendFrame,
    SendRequest,
    SendText,
    Step,
    StreamAudio,
)

ANSWER_S = 10.0
LONGEST_STALL_S = 62.0
"""HS-17 allows 60 s, which some gateways use up."""


@exchange
def empty(given: Given) -> Exchange:
    """An end frame with no audio before it; the client then closes with 1001."""
    return given.drive(given.session(given.opening(wav_name="empty"), *given.ending(), Close(code=1001)))


@exchange
def ping(given: Given) -> Exchange:
    """A ping on an idle session."""
    payload = random.Random(given.seed).randbytes(8).hex()
    return given.drive(given.session(given.opening(wav_name="ping"), Ping(payload_hex=payload), Close()))


@exchange
def no_subprotocol(given: Given) -> Exchange:
    """A client that offers no subprotocol."""
    steps = (given.opening(wav_name="no-subprotocol"), *given.ending(), Close())
    return given.drive(given.session(*steps, connect=Connect(subprotocols=())))


@exchange
def cycles(given: Given) -> Sequence[Exchange]:
    """Twenty connections, each closed at once, one after another."""
    return given.in_turn(
        given.session(Close(reason=f"cycle {number}"), name=f"cycle-{number}") for number in range(1, 21)
    )


@exchange
def after_cycles(given: Given) -> Exchange:
    """The plain sentence, once those twenty are closed."""
    sentence = given.utterance(given.sentence(), wav_name="after-cycles")
    return given.drive(sentence, after=cycles(given))


@exchange
def offers_binary(given: Given) -> Exchange:
    """A client that offers the subprotocol binary, and nothing else."""
    return given.drive(given.session(Close(), connect=Connect(subprotocols=("binary",))))


@exchange
def paths(given: Given) -> Sequence[Exchange]:
    """A session under the root of the URL, and one under a path."""
    return [given.drive(given.session(Close(), connect=Connect(path=path))) for path in ("/", "/wss/")]


@exchange
def wrong_scheme(given: Given) -> Exchange:
    """TLS where the URL says ws, and plain HTTP where it says wss."""
    return given.drive(_bare(OpenTransport(tls="other"), SendRequest(), AwaitReply(timeout_s=15)))


@exchange
def plain_get(given: Given) -> Exchange:
    """An HTTP GET that asks for no upgrade."""
    return given.drive(_bare(OpenTransport(), SendRequest(), AwaitReply(timeout_s=ANSWER_S)))


@exchange
def other_version(given: Given) -> Exchange:
    """An upgrade request for version 99 of WebSocket."""
    return given.drive(_bare(OpenTransport(), SendRequest(version=99), AwaitReply(timeout_s=ANSWER_S)))


@exchange
def silent_client(given: Given) -> Exchange:
    """A TCP connection on which the client says nothing."""
    return given.drive(_bare(OpenTransport(tls="none"), AwaitEnd(timeout_s=LONGEST_STALL_S)))


@exchange
def old_tls(given: Given) -> Exchange:
    """A client that speaks nothing newer than TLS 1.1."""
    return given.drive(_bare(OpenTransport(newest_tls="TLSv1.1")))


@exchange
def foreign_origin(given: Given) -> Exchange:
    """A client that says it is a web page from elsewhere."""
    return given.drive(given.session(Close(), connect=Connect(origin="https://elsewhere.example")))


@exchange
def anonymous(given: Given) -> Exchange:
    """A client without the credentials that the run was given."""
    return given.drive(given.session(Close(), connect=Connect(anonymous=True)))


@exchange
def beside_idle(given: Given) -> Exchange:
    """A session without audio, opened beside 200 that are idle."""
    steps = (given.opening(wav_name="beside-idle"), *given.ending(), Close())
    return given.drive(given.session(*steps, connect=Connect(idle_beside=200)))


@exchange
def deflated(given: Given) -> Exchange:
    """The plain sentence from a client that offers compression."""
    turn = given.turn(audio_of(given.sentence()))
    return given.drive(given.session(*turn, Close(), connect=Connect(compression=True)))


@exchange
def fragmented(given: Given) -> Exchange:
    """The plain sentence, every message of it in three fragments with a ping after the first."""
    turn = given.turn(audio_of(given.sentence()), framing=ByBytes(size_bytes=16000))
    return given.drive(given.session(*map(_in_fragments, turn), Close()))


@exchange
def malformed(given: Given) -> Sequence[Exchange]:
    """An idle session, and beside it one that sends an unmasked frame and one of a reserved opcode."""
    payload = random.Random(given.seed).randbytes(4).hex()
    idle = (Listen(seconds=1), Ping(payload_hex=payload), Close())
    unmasked = SendFrame(opcode=1, payload_hex=b"{}".hex(), masked=False)
    hostile = (("unmasked", unmasked), ("reserved-opcode", SendFrame(opcode=3)))
    return given.at_once(
        given.session(*idle, name="malformed-canary"),
        *(given.session(frame, AwaitEnd(timeout_s=5), Close(), name=name) for name, frame in hostile),
    )


def _bare(opening: OpenTransport, *steps: Step) -> Scenario:
    """A scenario on a connection that never becomes a session."""
    return Scenario(name="", steps=(opening, *steps))


def _in_fragments(step: Step) -> Step:
    return replace(step, fragments=3) if isinstance(step, SendText | StreamAudio) else step
