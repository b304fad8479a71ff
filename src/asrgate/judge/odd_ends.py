"""END: end frames in other forms and places than the usual ones (docs/protocol.md sections 3.4 and 5.5)."""

from collections.abc import Mapping, Sequence

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.configuration import error_in
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed
from asrgate.judge.utterances import Utterance, configuration, ended, reads_as_before, text_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange, Frame


def end_first_answered(exchange: Exchange, empty: Exchange) -> Finding:
    """END-06: an end frame as the very first message is answered or closed, not met with silence.

    `empty` is a session of an opening and an end, which shows that ends are answered at all.
    """
    frames = [frame for frame, _ in exchange.replies()]
    shown = evidence(exchange, *exchange.sent("end"), *frames)
    closing = exchange.closing
    if frames:
        return passed("END-06", f"answered with {counted(len(frames), 'message')}", shown)
    if closing is not None and closing.who == "server":
        return passed("END-06", f"closed by the server with {closing.code} {closing.reason!r}", shown)
    if not exchange.sent("end") or not any(empty.replies()):
        nothing = "an end after an opening got no answer either"
        return inconclusive("END-06", why_nothing([exchange, empty], nothing), shown, evidence(empty))
    return failed("END-06", "an end frame as the first message: silence", shown)


def second_end_is_harmless(ended_twice: Exchange, fresh: Exchange) -> Finding:
    """END-07: a second end frame brings no text, and the next utterance on the connection reads as it should.

    `fresh` is that next utterance on a connection of its own.
    """
    sent = ended([ended_twice])
    wanted = text_of(fresh)
    if len(sent) < 2 or not TEXT(wanted):
        nothing = (
            "no text on a fresh connection either" if len(sent) > 2 else "no second end frame could be sent"
        )
        return inconclusive("END-07", why_nothing([ended_twice, fresh], nothing), evidence(ended_twice))
    _, second, *following = sent
    shown = evidence(ended_twice, *ended_twice.sent("end"), *_frames(*sent))
    if TEXT(second.text) and not any(error_in(reply) for _, reply in second.replies):
        return failed("END-07", f"a second end frame brought the text {second.text!r}", shown)
    came = following[0].text if following else ""
    if TEXT(came) != TEXT(wanted):
        return failed(
            "END-07",
            f"after a second end frame the next utterance reads {came!r}, on a fresh connection {wanted!r}",
            shown,
            evidence(fresh),
        )
    answer = f"answered with {counted(len(second.replies), 'message')}" if second.replies else "not answered"
    return passed("END-07", f"a second end frame is {answer}, and the next utterance reads {came!r}", shown)


def is_finished_ends(exchange: Exchange, plain: Exchange) -> Finding:
    """END-11: `is_finished: true` alone ends the input, like `is_speaking: false`.

    `plain` is the same audio with the usual end.
    """
    usual = ended([plain])
    if not usual or usual[0].terminator is None or not ended([exchange]):
        nothing = "the usual end got no terminating message either"
        return inconclusive("END-11", why_nothing([exchange, plain], nothing), evidence(plain))
    shown = evidence(exchange, *exchange.sent("end"), *_frames(*ended([exchange])))
    if ended([exchange])[0].terminator is None:
        return failed("END-11", "no terminating message after is_finished true", shown)
    text, wanted = text_of(exchange), text_of(plain)
    if wanted and not reads_as_before(wanted, text):
        return failed("END-11", f"is_finished true gave {text!r}, is_speaking false {wanted!r}", shown)
    return passed("END-11", f"is_finished true ended the input: {text!r}", shown)


def is_end_acknowledged(exchanges: Sequence[Exchange]) -> Finding:
    """END-12: an end frame with `is_end: true` is acknowledged by a message with `is_end: true`."""
    asked = [u for u in ended(exchanges) if u.end is not None and configuration(u.end).get("is_end") is True]
    breaches = [
        Breach(
            f"no acknowledgement among {counted(len(utterance.replies), 'reply', 'replies')}",
            _shown(utterance),
        )
        for utterance in asked
        if not any(reply.is_end is True for _, reply in utterance.replies)
    ]
    return conclude(
        "END-12",
        breaches,
        judged=len(asked),
        held=f"{counted(len(asked), 'end frame')} with is_end true, each acknowledged",
        nothing=why_nothing(exchanges, "no end frame could be sent"),
    )


def odd_ends_are_not_swallowed(odd: Mapping[str, Exchange]) -> Finding:
    """END-14: an `is_speaking` that is nearly false ends the input or is refused, and not swallowed.

    `odd` are sessions by the value that was sent first; a usual end followed.
    """
    breaches: list[Breach] = []
    held: list[str] = []
    for value, exchange in odd.items():
        first, *rest = ended([exchange]) or (None,)
        if first is None:
            continue
        how = _how_taken(first)
        if how is not None:
            held.append(f"{value} {how}")
        elif rest and rest[0].terminator is not None:
            breaches.append(
                Breach(f"is_speaking {value} is swallowed: neither an end nor an error", _shown(first))
            )
    return conclude(
        "END-14",
        breaches,
        judged=len(held),
        held=f"is_speaking {', '.join(held)}",
        nothing=why_nothing(list(odd.values()), "the usual end got no terminating message either"),
        shown=[evidence(exchange, *exchange.sent("end")) for exchange in odd.values()],
    )


def _how_taken(utterance: Utterance) -> str | None:
    """What a server made of an odd end frame; None when it did nothing."""
    index = utterance.end.index if utterance.end is not None else 0
    errors = [e for frame, r in utterance.replies if frame.index > index and (e := error_in(r)) is not None]
    closing = utterance.exchange.closing
    if errors:
        return f"is refused with the error {errors[0]!r}"
    if utterance.terminator is not None:
        return "is an end"
    if closing is not None and closing.who == "server" and len(utterances(utterance.exchange)) == 1:
        return f"is refused with close {closing.code}"
    return None


def _frames(*sent: Utterance) -> list[Frame]:
    return [frame for utterance in sent for frame, _ in (*utterance.replies, *utterance.late)]


def _shown(utterance: Utterance) -> Evidence:
    end = [utterance.end] if utterance.end is not None else []
    return evidence(utterance.exchange, *end, *(frame for frame, _ in utterance.replies))
