"""ROB: what every known server survives, and should go on to (docs/protocol.md section 11)."""

from collections.abc import Sequence

from asrgate.judge.aftermath import opened, what_came
from asrgate.judge.breach import SHOWN, why_nothing
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed
from asrgate.judge.utterances import reads_as_before, text_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange

INVALID_PAYLOAD = 1007
"""Close code for text that is not UTF-8 (RFC 6455, section 7.4.1)."""

LARGEST_ECHO = 10
"""A server may answer with this many times the bytes that it was sent (ROB-19)."""

AT_ONCE_MS = 1000


def survives_wrong_chunk_sizes(hostile: Sequence[Exchange], after: Exchange, plain: Exchange) -> Finding:
    """ROB-06: a chunk_size of none, of two, or with a zero in the middle takes down nothing."""
    return _survived("ROB-06", hostile, after, plain, "after a chunk_size that cannot be used")


def answers_long_names_in_measure(hostile: Exchange, after: Exchange, plain: Exchange) -> Finding:
    """ROB-19: a huge wav_name is refused, or comes back no more than ten times as large as what was sent."""
    sent = sum(frame.size for frame in hostile.frames if frame.direction == "sent")
    came = sum(frame.size for frame in hostile.received())
    if opened(hostile) and came > LARGEST_ECHO * sent:
        return failed(
            "ROB-19",
            f"{sent} bytes with a long wav_name came back as {came} bytes, expected at most {LARGEST_ECHO} "
            f"times as many as were sent",
            evidence(hostile, *hostile.received()[:SHOWN]),
        )
    return _survived("ROB-19", [hostile], after, plain, f"after a long wav_name ({came} bytes for {sent})")


def closes_on_invalid_utf8(hostile: Exchange, after: Exchange, plain: Exchange) -> Finding:
    """ROB-20: text that is not UTF-8 closes its connection with 1007, and no other (RFC 6455 section 8.1)."""
    if not opened(hostile):
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
            f"no terminating message after audio, configuration, audio and end frame: {what_came(hostile)}",
            _sent(hostile),
        )
    return _survived("ROB-23", [hostile], after, plain, "after audio before the configuration")


def survives_resets(hostile: Sequence[Exchange], after: Exchange, plain: Exchange) -> Finding:
    """ROB-25: connections that the client resets before any audio take down nothing."""
    return _survived("ROB-25", hostile, after, plain, "after resets by the client")


def leaves_no_residue(rejected: Exchange, after: Exchange, plain: Exchange) -> Finding:
    """ROB-31: after a session that was refused the same client is served at once.

    At once: its next connection opens within a second of being asked for.
    """
    handshake = after.handshake
    if opened(after) and handshake is not None and handshake.total_ms > AT_ONCE_MS:
        return failed(
            "ROB-31",
            f"after a refused session a new connection took {handshake.total_ms:.0f} ms to open, at most "
            f"{AT_ONCE_MS} are allowed",
            _sent(rejected),
            evidence(after),
        )
    return _survived("ROB-31", [rejected], after, plain, "after a session that was refused")


def _survived(
    requirement: str, hostile: Sequence[Exchange], after: Exchange, plain: Exchange, when: str
) -> Finding:
    """Whether a known utterance reads as before on a new connection."""
    if not any(opened(exchange) for exchange in hostile):
        return inconclusive(
            requirement, why_nothing(hostile, "no hostile session was driven"), *_all(hostile)
        )
    before, now = text_of(plain), text_of(after)
    if not TEXT(before):
        return inconclusive(
            requirement, why_nothing([plain], "the utterance gave no text before"), evidence(plain)
        )
    if not opened(after):
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
    answers = "; ".join(dict.fromkeys(what_came(exchange) for exchange in hostile))
    return passed(
        requirement,
        f"{when} a known utterance reads as before on a new connection; the "
        f"{'session itself got' if len(hostile) == 1 else 'sessions themselves got'} {answers}",
        *_all(hostile),
        evidence(after),
    )


def _sent(exchange: Exchange) -> Evidence:
    return evidence(exchange, *(f for f in exchange.frames if f.direction == "sent" and f.role != "audio"))


def _all(exchanges: Sequence[Exchange]) -> list[Evidence]:
    return [_sent(exchange) for exchange in exchanges]
