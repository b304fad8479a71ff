"""Connections without speech: the handshake, pings, closes."""

import random
from collections.abc import Sequence

from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Close, Connect, Ping


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
