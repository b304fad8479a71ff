"""The dialects: families of servers that share reply rules, as data and three small rules.

See docs/protocol.md for each fact and its source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from asrgate.errors import UsageError
from asrgate.wire.messages import END_OF_INPUT, STOP, Reply, commands, encode

Terminator = Literal["is_final", "first-reply", "is_end", "stopped"]
"""What ends an utterance after its end: `is_final: true`, the first reply, `is_end`, the event `stopped`."""

Feature = Literal["partials", "itn", "hotwords", "stamps", "resampling", "empty-final", "modes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A family of servers. Mode names are what replies carry, which is not always what was requested.

    `bears_noise` is False where images exist that end their process on sound in which nothing is recognised
    (docs/protocol.md section 11.4): such sound is not sent to them. `asks_by` says how a client asks: by the
    fields of JSON frames, or by commands. `tells` says what a message holds: one result, or everything since
    the session began (docs/protocol.md section 4.6). `rates_hz` are the only rates of audio that can be sent,
    None where a client may say which one it sends. `hotwords_as` is the form that all models behind it read:
    words with weights as JSON inside a string, or plain words (docs/protocol.md section 3.5).
    """

    name: str
    title: str
    terminator: Terminator
    partial_modes: frozenset[str]
    sentence_modes: frozenset[str]
    stamps: Literal["session", "segment", "none"]
    stamps_as: Literal["string", "string-or-epoch", "array", "sentences"]
    features: frozenset[Feature]
    bears_noise: bool = True
    asks_by: Literal["json", "commands"] = "json"
    rates_hz: frozenset[int] | None = None
    tells: Literal["results", "everything"] = "results"
    hotwords_as: Literal["weights", "words"] = "weights"

    def opening_texts(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        """The text frames that open an utterance as `fields` of an opening frame ask."""
        return commands(fields) if self.asks_by == "commands" else (encode(dict(fields)),)

    @property
    def names_sessions(self) -> bool:
        """Whether the client names each utterance, and replies say which one they belong to."""
        return self.asks_by == "json"

    @property
    def weighs_hotwords(self) -> bool:
        """Whether a client can say how much each hotword counts."""
        return self.hotwords_as == "weights" and self.asks_by == "json"

    @property
    def stamps_words(self) -> bool:
        """Whether each word has its time stamp, and not only each sentence."""
        return self.stamps_as != "sentences"

    @property
    def ending_text(self) -> str:
        """The text frame that ends an utterance."""
        return STOP if self.asks_by == "commands" else encode(END_OF_INPUT)

    def terminates(self, reply: Reply) -> bool:
        """Whether this message, arriving after an end frame, is the terminating one for it."""
        match self.terminator:
            case "is_final":
                return reply.is_final is True
            case "is_end":
                return reply.is_end is True
            case "stopped":
                return bool(reply.event == "stopped")
            case "first-reply":
                return True

    def is_partial(self, reply: Reply) -> bool:
        """Whether the message tells a partial: a delta of the first pass, or the open segment so far."""
        if self.tells == "everything":
            return reply.partial_or_empty != ""
        return isinstance(reply.mode, str) and reply.mode in self.partial_modes

    def is_sentence(self, reply: Reply) -> bool:
        """Whether the message tells a sentence result."""
        if self.tells == "everything":
            return reply.locked != ()
        return isinstance(reply.mode, str) and reply.mode in self.sentence_modes


FUNASR_2PASS = Dialect(
    name="funasr-2pass",
    title="FunASR C++ real-time server (main)",
    terminator="is_final",
    partial_modes=frozenset({"2pass-online"}),
    sentence_modes=frozenset({"2pass-offline"}),
    stamps="session",
    stamps_as="string-or-epoch",
    features=frozenset({"partials", "itn", "hotwords", "stamps", "resampling", "empty-final", "modes"}),
)
FUNASR_2PASS_01 = Dialect(
    name="funasr-2pass-0.1",
    title="FunASR C++ real-time server (images 0.1.x)",
    terminator="is_final",
    partial_modes=frozenset({"2pass-online"}),
    sentence_modes=frozenset({"2pass-offline"}),
    stamps="session",
    stamps_as="string",
    features=frozenset({"partials", "itn", "hotwords", "stamps", "resampling", "empty-final", "modes"}),
    bears_noise=False,
)
FUNASR_OFFLINE = Dialect(
    name="funasr-offline",
    title="FunASR C++ offline file server",
    terminator="first-reply",
    partial_modes=frozenset(),
    sentence_modes=frozenset({"offline"}),
    stamps="session",
    stamps_as="string",
    features=frozenset({"itn", "hotwords", "stamps", "resampling", "empty-final"}),
    bears_noise=False,
)
FUNASR_PYTHON = Dialect(
    name="funasr-python",
    title="FunASR Python server",
    terminator="is_end",
    partial_modes=frozenset({"2pass-online", "online"}),
    sentence_modes=frozenset({"2pass-offline", "offline"}),
    stamps="segment",
    stamps_as="array",
    features=frozenset({"partials", "hotwords", "stamps", "empty-final", "modes"}),
    hotwords_as="words",
)
FUNASR_REALTIME = Dialect(
    name="funasr-realtime",
    title="Fun-ASR-Nano realtime server",
    terminator="stopped",
    partial_modes=frozenset(),
    sentence_modes=frozenset(),
    stamps="session",
    stamps_as="sentences",
    features=frozenset({"partials", "hotwords", "stamps", "empty-final"}),
    asks_by="commands",
    rates_hz=frozenset({16000}),
    tells="everything",
)

DIALECTS: dict[str, Dialect] = {
    d.name: d for d in (FUNASR_2PASS, FUNASR_2PASS_01, FUNASR_OFFLINE, FUNASR_PYTHON, FUNASR_REALTIME)
}


def dialect_named(name: str) -> Dialect:
    """The dialect of this name.

    Raises:
        UsageError: there is no such dialect.
    """
    try:
        return DIALECTS[name]
    except KeyError:
        raise UsageError(f"no dialect {name!r}; expected one of {', '.join(DIALECTS)}") from None


def transcript(dialect: Dialect, replies: Iterable[Reply]) -> str:
    """The recognised text of a session, as a person would read it, never normalised.

    Sentence results win; when there are none (mode `online`), the partial deltas are joined. The last reply
    of an utterance may carry text in either mode. Of updates that repeat everything the last one counts.
    """
    kept = list(replies)
    if dialect.tells == "everything":
        return joined(text for update in _last_updates(kept) for text in _told(update))
    sentences = [r.text_or_empty for r in kept if dialect.is_sentence(r) and r.text_or_empty]
    if sentences:
        return joined(sentences)
    return "".join(r.text_or_empty for r in kept if dialect.is_partial(r))


def joined(sentences: Iterable[str]) -> str:
    """Sentences as one text."""
    return reduce(_joined, (sentence for sentence in sentences if sentence), "")


def _last_updates(replies: Iterable[Reply]) -> list[Reply]:
    """The last update of each session on a connection; `started` begins a new one."""
    last: list[Reply] = []
    begins = True
    for reply in replies:
        if reply.event == "started":
            begins = True
        elif reply.has("sentences"):
            last = [*last, reply] if begins else [*last[:-1], reply]
            begins = False
    return last


def _told(update: Reply) -> Iterable[str]:
    return [sentence["text"] for sentence in update.locked] or [update.partial_or_empty]


def _joined(before: str, after: str) -> str:
    """Two sentences in one; Latin words that meet get the space that servers leave out (#2071)."""
    words_meet = before[-1:].isascii() and after[0].isascii() and after[0].isalpha() and before[-1:] > " "
    return f"{before} {after}" if words_meet else before + after
