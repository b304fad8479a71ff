"""The dialects: families of servers that share reply rules, as data and three small rules.

See docs/protocol.md for each fact and its source.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from asrgate.errors import UsageError
from asrgate.wire.messages import Reply

Terminator = Literal["is_final", "first-reply", "is_end"]
"""What ends an utterance after an end frame: `is_final: true`, any reply at all, or the `is_end` reply."""

Feature = Literal["partials", "itn", "hotwords", "stamps", "resampling", "empty-final", "modes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A family of servers. Mode names are what replies carry, which is not always what was requested.

    `bears_noise` is False where images exist that end their process on sound in which nothing is recognised
    (docs/protocol.md section 11.4): such sound is not sent to them.
    """

    name: str
    title: str
    terminator: Terminator
    partial_modes: frozenset[str]
    sentence_modes: frozenset[str]
    stamps: Literal["session", "segment", "none"]
    stamps_as: Literal["string", "string-or-epoch", "array"]
    features: frozenset[Feature]
    bears_noise: bool = True

    def terminates(self, reply: Reply) -> bool:
        """Whether this message, arriving after an end frame, is the terminating one for it."""
        match self.terminator:
            case "is_final":
                return reply.is_final is True
            case "is_end":
                return reply.is_end is True
            case "first-reply":
                return True

    def is_partial(self, reply: Reply) -> bool:
        """Whether the message is a partial: a delta of the first pass."""
        return isinstance(reply.mode, str) and reply.mode in self.partial_modes

    def is_sentence(self, reply: Reply) -> bool:
        """Whether the message is a sentence result."""
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
)

DIALECTS: dict[str, Dialect] = {
    d.name: d for d in (FUNASR_2PASS, FUNASR_2PASS_01, FUNASR_OFFLINE, FUNASR_PYTHON)
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
    of an utterance may carry text in either mode.
    """
    kept = list(replies)
    sentences = [r.text_or_empty for r in kept if dialect.is_sentence(r) and r.text_or_empty]
    if sentences:
        return reduce(_joined, sentences)
    return "".join(r.text_or_empty for r in kept if dialect.is_partial(r))


def _joined(before: str, after: str) -> str:
    """Two sentences in one; Latin words that meet get the space that servers leave out (#2071)."""
    words_meet = before[-1].isascii() and after[0].isascii() and after[0].isalpha() and before[-1] != " "
    return f"{before} {after}" if words_meet else before + after
