"""SCH: the form of the server's messages (docs/protocol.md section 4)."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, unsupported
from asrgate.judge.utterances import Message, Utterance, configuration, utterances
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.messages import NotAReply, Reply, parse_reply

STAMP_SENT_FIELDS = {"text_seg": str, "punc": str, "start": int, "end": int}


def messages_are_objects(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-01: every server message is a text frame that holds one JSON object in UTF-8."""
    breaches: list[Breach] = []
    judged = 0
    for exchange in exchanges:
        for frame in exchange.received():
            judged += 1
            problem = _not_an_object(frame)
            if problem is not None:
                breaches.append(Breach(problem, evidence(exchange, frame)))
        closing = exchange.closing
        if closing is not None and closing.who == "client" and closing.code == 1007:
            breaches.append(
                Breach("a text frame was not UTF-8, so the client closed with 1007", evidence(exchange))
            )
    return conclude(
        "SCH-01",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'message')}, each one JSON object in a text frame",
        nothing=why_nothing(exchanges, "the server sent no message"),
    )


def results_are_typed(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-02: results carry a string `text`, a boolean `is_final` and a string `wav_name`.

    The acknowledgement of the Python server is no result: it has no `text` (docs/protocol.md section 4.5).
    """
    breaches: list[Breach] = []
    judged = 0
    for exchange, frame, reply in _results(exchanges):
        judged += 1
        wrong = [
            f"{field} is {_shown(reply, field)}, expected a {kind.__name__}"
            for field, kind in (("text", str), ("is_final", bool), ("wav_name", str))
            if not isinstance(getattr(reply, field), kind)
        ]
        if wrong:
            breaches.append(Breach("; ".join(wrong), evidence(exchange, frame)))
    return conclude(
        "SCH-02",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'result')}, each with string text, boolean is_final and string wav_name",
        nothing=why_nothing(exchanges, "the server sent no result"),
    )


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
                if reply.wav_name not in expected:
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
                            f"mode {_shown(reply, 'mode')} on the text {reply.text_or_empty[:30]!r}, "
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


def is_final_follows_the_rule(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-06: `is_final` follows the one rule of the dialect (docs/protocol.md section 7.2).

    Real-time servers: true on the message that answers the end frame, false on all others. Offline server:
    never true. Python server: true on every sentence result, false on the partials of mode 2pass; in mode
    online the last delta of a segment has it, too.
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


def timestamp_strings_parse(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-07: a `timestamp` that is a string is a JSON array of pairs of integers."""
    breaches: list[Breach] = []
    judged = 0
    for exchange, frame, reply in _messages(exchanges):
        if not isinstance(reply.timestamp, str):
            continue
        judged += 1
        if not _is_pairs(reply.timestamp):
            breaches.append(
                Breach(
                    f"timestamp {reply.timestamp[:80]!r} is not a JSON array of integer pairs",
                    evidence(exchange, frame),
                )
            )
    if not judged and (without := _sentence_results(exchanges)):
        return unsupported("SCH-07", f"{counted(without, 'sentence result')} came, none with word stamps")
    return conclude(
        "SCH-07",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'timestamp string')}, each an array of integer pairs",
        nothing=why_nothing(exchanges, "no message carried a timestamp string"),
    )


def stamp_sents_are_arrays(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-09: `stamp_sents`, where present, is an array of objects with text_seg, punc, start and end."""
    breaches: list[Breach] = []
    judged = 0
    for exchange, frame, reply in _messages(exchanges):
        if not reply.has("stamp_sents"):
            continue
        judged += 1
        problem = _stamp_sents_problem(reply.stamp_sents)
        if problem is not None:
            breaches.append(Breach(problem, evidence(exchange, frame)))
    if not judged and (without := _sentence_results(exchanges)):
        return unsupported("SCH-09", f"{counted(without, 'sentence result')} came, none with stamp_sents")
    return conclude(
        "SCH-09",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'array', 'arrays')} of objects with text_seg, punc, start and end",
        nothing=why_nothing(exchanges, "no message carried stamp_sents"),
    )


def _sentence_results(exchanges: Sequence[Exchange]) -> int:
    """How many sentence results with text there are: where none has stamps, the model gives none."""
    return sum(
        1
        for exchange, _, reply in _messages(exchanges)
        if reply.text_or_empty and dialect_named(exchange.dialect).is_sentence(reply)
    )


_RULES = {
    "is_final": "is_final is true on the answer to the end frame only",
    "first-reply": "is_final is never true",
    "is_end": "is_final is true on every sentence result",
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
    """Whether the end frame of a real-time server was answered by messages of which none is flagged."""
    if (
        utterance.dialect.terminator != "is_final"
        or utterance.terminator is not None
        or utterance.end is None
    ):
        return False
    return any(_after_end(utterance, message) for message in utterance.replies)


def _longest(names: set[str]) -> str:
    return max(sorted(names), key=len, default="")


def _messages(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, Frame, Reply]]:
    for exchange in exchanges:
        for frame, reply in exchange.replies():
            yield exchange, frame, reply


def _results(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, Frame, Reply]]:
    for exchange, frame, reply in _messages(exchanges):
        if not (reply.is_end is True and not reply.has("text")):
            yield exchange, frame, reply


def _not_an_object(frame: Frame) -> str | None:
    if frame.kind == "binary" or frame.text is None:
        return f"a binary message of {frame.size} bytes, expected a text frame"
    try:
        parse_reply(frame.text)
    except NotAReply as error:
        return str(error)
    return None


def _shown(reply: Reply, field: str) -> str:
    return repr(getattr(reply, field)) if reply.has(field) else "missing"


def _is_pairs(text: str) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(type(edge) is int for edge in pair)
        for pair in value
    )


def _stamp_sents_problem(value: Any) -> str | None:
    if not isinstance(value, list):
        return f"stamp_sents is {type(value).__name__} {str(value)[:40]!r}, expected an array"
    for number, item in enumerate(value):
        if not isinstance(item, dict):
            return f"stamp_sents[{number}] is {item!r}, expected an object"
        for field, kind in STAMP_SENT_FIELDS.items():
            if type(item.get(field)) is not kind:
                came = repr(item[field]) if field in item else "missing"
                return f"stamp_sents[{number}].{field} is {came}, expected {kind.__name__}"
    return None
