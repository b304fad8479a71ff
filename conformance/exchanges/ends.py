"""End frames in other forms and places than the usual ones."""

from collections.abc import Mapping

from asrgate.audio.source import audio_of
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import encode
from asrgate.wire.scenario import AwaitTerminator, Close, SendText

ODD_WAIT_S = 3.0
"""How long an odd end frame may take to be answered before the usual one follows."""


@exchange
def ended_first(given: Given) -> Exchange:
    """An end frame as the very first message; 5 s are given for any answer."""
    end, _ = given.ending()
    return given.drive(given.session(end, AwaitTerminator(timeout_s=5), Close()))


@exchange
def finished(given: Given) -> Exchange:
    """The plain sentence, ended by is_finished true alone."""
    *opening, _, wait = given.turn(audio_of(given.sentence()))
    end = SendText(text=encode({"is_finished": True}), role="end")
    return given.drive(given.session(*opening, end, wait, Close()))


@exchange
def nearly_false(given: Given) -> Mapping[str, Exchange]:
    """A short sentence, ended by an is_speaking that is nearly false, then by the usual end."""
    sessions = {}
    for value, sent in (("0", 0), ('"false"', "false")):
        *opening, end, wait = given.turn(audio_of(given.shortest("plain")))
        odd = SendText(text=encode({"is_speaking": sent, "is_end": True}), role="end")
        steps = (*opening, odd, AwaitTerminator(timeout_s=ODD_WAIT_S), end, wait, Close())
        sessions[value] = given.drive(given.session(*steps))
    return sessions
