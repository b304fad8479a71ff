"""ROB: what a server must survive (docs/protocol.md section 11)."""

from collections.abc import Sequence

from asrgate.judge.breach import counted, why_nothing
from asrgate.judge.configuration import error_in
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed
from asrgate.judge.utterances import reads_as_before, text_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange

INVALID_PAYLOAD = 1007
"""Close code for text that is not UTF-8 (RFC 6455, section 7.4.1)."""


def survives_broken_json(
    hostile: Sequence[Exchange], canary: Exchange, after: Exchange, plain: Exchange
) -> Finding:
    """ROB-01: text frames that are no JSON take down neither the server nor another session.

    `canary` is an idle session, open all the while; `after` the utterance of `plain` on a new connection.
    """
    closing = canary.closing
    if _opened(canary) and closing is not None and closing.who != "client":
        return failed(
            "ROB-01",
            f"an idle session beside it was lost ({closing.who}, code {closing.code})",
            *_all(hostile),
            evidence(canary),
        )
    return _survived("ROB-01", hostile, after, plain, "after text frames that are no JSON")


def closes_on_invalid_utf8(hostile: Exchange, after: Exchange, plain: Exchange) -> Finding:
    """ROB-20: text that is not UTF-8 closes its connection with 1007, and no other (RFC 6455 section 8.1)."""
    if not _opened(hostile):
        return inconclusive(
            "ROB-20", why_nothing([hostile], "the session could not be opened"), evidence(hostile)
        )
    closing = hostile.closing
    if closing is None or closing.who != "server" or closing.code != INVALID_PAYLOAD:
        came = (
            "no close"
            if closing is None or closing.who == "client"
            else f"{closing.who} close {closing.code}"
        )
        return failed(
            "ROB-20",
            f"{came} after text that is not UTF-8, expected close 1007 by the server",
            _sent(hostile),
        )
    return _survived("ROB-20", [hostile], after, plain, "closed with 1007;")


def survives_odd_frames(hostile: Sequence[Exchange], after: Exchange, plain: Exchange) -> Finding:
    """ROB-22: frames of one byte and of odd length, which cut samples in two, take down nothing."""
    return _survived("ROB-22", hostile, after, plain, "after frames of odd length")


def survives_audio_before_config(hostile: Exchange, after: Exchange, plain: Exchange) -> Finding:
    """ROB-23: audio before the configuration takes down nothing, and the session still gets its end.

    Whether the early audio is used is not judged here: servers differ (docs/protocol.md section 5.5).
    """
    ends = [u for u in utterances(hostile) if u.end is not None]
    if ends and ends[-1].terminator is None and text_of(plain):
        return failed(
            "ROB-23",
            f"no terminating message after audio, configuration, audio and end frame: {_what_came(hostile)}",
            _sent(hostile),
        )
    return _survived("ROB-23", [hostile], after, plain, "after audio before the configuration")


def _survived(
    requirement: str, hostile: Sequence[Exchange], after: Exchange, plain: Exchange, when: str
) -> Finding:
    """Whether a known utterance reads as before on a new connection."""
    if not any(_opened(exchange) for exchange in hostile):
        return inconclusive(
            requirement, why_nothing(hostile, "no hostile session was driven"), *_all(hostile)
        )
    before, now = text_of(plain), text_of(after)
    if not TEXT(before):
        return inconclusive(
            requirement, why_nothing([plain], "the utterance gave no text before"), evidence(plain)
        )
    if not _opened(after):
        message = after.failure.message if after.failure is not None else "no handshake"
        return failed(
            requirement, f"{when} a new connection is refused: {message}", *_all(hostile), evidence(after)
        )
    if not reads_as_before(before, now):
        return failed(
            requirement,
            f"{when} a known utterance reads {now!r} on a new connection, before it read {before!r}",
            *_all(hostile),
            evidence(after),
        )
    answers = "; ".join(dict.fromkeys(_what_came(exchange) for exchange in hostile))
    return passed(
        requirement,
        f"{when} a known utterance reads as before on a new connection; the "
        f"{'session itself got' if len(hostile) == 1 else 'sessions themselves got'} {answers}",
        *_all(hostile),
        evidence(after),
    )


def _what_came(exchange: Exchange) -> str:
    """What the server said to a hostile session, in words."""
    replies = [reply for _, reply in exchange.replies()]
    errors = [error for reply in replies if (error := error_in(reply)) is not None]
    closing = exchange.closing
    if errors:
        said = f"the error {errors[0]!r}"
    elif text_of(exchange):
        said = f"the text {text_of(exchange)!r}"
    else:
        said = f"{counted(len(replies), 'message')} without text" if replies else "no answer"
    return f"{said} and close {closing.code}" if closing is not None and closing.who == "server" else said


def _opened(exchange: Exchange) -> bool:
    return exchange.handshake is not None and exchange.handshake.status == 101


def _sent(exchange: Exchange) -> Evidence:
    return evidence(exchange, *(f for f in exchange.frames if f.direction == "sent" and f.role != "audio"))


def _all(exchanges: Sequence[Exchange]) -> list[Evidence]:
    return [_sent(exchange) for exchange in exchanges]
