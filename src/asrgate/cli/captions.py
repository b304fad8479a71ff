"""What was recognised, cut into captions with their times: for subtitles and JSON lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from asrgate.errors import UsageError
from asrgate.judge.utterances import sentences_of, text_of
from asrgate.wire.dialects import Dialect, dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import Reply
from asrgate.wire.stamps import Stamp, stamps_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A stretch of text with its start and end in ms of audio."""

    start_ms: int
    end_ms: int
    text: str


def sentence_records(exchange: Exchange) -> Iterator[dict[str, Any]]:
    """Yield text, mode and word times of each sentence as plain data; times are None where there are none.

    Times of the Python server count from the beginning of its own segment, as it sends them. A session
    without sentence results (mode online) is one text without times.
    """
    dialect = dialect_named(exchange.dialect)
    sentences = sentences_of(exchange)
    if not sentences and text_of(exchange):
        yield {
            "text": text_of(exchange),
            "mode": None,
            "start_ms": None,
            "end_ms": None,
            "words_ms": None,
        }
    for _, reply in sentences:
        stamps = stamps_of(dialect, reply)
        yield {
            "text": reply.text,
            "mode": reply.mode,
            "start_ms": stamps[0][0] if stamps else None,
            "end_ms": stamps[-1][1] if stamps else None,
            "words_ms": [list(stamp) for stamp in stamps] or None if dialect.stamps_words else None,
        }


def captions(exchange: Exchange) -> tuple[Caption, ...]:
    """Return the captions of a session, in order; none when nothing was recognised.

    Raises:
        UsageError: the replies carry no times that could be placed in the audio.
    """
    dialect = dialect_named(exchange.dialect)
    if dialect.stamps != "session":
        raise UsageError(
            f"--format srt needs times within the audio; {dialect.name} counts them from each segment."
        )
    found: list[Caption] = []
    for _, reply in sentences_of(exchange):
        found += _captions_of(dialect, reply)
    if not found and text_of(exchange):
        raise UsageError(
            "--format srt needs time stamps, and no reply carried any; try --mode 2pass or offline."
        )
    return tuple(found)


def as_srt(shown: Iterable[Caption]) -> str:
    """Return captions in the SubRip form."""
    blocks = (
        f"{number}\n{_clock(caption.start_ms)} --> {_clock(caption.end_ms)}\n{caption.text}\n"
        for number, caption in enumerate(shown, 1)
    )
    return "\n".join(blocks)


def _captions_of(dialect: Dialect, reply: Reply) -> list[Caption]:
    parts = reply.stamp_sents
    if isinstance(parts, list) and all(_is_timed(part) for part in parts):
        return _from_parts(parts)
    stamps: tuple[Stamp, ...] = stamps_of(dialect, reply)
    if not stamps:
        return []
    return [Caption(start_ms=stamps[0][0], end_ms=stamps[-1][1], text=reply.text)]


def _is_timed(part: object) -> bool:
    return (
        isinstance(part, dict)
        and all(type(part.get(edge)) is int for edge in ("start", "end"))
        and all(isinstance(part.get(key), str) for key in ("text_seg", "punc"))
    )


def _from_parts(parts: list[dict[str, Any]]) -> list[Caption]:
    """Return a caption for each part with words; one without is the punctuation of what went before."""
    return [
        Caption(start_ms=part["start"], end_ms=part["end"], text=_joined(part["text_seg"]) + part["punc"])
        for part in parts
        if part["text_seg"].strip() and part["start"] >= 0
    ]


def _joined(tokens: str) -> str:
    """Put blank-separated tokens together; only words of Latin script keep a blank between them."""
    text = ""
    for token in tokens.split():
        words_meet = text[-1:].isascii() and token[0].isascii() and text[-1:].isalpha() and token[0].isalpha()
        text += f" {token}" if words_meet else token
    return text


def _clock(instant_ms: int) -> str:
    seconds, ms = divmod(instant_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{ms:03}"
