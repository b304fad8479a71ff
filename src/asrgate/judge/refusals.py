"""SCH: how a refusal looks beside a transcript (docs/protocol.md sections 4.9 and 7.14)."""

from collections.abc import Sequence

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.configuration import IN_BAND_ERROR, error_in
from asrgate.judge.finding import Finding, evidence
from asrgate.judge.utterances import ended, text_of
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.messages import Reply


def errors_look_like_errors(refused: Sequence[Exchange], plain: Exchange) -> Finding:
    """SCH-14: a refusal is told by an error field or a close, not by the text of a result or an empty one.

    `refused` are sessions that a server cannot serve as they are; one that serves them nevertheless, or stays
    silent (CFG-03), tells no error. `plain` is the same audio as it should be sent.
    """
    breaches: list[Breach] = []
    told: list[str] = []
    for exchange in refused:
        explicit = _explicit(exchange)
        looks = None if explicit is not None else _looks_like_a_result(exchange, plain)
        if explicit is not None:
            told.append(explicit)
        elif looks is not None:
            breaches.append(looks)
    return conclude(
        "SCH-14",
        breaches,
        judged=len(told),
        held=f"{counted(len(told), 'error')}, each told as one: {'; '.join(dict.fromkeys(told))}",
        nothing=why_nothing(
            [*refused, plain], "no error was told: all that could be refused was served or ignored"
        ),
        shown=[evidence(exchange) for exchange in refused],
    )


def _explicit(exchange: Exchange) -> str | None:
    """The error of a session that no client can take for a transcript, in words."""
    for _, reply in exchange.replies():
        error = _field(reply)
        if error is not None:
            return f"the error {error!r}"
    closing = exchange.closing
    if closing is not None and closing.who == "server":
        return f"close {closing.code} {closing.reason!r}"
    return None


def _field(reply: Reply) -> str | None:
    """The error that a message states in a field of its own."""
    return reply.error if isinstance(reply.error, str) and reply.error else None


def _looks_like_a_result(exchange: Exchange, plain: Exchange) -> Breach | None:
    sent = list(exchange.sent("config"))
    for frame, reply in exchange.replies():
        if reply.text_or_empty.startswith(IN_BAND_ERROR) and error_in(reply) is not None:
            return _breach(
                exchange, f"the error {reply.text!r} comes as the text of a result", [*sent, frame]
            )
    if text_of(exchange) or not text_of(plain):
        return None
    finals = [u.terminator for u in ended([exchange]) if u.terminator is not None]
    if not finals:
        return None
    return _breach(exchange, "a result without text, as for silence, and no error", [*sent, finals[0][0]])


def _breach(exchange: Exchange, sentence: str, frames: Sequence[Frame]) -> Breach:
    return Breach(f"{exchange.scenario.name}: {sentence}", evidence(exchange, *frames))
