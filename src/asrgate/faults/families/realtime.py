"""Faults of funasr-realtime: commands, events and updates (docs/protocol.md sections 3.8 and 4.6)."""

from collections.abc import Callable, Iterable

from asrgate.faults.acts import Abort, Act, Pause
from asrgate.faults.fault import fault
from asrgate.faults.talk import (
    Breaking,
    Fields,
    Talk,
    built,
    on_audio,
    on_reply,
    on_reply_text,
    on_terminator,
    on_text,
    talking,
)

Replies = Iterable[Fields | Act]

_REALTIME = ("funasr-realtime",)
_COMMANDS = ("START", "STOP", "COMMIT", "HOTWORDS:", "POSTPROCESS_HOTWORDS:", "LANGUAGE:")


def on_update(change: Callable[[Talk, Fields], Replies]) -> Breaking:
    """Let `change` have every update."""

    def updates(talk: Talk, reply: Fields) -> Replies:
        return change(talk, reply) if "sentences" in reply else [reply]

    return on_reply(updates)


def _with_sentences(reply: Fields, change: Callable[[Fields], Fields]) -> Fields:
    return reply | {"sentences": [change(dict(sentence)) for sentence in reply["sentences"]]}


@fault("RT-01", by=on_reply, dialects=_REALTIME)
def started_missing(talk: Talk, reply: Fields) -> Replies:
    """START is not answered."""
    if reply.get("event") != "started":
        yield reply


@fault("RT-01", by=on_update, dialects=_REALTIME)
def final_missing(talk: Talk, reply: Fields) -> Replies:
    """STOP gets no final, only the event stopped."""
    if not reply.get("is_final"):
        yield reply


@fault("RT-01", "END-01", by=on_terminator, dialects=_REALTIME)
def stopped_missing(talk: Talk, reply: Fields) -> Replies:
    """STOP gets the final, but never the event stopped."""
    yield from ()


@fault("END-02", by=on_terminator, dialects=_REALTIME)
def stopped_doubled(talk: Talk, reply: Fields) -> Replies:
    """The event stopped comes twice."""
    yield reply
    yield reply


@fault("END-03", by=on_reply, dialects=_REALTIME)
def updates_after_stopped(talk: Talk, reply: Fields) -> Replies:
    """A second after the event stopped an update follows."""
    if "sentences" in reply:
        talk.memory["update"] = reply
    yield reply
    if talk.terminates(reply) and "update" in talk.memory:
        yield Pause(1.0)
        yield talk.memory["update"]


@fault("RT-02", by=on_update, dialects=_REALTIME)
def partial_missing(talk: Talk, reply: Fields) -> Replies:
    """Updates without a partial lack the field."""
    yield reply if reply.get("partial") else {key: value for key, value in reply.items() if key != "partial"}


@fault("RT-02", by=on_update, dialects=_REALTIME)
def sentence_times_in_strings(talk: Talk, reply: Fields) -> Replies:
    """Start and end of sentences come as strings."""
    yield _with_sentences(reply, lambda s: s | {"start": str(s["start"]), "end": str(s["end"])})


@fault("RT-03", by=on_update, dialects=_REALTIME)
def sentences_forgotten(talk: Talk, reply: Fields) -> Replies:
    """Updates carry the latest sentence only."""
    yield reply | {"sentences": reply["sentences"][-1:]}


@fault("RT-03", by=on_update, dialects=_REALTIME)
def sentences_rewritten(talk: Talk, reply: Fields) -> Replies:
    """Sentences that were locked change with every update."""
    talk.memory["count"] = talk.memory.get("count", 0) + 1
    mark = "嗯" * (talk.memory["count"] % 2)
    yield _with_sentences(reply, lambda s: s | {"text": mark + s["text"]})


@fault("RT-04", by=on_update, dialects=_REALTIME)
def duration_at_half(talk: Talk, reply: Fields) -> Replies:
    """The duration is half of what was sent."""
    yield reply | {"duration_ms": reply["duration_ms"] // 2}


@fault("RT-05", by=on_reply, dialects=_REALTIME)
def errors_swallowed(talk: Talk, reply: Fields) -> Replies:
    """Error events never come."""
    if reply.get("event") != "error":
        yield reply


@fault("RT-06", by=on_text, dialects=_REALTIME)
def unknown_text_ignored(talk: Talk, text: str) -> Iterable[str | Act]:
    """Text that is no command is ignored without a word."""
    if text.strip().upper().startswith(_COMMANDS):
        yield text


@fault("RT-07", by=on_audio, dialects=_REALTIME)
def odd_frames_end_the_session(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
    """An audio frame of odd length ends the connection."""
    yield Abort() if len(data) % 2 else data


@fault("TS-01", by=on_update, dialects=_REALTIME)
def sentence_times_swapped(talk: Talk, reply: Fields) -> Replies:
    """Sentences end before they start."""
    yield _with_sentences(reply, lambda s: s | {"start": s["end"] + 1, "end": s["start"]})


@fault("TS-02", by=on_update, dialects=_REALTIME)
def sentence_times_restart(talk: Talk, reply: Fields) -> Replies:
    """Every sentence starts at 0."""
    yield _with_sentences(reply, lambda s: s | {"start": 0, "end": s["end"] - s["start"]})


@fault("TS-04", by=on_update, dialects=_REALTIME)
def sentence_times_out_of_range(talk: Talk, reply: Fields) -> Replies:
    """Sentences lie a minute too late."""
    yield _with_sentences(reply, lambda s: s | {"start": s["start"] + 60_000, "end": s["end"] + 60_000})


@fault("END-09", by=built, dialects=_REALTIME)
def mute_after_first_session() -> Breaking:
    """The second session of a connection gets no answer."""
    return talking(reply=lambda talk, reply: [] if talk.terminators else [reply])


@fault("ACC-07", by=on_update, dialects=_REALTIME)
def sentences_swapped(talk: Talk, reply: Fields) -> Replies:
    """A session gets the sentences of another one that runs beside it."""
    if reply["sentences"]:
        talk.memory["sentences"] = reply["sentences"]
    others = [said for other in talk.others if (said := other.memory.get("sentences"))]
    yield reply | {"sentences": others[-1]} if others and reply["sentences"] else reply


@fault("LAT-02", by=on_update, dialects=_REALTIME)
def updates_late(talk: Talk, reply: Fields) -> Replies:
    """The first update of a session comes 3 s late."""
    if not talk.memory.get("late"):
        talk.memory["late"] = True
        yield Pause(3.0)
    yield reply


@fault("SCH-01", by=on_reply_text, dialects=_REALTIME)
def updates_cut_short(talk: Talk, text: str) -> Iterable[str | Act]:
    """Updates lack their last character."""
    yield text[:-1] if "sentences" in text else text
