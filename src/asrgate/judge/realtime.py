"""RT: commands, events and updates of funasr-realtime (docs/protocol.md sections 3.8, 4.6 and 5.4)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed, unsupported
from asrgate.judge.utterances import Message, Utterance, ended, utterances
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.messages import START

UPDATE_FIELDS: dict[str, type] = {
    "sentences": list,
    "partial": str,
    "partial_start_ms": int,
    "duration_ms": int,
    "is_final": bool,
}
SENTENCE_FIELDS: dict[str, type] = {"text": str, "start": int, "end": int}
EVENT_FIELDS: dict[str, tuple[str, type]] = {
    "error": ("error", str),
    "hotwords_set": ("hotwords", list),
    "language_set": ("language", str),
}

ROUNDING_MS = 1
"""A server tells whole milliseconds."""


def sessions_begin_and_end_in_order(exchanges: Sequence[Exchange]) -> Finding:
    """RT-01: `started` comes before any result; STOP gets the final if audio came, and then `stopped`."""
    judged = [u for u in _sessions(exchanges) if u.end is not None]
    return conclude(
        "RT-01",
        [
            Breach(problem, evidence(u.exchange, *u.configs, *_ends(u), *(f for f, _ in u.replies)))
            for u in judged
            if (problem := _out_of_order(u)) is not None
        ],
        judged=len(judged),
        held=f"{counted(len(judged), 'session')} from started to stopped, each result between them",
        nothing=why_nothing(exchanges, "no session was begun and ended"),
    )


def updates_are_typed(exchanges: Sequence[Exchange]) -> Finding:
    """RT-02: updates carry sentences, partial, times and is_final; events their name and what was set."""
    came = [(exchange, message) for exchange in exchanges for message in exchange.replies()]
    return conclude(
        "RT-02",
        [
            Breach(problem, evidence(exchange, message[0]))
            for exchange, message in came
            if (problem := _mistyped(message)) is not None
        ],
        judged=len(came),
        held=f"{counted(len(came), 'message')}, each an event or an update with all of its fields",
        nothing=why_nothing(exchanges, "the server sent no message"),
    )


def sentences_stay(exchanges: Sequence[Exchange]) -> Finding:
    """RT-03: the sentences of an update stand at the head of the next one's; a final may split by speaker."""
    steps = [
        (u.exchange, earlier, later)
        for u in _utterances(exchanges)
        for earlier, later in pairwise(_updates(u))
        if not _by_speaker(later)
    ]
    return conclude(
        "RT-03",
        [
            Breach(
                f"{_listed(earlier)} became {_listed(later)} in the next update",
                evidence(exchange, earlier[0], later[0]),
            )
            for exchange, earlier, later in steps
            if not _goes_on(earlier, later)
        ],
        judged=len(steps),
        held=f"{counted(len(steps), 'update')} that repeat the sentences of the one before",
        nothing=why_nothing(exchanges, "no two updates of one session came"),
    )


def duration_follows_the_audio(exchanges: Sequence[Exchange]) -> Finding:
    """RT-04: `duration_ms` is the audio that was sent, to less than a frame; it never goes back."""
    told = [
        (u, message)
        for u in _utterances(exchanges)
        for message in _updates(u)
        if type(message[1].duration_ms) is int
    ]
    breaches = [
        Breach(problem, evidence(u.exchange, message[0]))
        for u, message in told
        if (problem := _strayed(u, message)) is not None
    ]
    for (u, earlier), (other, later) in pairwise(told):
        if u is other and later[1].duration_ms < earlier[1].duration_ms:
            sentence = f"duration_ms fell from {earlier[1].duration_ms} to {later[1].duration_ms}"
            breaches.append(Breach(sentence, evidence(u.exchange, earlier[0], later[0])))
    return conclude(
        "RT-04",
        breaches,
        judged=len(told),
        held=f"{counted(len(told), 'update')} with the length of the audio so far",
        nothing=why_nothing(exchanges, "no update told a duration"),
    )


def commit_is_refused(exchange: Exchange) -> Finding:
    """RT-05: where the server finds the ends of utterances, COMMIT gets an error event, and no close.

    A server that lets its clients end utterances answers with a final; then there is nothing to refuse.
    """
    asked = _sent_texts(exchange)
    if not asked:
        return inconclusive("RT-05", why_nothing([exchange], "COMMIT was not sent"), evidence(exchange))
    answers = _answers_to(exchange, asked[0])
    shown = evidence(exchange, asked[0], *(frame for frame, _ in answers))
    for _, reply in answers:
        if reply.event == "error":
            return passed("RT-05", f"COMMIT got the error {reply.error!r}", shown)
        if reply.is_final is True:
            return unsupported("RT-05", "COMMIT got a final: this server lets clients end utterances", shown)
    return failed("RT-05", f"COMMIT got {_instead(exchange, answers)}, expected an error event", shown)


def unknown_text_is_refused(exchange: Exchange) -> Finding:
    """RT-06: text that is no command gets an error event, and not silence."""
    asked = _sent_texts(exchange)
    if not asked:
        return inconclusive("RT-06", why_nothing([exchange], "no such text was sent"), evidence(exchange))
    breaches = [
        Breach(
            f"{(frame.text or '')[:40]!r} got {_instead(exchange, answers)}, expected an error event",
            evidence(exchange, frame, *(f for f, _ in answers)),
        )
        for frame in asked
        for answers in [_answers_to(exchange, frame)]
        if not any(reply.event == "error" for _, reply in answers)
    ]
    return conclude(
        "RT-06",
        breaches,
        judged=len(asked),
        held=f"{counted(len(asked), 'text that is no command', 'texts that are no commands')}, each refused "
        "with an error event",
        nothing="",
        shown=[evidence(exchange, *asked)],
    )


def odd_frames_do_not_end_sessions(exchanges: Sequence[Exchange]) -> Finding:
    """RT-07: after frames of odd length a session goes on to its `stopped`."""
    judged = [(u, odd) for u in _utterances(exchanges) for odd in _odd_frames(u)[:1]]
    return conclude(
        "RT-07",
        [
            Breach(
                f"{_instead(u.exchange, u.replies)} after a frame of {odd.size} bytes, expected stopped "
                "after STOP",
                evidence(u.exchange, odd, *_ends(u)),
            )
            for u, odd in judged
            if u.terminator is None
        ],
        judged=len(judged),
        held=f"{counted(len(judged), 'session')} with frames of odd length, each answered to its end",
        nothing=why_nothing(exchanges, "no frame of odd length was sent"),
    )


def _utterances(exchanges: Sequence[Exchange]) -> list[Utterance]:
    return [utterance for exchange in exchanges for utterance in utterances(exchange)]


def _sessions(exchanges: Sequence[Exchange]) -> list[Utterance]:
    """What was begun with START."""
    return [u for u in ended(exchanges) if any((f.text or "").strip().upper() == START for f in u.configs)]


def _updates(utterance: Utterance) -> list[Message]:
    return [(frame, reply) for frame, reply in utterance.replies if isinstance(reply.sentences, list)]


def _ends(utterance: Utterance) -> tuple[Frame, ...]:
    return () if utterance.end is None else (utterance.end,)


def _out_of_order(utterance: Utterance) -> str | None:
    """What is wrong with the order of a session's messages."""
    events = [reply.event for _, reply in utterance.replies]
    if "started" not in events:
        return f"START got {_instead(utterance.exchange, utterance.replies)}, expected the event started"
    early = [reply for _, reply in utterance.replies[: events.index("started")] if reply.event is None]
    if early:
        return f"the update {early[0].text_or_empty!r} came before started"
    if utterance.terminator is None:
        return "STOP was not answered with the event stopped"
    finals = [reply for _, reply in _updates(utterance) if reply.is_final is True]
    if utterance.audio and not finals:
        return f"stopped came after {utterance.audio_ms:.0f} ms of audio, and no final before it"
    if len(finals) > 1:
        return f"{len(finals)} finals in one session"
    if finals and _updates(utterance)[-1][1] is not finals[0]:
        return "an update came between the final and stopped"
    return None


def _mistyped(message: Message) -> str | None:
    """What is wrong with the fields of a message."""
    _, reply = message
    if reply.has("event"):
        if not isinstance(reply.event, str):
            return f"event is {reply.event!r}, expected a string"
        field, kind = EVENT_FIELDS.get(reply.event, ("event", str))
        value = getattr(reply, field)
        return None if isinstance(value, kind) else f"{field} of the event {reply.event} is {value!r}"
    problem = _wrong_field("an update", reply.model_dump(exclude_unset=True), UPDATE_FIELDS)
    if problem is not None:
        return problem
    for number, sentence in enumerate(reply.sentences):
        if not isinstance(sentence, dict):
            return f"sentences[{number}] is {sentence!r}, expected an object"
        problem = _wrong_field(f"sentences[{number}]", sentence, SENTENCE_FIELDS)
        if problem is not None:
            return problem
    return None


def _wrong_field(where: str, fields: dict[str, Any], expected: dict[str, type]) -> str | None:
    for field, kind in expected.items():
        if type(fields.get(field)) is not kind:
            came = repr(fields[field])[:60] if field in fields else "missing"
            return f"{field} of {where} is {came}, expected {kind.__name__}"
    return None


def _by_speaker(message: Message) -> bool:
    """Whether a final tells who spoke, and so may split sentences."""
    _, reply = message
    return reply.is_final is True and any("spk" in sentence for sentence in reply.locked)


def _goes_on(earlier: Message, later: Message) -> bool:
    before, now = earlier[1].sentences, later[1].sentences
    return bool(now[: len(before)] == before)


def _listed(message: Message) -> str:
    return repr([sentence["text"] for sentence in message[1].locked])


def _strayed(utterance: Utterance, message: Message) -> str | None:
    """What is wrong with the duration that an update tells: more than was sent, or at the end less."""
    frame, reply = message
    sent = [audio for audio in utterance.audio if audio.index < frame.index]
    sent_ms = utterance.length_ms(sent)
    if reply.duration_ms > sent_ms + ROUNDING_MS:
        return f"duration_ms is {reply.duration_ms} when {sent_ms:.0f} ms had been sent"
    frame_ms = max((utterance.length_ms([audio]) for audio in sent), default=0.0)
    missing_ms = sent_ms - reply.duration_ms
    if reply.is_final is True and missing_ms > ROUNDING_MS and missing_ms >= frame_ms - ROUNDING_MS:
        return f"duration_ms of the final is {reply.duration_ms}, sent were {sent_ms:.0f} ms"
    return None


def _odd_frames(utterance: Utterance) -> list[Frame]:
    return [frame for frame in utterance.audio if frame.size % 2]


def _sent_texts(exchange: Exchange) -> tuple[Frame, ...]:
    return tuple(frame for frame in exchange.sent("other") if frame.kind == "text")


def _answers_to(exchange: Exchange, asked: Frame) -> list[Message]:
    """The messages between a text frame and the next one that was sent."""
    return list(_between(exchange, asked.index))


def _between(exchange: Exchange, index: int) -> Iterator[Message]:
    sent = [f.index for f in exchange.frames if f.direction == "sent" and f.kind == "text"]
    until = next((later for later in sent if later > index), None)
    for frame, reply in exchange.replies():
        if frame.index > index and (until is None or frame.index < until):
            yield frame, reply


def _instead(exchange: Exchange, answers: Sequence[Message]) -> str:
    """What came in place of what was expected, in words."""
    closing = exchange.closing
    if closing is not None and closing.who != "client":
        how = "no close frame" if closing.code is None else f"close code {closing.code}"
        return f"the end of the connection with {how}"
    told = [reply.event or "an update" for _, reply in answers]
    return f"{told[0]}" if told else "silence"
