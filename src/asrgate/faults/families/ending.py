"""Faults of what follows an end frame (docs/protocol.md section 5)."""

from collections.abc import Iterable

from websockets.frames import Close, CloseCode, Opcode

from asrgate.faults.acts import Abort, Act, Pause, Send
from asrgate.faults.fault import fault
from asrgate.faults.talk import Breaking, Fields, Talk, built, on_end, on_reply, on_terminator, talking

Replies = Iterable[Fields | Act]

_TAIL_BYTES = 48000


@fault("END-01", by=on_terminator)
def terminator_missing(talk: Talk, reply: Fields) -> Replies:
    """No utterance gets its terminating message."""
    yield from ()


@fault("END-01", "LAT-04", by=on_terminator)
def terminator_at_twenty_seconds(talk: Talk, reply: Fields) -> Replies:
    """Terminating messages come 20 s late."""
    yield Pause(20)
    yield reply


@fault("END-02", "END-03", by=on_terminator)
def terminator_doubled(talk: Talk, reply: Fields) -> Replies:
    """Every terminating message comes twice."""
    yield reply
    yield reply


@fault("END-03", by=on_terminator)
def answers_after_terminator(talk: Talk, reply: Fields) -> Replies:
    """A second after the terminating message a sentence result follows."""
    yield reply
    yield Pause(1.0)
    yield reply | {
        "text": "还有一句。",
        "mode": min(talk.dialect.sentence_modes),
        "is_final": False,
        "is_end": False,
    }


@fault("END-04", by=built)
def empty_sessions_unanswered() -> Breaking:
    """An end frame without audio before it gets no answer."""
    return talking(reply=lambda talk, reply: [reply] if talk.audio_bytes else [])


@fault("END-04", by=on_terminator)
def empty_sessions_get_text(talk: Talk, reply: Fields) -> Replies:
    """An end frame without audio before it is answered with text."""
    mode = min(talk.dialect.sentence_modes)
    yield reply if talk.audio_bytes else reply | {"text": "嗯。", "mode": mode}


@fault("END-05", by=built)
def silent_tails_unanswered() -> Breaking:
    """Audio that ends in silence gets no terminating message."""

    def audio(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
        tail = (talk.memory.get("tail", b"") + data)[-_TAIL_BYTES:]
        talk.memory["tail"] = tail
        yield data

    def reply(talk: Talk, reply: Fields) -> Replies:
        tail = talk.memory.get("tail", b"")
        quiet = len(tail) == _TAIL_BYTES and not tail.strip(b"\0")
        if not (quiet and talk.terminates(reply)):
            yield reply

    return talking(audio=audio, reply=reply)


@fault("END-06", by=built)
def early_end_unanswered() -> Breaking:
    """An end frame before anything else gets no answer."""
    return talking(reply=lambda talk, reply: [reply] if talk.configs else [])


@fault("END-09", by=built)
def mute_after_first_utterance() -> Breaking:
    """The second utterance of a connection gets no answer."""
    return talking(reply=lambda talk, reply: [] if talk.terminators else [reply])


@fault("END-11", by=on_end)
def is_finished_ignored(talk: Talk, fields: Fields) -> Replies:
    """The field is_finished is no end."""
    if fields.get("is_speaking") is False:
        yield fields


@fault("END-12", by=on_terminator, dialects=("funasr-python",))
def is_end_unacknowledged(talk: Talk, reply: Fields) -> Replies:
    """The field is_end is not acknowledged."""
    yield from ()


@fault("END-13", by=on_terminator)
def closes_after_final(talk: Talk, reply: Fields) -> Replies:
    """The server closes the connection with 1000 half a second after the terminating message."""
    yield reply
    yield Pause(0.5)
    yield Send(Opcode.CLOSE, Close(CloseCode.NORMAL_CLOSURE, "done").serialize())


@fault("END-13", by=on_terminator)
def drops_after_final(talk: Talk, reply: Fields) -> Replies:
    """The connection is reset half a second after the terminating message."""
    yield reply
    yield Pause(0.5)
    yield Abort()


@fault("END-14", by=on_reply)
def other_ends_swallowed(talk: Talk, reply: Fields) -> Replies:
    """Ends by is_speaking 0 and "false" are swallowed without an error."""
    odd = talk.settings.get("is_speaking") in (0, "false") and talk.settings["is_speaking"] is not False
    if not odd:
        yield reply


@fault("LAT-05", by=on_terminator)
def empty_sessions_slow(talk: Talk, reply: Fields) -> Replies:
    """An end frame without audio is answered after 0.8 s."""
    if not talk.audio_bytes:
        yield Pause(0.8)
    yield reply


@fault("LAT-04", by=on_terminator)
def final_slow(talk: Talk, reply: Fields) -> Replies:
    """Terminating messages come 3 s late."""
    yield Pause(3.0)
    yield reply


@fault("LAT-02", by=on_reply, dialects=("funasr-2pass", "funasr-2pass-0.1", "funasr-python"))
def partials_slow(talk: Talk, reply: Fields) -> Replies:
    """Partials come 2 s late."""
    if talk.is_partial(reply) and not talk.memory.get("late"):
        talk.memory["late"] = True
        yield Pause(2.0)
    yield reply


@fault("LAT-07", by=on_reply, dialects=("funasr-2pass", "funasr-2pass-0.1", "funasr-python"))
def quick_preset_slow(talk: Talk, reply: Fields) -> Replies:
    """Partials come 1.4 s late where the configuration asks for the quickest preset."""
    quick = talk.settings.get("chunk_size") == [3, 6, 3]
    if quick and talk.is_partial(reply) and not talk.memory.get("late"):
        talk.memory["late"] = True
        yield Pause(1.4)
    yield reply


@fault("LAT-04", by=on_reply)
def lag_grows(talk: Talk, reply: Fields) -> Replies:
    """Every message of a session takes half a second longer than the one before it."""
    lag_s = talk.memory.get("lag", 0.0) + 0.5
    talk.memory["lag"] = lag_s
    yield Pause(lag_s)
    yield reply


@fault("LAT-04", by=on_terminator)
def one_session_starves(talk: Talk, reply: Fields) -> Replies:
    """Every second of the sessions that run side by side gets its terminating message 5 s late."""
    if talk.others and talk.number % 2 == 0:
        yield Pause(5.0)
    yield reply
