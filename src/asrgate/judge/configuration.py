"""CFG: what the opening frame must and need not carry (docs/protocol.md sections 3.1 and 3.2)."""

from collections.abc import Mapping

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.judge.steadiness import difference
from asrgate.judge.utterances import text_of, utterances
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import Reply

IN_BAND_ERROR = "ERROR"
"""How the text of an error begins that comes in the form of a transcript (docs/protocol.md section 4.9)."""


def guide_frame_accepted(exchange: Exchange, plain: Exchange) -> Finding:
    """CFG-01: the guide's first frame, with its eight fields, gives a transcript and a terminating message.

    `plain` is the same audio after an ordinary opening frame: it tells a refused frame from a recogniser that
    hears nothing.
    """
    problem = unanswered(exchange)
    if problem is None:
        return passed("CFG-01", f"transcribed as {text_of(exchange)!r}", evidence(exchange))
    if not text_of(plain):
        return inconclusive(
            "CFG-01", why_nothing([plain], "no text after an ordinary frame either"), evidence(plain)
        )
    return failed(
        "CFG-01",
        f"the guide's first frame gave {problem}; an ordinary one gave {text_of(plain)!r}",
        evidence(exchange, *exchange.sent("config")),
    )


def optional_fields_may_be_omitted(omitted: Mapping[str, Exchange], plain: Exchange) -> Finding:
    """CFG-02: leaving out one optional field still gives a transcript and a terminating message.

    `omitted` holds the exchange without each field; `plain` is the same audio with all of them.
    """
    if not text_of(plain):
        return inconclusive("CFG-02", why_nothing([plain], "no text with all fields either"), evidence(plain))
    breaches = [
        Breach(f"without {field}: {problem}", evidence(exchange, *exchange.sent("config")))
        for field, exchange in omitted.items()
        if (problem := unanswered(exchange)) is not None
    ]
    return conclude(
        "CFG-02",
        breaches,
        judged=len(omitted),
        held=f"a transcript and a terminating message without each of {', '.join(omitted)}",
        nothing="no field was left out",
        shown=[evidence(exchange) for exchange in omitted.values()],
    )


def missing_chunk_size_answered(exchange: Exchange, plain: Exchange) -> Finding:
    """CFG-03: without `chunk_size` there is a transcript, an explicit error or a close, but never silence."""
    text = text_of(exchange)
    frames = [frame for frame, _ in exchange.replies()]
    errors = [e for _, reply in exchange.replies() if (e := error_in(reply)) is not None]
    if errors:
        return passed("CFG-03", f"explicit error: {errors[0]!r}", evidence(exchange, *frames))
    if text:
        return passed("CFG-03", f"transcribed as {text!r}", evidence(exchange, *frames))
    if not text_of(plain):
        return inconclusive("CFG-03", why_nothing([plain], "no text with chunk_size either"), evidence(plain))
    closing = exchange.closing
    if closing is not None and closing.who == "server":
        return passed(
            "CFG-03", f"closed by the server with {closing.code} {closing.reason!r}", evidence(exchange)
        )
    came = f"only {counted(len(frames), 'message')} without text or error" if frames else "silence"
    return failed(
        "CFG-03", f"without chunk_size: {came}", evidence(exchange, *exchange.sent("config"), *frames)
    )


def unknown_fields_change_nothing(extended: Exchange, plain: Exchange) -> Finding:
    """CFG-06: fields that no server knows, beside those of the plain frame, change nothing."""
    if not text_of(plain):
        return inconclusive("CFG-06", why_nothing([plain], "no text without them either"), evidence(plain))
    shown = evidence(extended, *extended.sent("config"), *(frame for frame, _ in extended.replies()))
    problem = unanswered(extended) or difference(plain, extended)
    if problem is not None:
        return failed("CFG-06", f"with unknown fields: {problem}", shown)
    return passed("CFG-06", f"{text_of(extended)!r}, with unknown fields and without", shown)


def error_in(reply: Reply) -> str | None:
    """The error that a message states in the form of one of the dialects, or None."""
    if isinstance(reply.error, str) and reply.error:
        return reply.error
    return reply.text if reply.text_or_empty.startswith(IN_BAND_ERROR) else None


def unanswered(exchange: Exchange) -> str | None:
    """What a session lacks that should have been transcribed, in words, or None when it lacks nothing."""
    if exchange.failure is not None and not exchange.frames:
        return f"no session: {exchange.failure.message}"
    errors = [e for _, reply in exchange.replies() if (e := error_in(reply)) is not None]
    if errors:
        return f"the error {errors[0]!r}"
    if not text_of(exchange):
        return "no text"
    if any(u.end is not None and u.terminator is None for u in utterances(exchange)):
        return "text, but no terminating message"
    return None
