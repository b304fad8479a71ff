"""What a fault knows about the connection that it breaks, and the shapes in which faults are written.

A fault is a generator: it is given what came and yields what shall pass in its place, so that `yield reply`
passes a reply, two yields double it, and none drops it. Acts can be yielded as well.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from websockets.frames import Opcode

from asrgate.faults.acts import Act, Acts, Hook, Hooks, Send
from asrgate.wire.dialects import Dialect
from asrgate.wire.messages import START, STOP, Reply, encode

Fields = dict[str, Any]

SAMPLE_BYTES = 2


@dataclass(slots=True, kw_only=True)
class Talk:
    """One connection so far.

    `number` counts the connections of the proxy from 1. `settings` are the fields that the client has sent,
    the later ones winning. `configs`, `ends` and `terminators` count frames; `audio_bytes` are those of the
    utterance. `memory` is the fault's own, `shared` the same for all connections of the proxy, and `others`
    are those of them that are open.
    """

    dialect: Dialect
    number: int
    shared: dict[str, Any]
    crowd: "list[Talk]"
    memory: dict[Any, Any] = field(default_factory=dict)
    settings: Fields = field(default_factory=dict)
    configs: int = 0
    ends: int = 0
    terminators: int = 0
    audio_bytes: int = 0
    ended: bool = False

    @property
    def others(self) -> "list[Talk]":
        """The other connections that are open."""
        return [talk for talk in self.crowd if talk is not self]

    @property
    def name(self) -> str:
        """The `wav_name` in force."""
        return str(self.settings.get("wav_name", ""))

    @property
    def audio_s(self) -> float:
        """Seconds of audio since the last end frame, at the rate that the client declared."""
        rate = self.settings.get("audio_fs", 16000)
        return self.audio_bytes / SAMPLE_BYTES / (rate if isinstance(rate, int) and rate > 0 else 16000)

    def is_sentence(self, reply: Fields) -> bool:
        """Whether the reply is a sentence result with text."""
        return bool(reply.get("text")) and self.dialect.is_sentence(Reply.model_validate(reply))

    def is_partial(self, reply: Fields) -> bool:
        """Whether the reply is a partial with text."""
        return bool(reply.get("text")) and self.dialect.is_partial(Reply.model_validate(reply))

    def terminates(self, reply: Fields) -> bool:
        """Whether the reply ends an utterance."""
        return self.ends > self.terminators and self.dialect.terminates(Reply.model_validate(reply))

    def note_text(self, text: str) -> Fields | None:
        """Take in what the client says; gives its fields when it is a JSON object."""
        fields = fields_of(text)
        if text.strip().upper() == STOP or (fields is not None and is_end(fields)):
            self.ends += 1
            self.audio_bytes = 0 if self.ended else self.audio_bytes
            self.ended = True
        elif text.strip().upper() == START or fields is not None:
            self.configs += 1
        self.settings |= fields or {}
        return fields

    def note_audio(self, data: bytes) -> None:
        """Take in audio; what comes after an end belongs to the next utterance."""
        self.audio_bytes = len(data) + (0 if self.ended else self.audio_bytes)
        self.ended = False


Change = Callable[[Talk, Fields], Iterable[Fields | Act]]
Cut = Callable[[Talk, bytes], Iterable[bytes | Act]]
Phrase = Callable[[Talk, str], Iterable[str | Act]]
Open = Callable[[], Hooks]
Breaking = Callable[[Dialect], Open]
"""Called once for each proxy, with what the endpoint speaks."""


def on_reply(change: Change) -> Breaking:
    """Let `change` have every reply of the server that is a JSON object."""
    return talking(reply=change)


def on_sentence(change: Change) -> Breaking:
    """Let `change` have every sentence result with text."""

    def sentences(talk: Talk, reply: Fields) -> Iterable[Fields | Act]:
        return change(talk, reply) if talk.is_sentence(reply) else [reply]

    return talking(reply=sentences)


def on_partial(change: Change) -> Breaking:
    """Let `change` have every partial with text."""

    def partials(talk: Talk, reply: Fields) -> Iterable[Fields | Act]:
        return change(talk, reply) if talk.is_partial(reply) else [reply]

    return talking(reply=partials)


def on_terminator(change: Change) -> Breaking:
    """Let `change` have every terminating message."""

    def terminators(talk: Talk, reply: Fields) -> Iterable[Fields | Act]:
        return change(talk, reply) if talk.terminates(reply) else [reply]

    return talking(reply=terminators)


def on_reply_text(change: Phrase) -> Breaking:
    """Let `change` have the text of every message of the server, JSON or not."""
    return talking(reply_text=change)


def on_config(change: Change) -> Breaking:
    """Let `change` have every JSON object of the client that is no end frame."""

    def configs(talk: Talk, fields: Fields) -> Iterable[Fields | Act]:
        return [fields] if is_end(fields) else change(talk, fields)

    return talking(fields=configs)


def on_end(change: Change) -> Breaking:
    """Let `change` have every end frame."""

    def ends(talk: Talk, fields: Fields) -> Iterable[Fields | Act]:
        return change(talk, fields) if is_end(fields) else [fields]

    return talking(fields=ends)


def on_text(change: Phrase) -> Breaking:
    """Let `change` have every text frame of the client; what is not UTF-8 comes with surrogates."""
    return talking(text=change)


def on_audio(change: Cut) -> Breaking:
    """Let `change` have every binary frame of the client."""
    return talking(audio=change)


def hooked(opened: Open) -> Breaking:
    """Hooks that need to know nothing of the dialect or of other connections."""
    return lambda dialect: opened


def fields_of(text: str) -> Fields | None:
    """The fields of a message that is a JSON object, None of any other."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def is_end(fields: Fields) -> bool:
    """Whether a client's message ends its input (docs/protocol.md section 3.4)."""
    return fields.get("is_speaking") is False or fields.get("is_finished") is True


def text_frame(text: str) -> Send:
    """A text frame; surrogates become the bytes that they stand for."""
    return Send(Opcode.TEXT, text.encode("utf-8", "surrogateescape"))


def built(function: Callable[[], Breaking]) -> Breaking:
    """A breaking that a function puts together, once for each proxy."""
    return lambda dialect: function()(dialect)


def talking(
    *,
    reply: Change | None = None,
    reply_text: Phrase | None = None,
    fields: Change | None = None,
    text: Phrase | None = None,
    audio: Cut | None = None,
) -> Breaking:
    """Let several functions have what comes on a connection; what has none passes as it is."""

    def breaking(dialect: Dialect) -> Open:
        shared: dict[str, Any] = {}
        crowd: list[Talk] = []
        numbers = count(1)

        def opened() -> Hooks:
            talk = Talk(dialect=dialect, number=next(numbers), shared=shared, crowd=crowd)
            crowd.append(talk)

            def closed() -> Acts:
                crowd.remove(talk)
                return []

            return Hooks(
                client={Opcode.TEXT: _hears(talk, fields, text), Opcode.BINARY: _listens(talk, audio)},
                server={Opcode.TEXT: _answers(talk, reply, reply_text)},
                closed=closed,
            )

        return opened

    return breaking


def _hears(talk: Talk, change: Change | None, phrase: Phrase | None) -> Hook:
    def hook(payload: bytes) -> Acts:
        text = payload.decode("utf-8", "surrogateescape")
        fields = talk.note_text(text)
        said: Iterable[Any] = [text]
        if phrase is not None:
            said = phrase(talk, text)
        elif change is not None and fields is not None:
            said = change(talk, fields)
        for each in said:
            yield _text_act(each, payload, fields)

    return hook


def _listens(talk: Talk, cut: Cut | None) -> Hook:
    def hook(payload: bytes) -> Acts:
        talk.note_audio(payload)
        for each in [payload] if cut is None else cut(talk, payload):
            yield Send(Opcode.BINARY, each) if isinstance(each, bytes) else each

    return hook


def _answers(talk: Talk, change: Change | None, phrase: Phrase | None) -> Hook:
    def hook(payload: bytes) -> Acts:
        text = payload.decode("utf-8", "surrogateescape")
        fields = fields_of(text)
        answered: Iterable[Any] = [text]
        if phrase is not None:
            answered = phrase(talk, text)
        elif change is not None and fields is not None:
            answered = change(talk, fields)
        for each in answered:
            yield _text_act(each, payload, fields)
        if fields is not None and talk.terminates(fields):
            talk.terminators += 1

    return hook


def _text_act(said: Any, payload: bytes, fields: Fields | None) -> Act:
    """The act for what a fault yielded; what it left alone passes with the same bytes."""
    if isinstance(said, str):
        return text_frame(said)
    if isinstance(said, dict):
        return Send(Opcode.TEXT, payload) if said == fields else text_frame(encode(said))
    act: Act = said
    return act
