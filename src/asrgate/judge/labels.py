"""SCH: the labels that tell a client which message is what (docs/protocol.md sections 4.1, 7.2 and 7.4)."""

from collections.abc import Sequence

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.census import messages, shown
from asrgate.judge.finding import Finding, evidence
from asrgate.judge.utterances import Message, Utterance, configuration, utterances
from asrgate.wire.exchange import Exchange


def wav_name_echoed(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-03: `wav_name` comes back as it was configured; a message without one is the business of SCH-02."""
    breaches: list[Breach] = []
    names: set[str] = set()
    judged = 0
    for exchange in exchanges:
        in_force: str | None = None
        for utterance in utterances(exchange):
            configured = [
                fields["wav_name"] for f in utterance.configs if "wav_name" in (fields := configuration(f))
            ]
            expected = [*configured, *([in_force] if in_force is not None else [])]
            in_force = configured[-1] if configured else in_force
            for frame, reply in (*utterance.replies, *utterance.late):
                if not expected or not reply.has("wav_name"):
                    continue
                judged += 1
                names.update(configured)
                # What was under way may carry the name before; the end cannot.
                ends = configured and (frame, reply) == utterance.terminator
                if reply.wav_name not in (configured[-1:] if ends else expected):
                    breaches.append(
                        Breach(
                            f"wav_name {reply.wav_name!r} came back, configured was {expected[0]!r}",
                            evidence(exchange, frame),
                        )
                    )
    return conclude(
        "SCH-03",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'message')} with the configured name, even {_longest(names)!r}",
        nothing=why_nothing(exchanges, "no message carried a wav_name"),
    )


def modes_allowed(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-04: a message with text says in `mode` which pass it is from, in the words of the dialect."""
    breaches: list[Breach] = []
    seen: dict[str, int] = {}
    for exchange in exchanges:
        for utterance in utterances(exchange):
            dialect = utterance.dialect
            allowed = dialect.partial_modes | dialect.sentence_modes
            for frame, reply in (*utterance.replies, *utterance.late):
                if not reply.text_or_empty:
                    continue
                if isinstance(reply.mode, str) and reply.mode in allowed:
                    seen[reply.mode] = seen.get(reply.mode, 0) + 1
                else:
                    breaches.append(
                        Breach(
                            f"mode {shown(reply, 'mode')} on the text {reply.text_or_empty[:30]!r}, "
                            f"expected {' or '.join(sorted(allowed))}",
                            evidence(exchange, frame),
                        )
                    )
    return conclude(
        "SCH-04",
        breaches,
        judged=sum(seen.values()),
        held="messages with text: " + ", ".join(f"{n} {mode}" for mode, n in sorted(seen.items())),
        nothing=why_nothing(exchanges, "no message carried text"),
    )


def every_message_has_a_mode(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-05: every message carries a string `mode`, also the final without text."""
    breaches: list[Breach] = []
    judged = 0
    for exchange, frame, reply in messages(exchanges):
        judged += 1
        if not isinstance(reply.mode, str):
            text = reply.text_or_empty[:30]
            what = f"the text {text!r}" if text else "a message without text"
            breaches.append(
                Breach(
                    f"mode is {shown(reply, 'mode')} on {what}, expected a string", evidence(exchange, frame)
                )
            )
    return conclude(
        "SCH-05",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'message')}, each with a mode",
        nothing=why_nothing(exchanges, "the server sent no message"),
    )


def is_final_follows_the_rule(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-06: `is_final` follows the one rule of the dialect (docs/protocol.md section 7.2).

    Real-time servers: true on the message that answers the end frame, false on all others. Offline server:
    never true. Python server: true on every sentence result, false on the partials of mode 2pass; in mode
    online the last delta of a segment has it, too. Realtime server: true on the update that answers STOP.
    """
    breaches: list[Breach] = []
    counts = {True: 0, False: 0}
    for exchange in exchanges:
        for utterance in utterances(exchange):
            for frame, reply in (*utterance.replies, *utterance.late):
                if not isinstance(reply.is_final, bool):
                    continue
                counts[reply.is_final] += 1
                problem = _is_final_problem(utterance, (frame, reply))
                if problem is not None:
                    breaches.append(Breach(problem, evidence(exchange, frame)))
            if _flush_without_flag(utterance):
                frame = utterance.replies[-1][0]
                breaches.append(
                    Breach("is_final is never true, not even after the end frame", evidence(exchange, frame))
                )
    rule = _RULES[dialect_terminator] if (dialect_terminator := _terminator(exchanges)) else ""
    return conclude(
        "SCH-06",
        breaches,
        judged=sum(counts.values()),
        held=f"{rule} (true on {counts[True]}, false on {counts[False]} messages)",
        nothing=why_nothing(exchanges, "no message carried a boolean is_final"),
    )


_RULES = {
    "is_final": "is_final is true on the answer to the end frame only",
    "first-reply": "is_final is never true",
    "is_end": "is_final is true on every sentence result",
    "stopped": "is_final is true on the update that answers STOP only",
}


def _terminator(exchanges: Sequence[Exchange]) -> str | None:
    return next((u.dialect.terminator for e in exchanges for u in utterances(e)), None)


def _is_final_problem(utterance: Utterance, message: Message) -> str | None:
    _, reply = message
    dialect = utterance.dialect
    match dialect.terminator:
        case "is_final":
            if reply.is_final and message != utterance.terminator:
                return f"is_final is true on {reply.text_or_empty[:30]!r}, which answers no end frame"
        case "stopped":
            if reply.is_final and not _after_end(utterance, message):
                return f"is_final is true on {reply.text_or_empty[:30]!r}, which answers no STOP"
        case "first-reply":
            if reply.is_final:
                return f"is_final is true on {reply.text_or_empty[:30]!r}, expected never"
        case "is_end":
            if dialect.is_sentence(reply) and reply.has("text") and not reply.is_final:
                return f"is_final is false on the sentence {reply.text_or_empty[:30]!r}"
            if reply.mode == "2pass-online" and reply.is_final:
                return f"is_final is true on the partial {reply.text_or_empty[:30]!r}"
    return None


def _after_end(utterance: Utterance, message: Message) -> bool:
    return utterance.end is not None and utterance.end.index < message[0].index


def _flush_without_flag(utterance: Utterance) -> bool:
    """Whether the end of input was answered by results of which none is flagged, where one has to be."""
    if utterance.dialect.terminator not in ("is_final", "stopped"):
        return False
    answers = [
        reply
        for frame, reply in utterance.replies
        if _after_end(utterance, (frame, reply)) and reply.event is None
    ]
    return bool(answers) and not any(reply.is_final is True for reply in answers)


def _longest(names: set[str]) -> str:
    return max(sorted(names), key=len, default="")
