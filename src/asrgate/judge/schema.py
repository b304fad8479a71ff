"""SCH: the form of the server's messages (docs/protocol.md section 4)."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.census import messages, sentence_results, shown
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed, unsupported
from asrgate.judge.utterances import Message, sentences_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.dialects import Dialect, dialect_named
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.messages import NotAReply, Reply, parse_reply

STAMP_SENT_FIELDS = {"text_seg": str, "punc": str, "start": int, "end": int}

MARKS = frozenset("，。？！、；：,.?!;:")
"""Punctuation that closes a sentence or a clause."""

LARGEST_MESSAGE_BYTES = 2**20
LONG_SESSION_S = 600
"""SCH-15 speaks of a session of this length."""


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
            f"{field} is {shown(reply, field)}, expected a {kind.__name__}"
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


def timestamp_strings_parse(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-07: a `timestamp` that is a string is a JSON array of pairs of integers."""
    breaches: list[Breach] = []
    judged = 0
    for exchange, frame, reply in messages(exchanges):
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
    if not judged and (without := sentence_results(exchanges)):
        return unsupported("SCH-07", f"{counted(without, 'sentence result')} came, none with word stamps")
    return conclude(
        "SCH-07",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'timestamp string')}, each an array of integer pairs",
        nothing=why_nothing(exchanges, "no message carried a timestamp string"),
    )


def timestamps_keep_their_types(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-08: `timestamp` has the types that the dialect documents (docs/protocol.md section 7.3).

    Current real-time servers: a string with word stamps, on all other messages the integer of the connection.
    Images 0.1.x and the offline server: a string. Python server: an array of pairs.
    """
    breaches: list[Breach] = []
    census: dict[str, int] = {}
    for exchange in exchanges:
        epoch: int | None = None
        for frame, reply in exchange.replies():
            if not reply.has("timestamp"):
                continue
            kind, problem = _kind_of_timestamp(dialect_named(exchange.dialect), reply, epoch)
            census[kind] = census.get(kind, 0) + 1
            if type(reply.timestamp) is int:
                epoch = reply.timestamp
            if problem is not None:
                breaches.append(Breach(problem, evidence(exchange, frame)))
    if not census and (without := sentence_results(exchanges)):
        return unsupported("SCH-08", f"{counted(without, 'sentence result')} came, none with word stamps")
    types = ", ".join(f"{kind} on {counted(number, 'message')}" for kind, number in sorted(census.items()))
    return conclude(
        "SCH-08",
        breaches,
        judged=sum(census.values()),
        held=types + (": two types in one session, as this dialect documents" if len(census) > 1 else ""),
        nothing=why_nothing(exchanges, "no message carried a timestamp"),
    )


def stamp_sents_are_arrays(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-09: `stamp_sents`, where present, is an array of objects with text_seg, punc, start and end."""
    breaches: list[Breach] = []
    judged = 0
    for exchange, frame, reply in messages(exchanges):
        if not reply.has("stamp_sents"):
            continue
        judged += 1
        problem = _stamp_sents_problem(reply.stamp_sents)
        if problem is not None:
            breaches.append(Breach(problem, evidence(exchange, frame)))
    if not judged and (without := sentence_results(exchanges)):
        return unsupported("SCH-09", f"{counted(without, 'sentence result')} came, none with stamp_sents")
    return conclude(
        "SCH-09",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'array', 'arrays')} of objects with text_seg, punc, start and end",
        nothing=why_nothing(exchanges, "no message carried stamp_sents"),
    )


def sentences_begin_with_words(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-10: no sentence result begins with punctuation, which belongs to the sentence before.

    A lone mark is a segment in which nothing was recognised (docs/protocol.md section 7.19), not a sentence.
    """
    said = [
        (exchange, message)
        for exchange in exchanges
        for message in sentences_of(exchange)
        if TEXT(message[1].text_or_empty)
    ]
    wrong = [(exchange, message) for exchange, message in said if _begins_with_a_mark(message)]
    if not said:
        return inconclusive("SCH-10", why_nothing(exchanges, "no sentence result with text came"))
    if not wrong:
        return passed("SCH-10", f"{counted(len(said), 'sentence result')}, each beginning with a word")
    _, (_, first) = wrong[0]
    return failed(
        "SCH-10",
        f"{len(wrong)} of {counted(len(said), 'sentence result')} begin with punctuation, "
        f"the first is {first.text_or_empty!r}",
        *(evidence(exchange, frame) for exchange, (frame, _) in wrong[:5]),
    )


def unknown_fields_are_listed(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-11: messages with fields that no known server sends are read like others, and the fields listed.

    This is about asrgate, which must not stumble when a release adds fields: it never fails a server.
    """
    seen: dict[str, int] = {}
    read = 0
    for _, _, reply in messages(exchanges):
        read += 1
        for name in reply.unknown_fields:
            seen[name] = seen.get(name, 0) + 1
    if not read:
        return inconclusive("SCH-11", why_nothing(exchanges, "the server sent no message"))
    listed = ", ".join(f"{name!r} on {counted(number, 'message')}" for name, number in sorted(seen.items()))
    return passed("SCH-11", f"asrgate read {counted(read, 'message')}; unknown fields: {listed or 'none'}")


def messages_stay_small(exchanges: Sequence[Exchange]) -> Finding:
    """SCH-15: no message of the longest session is larger than 1 MiB.

    The requirement speaks of sessions of 10 minutes; the reason says how long the one was that was judged.
    """
    answered = [exchange for exchange in exchanges if exchange.received()]
    if not answered:
        return inconclusive("SCH-15", why_nothing(exchanges, "the server sent no message"))
    longest = max(answered, key=_audio_s)
    largest = max(longest.received(), key=lambda frame: frame.size)
    length = f"the longest session, {_audio_s(longest):.1f} s of audio (the requirement: {LONG_SESSION_S} s)"
    said = f"the largest message of {length} has {largest.size} bytes"
    if largest.size > LARGEST_MESSAGE_BYTES:
        return failed(
            "SCH-15", f"{said}, expected at most {LARGEST_MESSAGE_BYTES}", evidence(longest, largest)
        )
    return passed("SCH-15", said, evidence(longest, largest))


def _results(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, Frame, Reply]]:
    for exchange, frame, reply in messages(exchanges):
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


def _kind_of_timestamp(dialect: Dialect, reply: Reply, epoch: int | None) -> tuple[str, str | None]:
    """The type of a timestamp in words, and what is wrong with it. `epoch`: the integer seen before."""
    value = reply.timestamp
    came = f"timestamp {str(value)[:40]!r} is {_type_name(value)}"
    on = "a sentence result" if dialect.is_sentence(reply) else "a message without word stamps"
    match dialect.stamps_as:
        case "array":
            wrong = None if _is_pair_list(value) else f"{came}, expected an array of pairs"
        case "string-or-epoch" if type(value) is int:
            moved = epoch is not None and value != epoch
            wrong = f"timestamp {value} came after {epoch} on one connection" if moved else None
        case "string-or-epoch" if not dialect.is_sentence(reply):
            wrong = f"{came} on {on}, expected an integer"
        case _:
            wrong = None if isinstance(value, str) else f"{came} on {on}, expected a string"
    return _type_name(value), wrong


def _type_name(value: Any) -> str:
    names = {str: "a string", int: "an integer", list: "an array", bool: "a boolean", float: "a fraction"}
    return names.get(type(value), "an object" if isinstance(value, dict) else "null")


def _begins_with_a_mark(message: Message) -> bool:
    return message[1].text_or_empty.lstrip()[:1] in MARKS


def _audio_s(exchange: Exchange) -> float:
    return sum(utterance.audio_ms for utterance in utterances(exchange)) / 1000


def _is_pairs(text: str) -> bool:
    try:
        return _is_pair_list(json.loads(text))
    except (ValueError, RecursionError):
        return False


def _is_pair_list(value: Any) -> bool:
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
