"""Sessions of upstream's servers, put together from their replies: the rows of the case book.

`ORDINARY` are sessions that any client may have: whatever is judged on such sessions is judged on each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.wire.exchange import Exchange
from judge.exchanges import Session, session
from judge.recorded import spoken

from . import replies as told
from .replies import Message

AUDIO_MS = {"A": 1800, "P": 5400, "silence": 2000, "long": 20_000, "short": 20, "five": 18_000}
"""Lengths of the audio that was sent."""

C2, CO, PY = "funasr-2pass", "funasr-offline", "funasr-python"

WRONG_WHEN_EMPTY: dict[str, frozenset[str]] = {
    C2: frozenset({"SCH-05"}),
    CO: frozenset(),
    PY: frozenset(),
}
"""Its final without text has no mode: wrong, and no more than a SHOULD."""

LEADING_MARK = "SCH-10"
"""The mark that belongs to a sentence begins the next one: wrong, and no more than a SHOULD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row: a session, and the requirements that a fair judge fails on it."""

    row: str
    exchange: Exchange
    wrong: frozenset[str] = frozenset()


def answered(dialect: str, audio: str, messages: Sequence[Message], **fields: object) -> Exchange:
    """A session of one utterance whose replies came after its end frame."""
    asked = spoken(dialect, audio_ms=AUDIO_MS[audio], name=audio, **fields)
    return asked.reply(*messages).terminated().listen(3).close()


def unanswered(dialect: str, asked: Session) -> Exchange:
    """A session that got no answer within the time that END-01 allows."""
    return asked.timed_out().close()


def empty(dialect: str, message: Message) -> Exchange:
    """A configuration, an end frame, and the answer."""
    return session(dialect, "empty").config(wav_name="t1").end().reply(message).terminated().close()


def case(
    row: str, dialect: str, audio: str, messages: Sequence[Message], *wrong: str, **fields: object
) -> Case:
    """A row that was answered. What is wrong in every empty final is added."""
    exchange = answered(dialect, audio, messages, **fields)
    return Case(row=row, exchange=exchange, wrong=frozenset(wrong) | WRONG_WHEN_EMPTY[dialect])


ORDINARY: tuple[Case, ...] = (
    case("2pass, A", C2, "A", told.C2_A),
    case("2pass, P", C2, "P", told.C2_P, LEADING_MARK),
    case("online, A", C2, "A", told.C2_ONLINE_A, mode="online"),
    case("online, P: the pause is invisible", C2, "P", told.C2_ONLINE_P, mode="online"),
    case("offline, A", C2, "A", told.C2_OFFLINE_A, mode="offline"),
    case("offline, P", C2, "P", told.C2_OFFLINE_P, LEADING_MARK, mode="offline"),
    case("8 kHz audio read as 16 kHz: a lone full stop", C2, "A", [told.C2_NOTHING_HEARD]),
    case("speech, then 2 s of silence", C2, "A", told.C2_CLOSED_BY_SILENCE),
    case("20 s without a pause: a forced cut", C2, "long", told.forced_cut(), LEADING_MARK),
    case("five segments, with leading commas", C2, "five", told.five_segments(), LEADING_MARK),
    case("digits with an ITN model: shared spans", C2, "P", told.C2_DIGITS_P, LEADING_MARK),
    case("SenseVoice: tags in the text, no stamps", C2, "A", told.C2_SENSEVOICE),
    case("20 ms of audio", C2, "short", [told.C2_EMPTY]),
    case("file, A", CO, "A", told.CO_A),
    case("file, P: one message, never final", CO, "P", told.CO_P),
    case("digits over a pause: stamps within it", CO, "P", told.CO_DIGITS_P),
    case("nothing heard", CO, "silence", [told.CO_EMPTY]),
    case("20 ms of audio", CO, "short", [told.CO_EMPTY]),
    case("2pass, A", PY, "A", told.PY_A),
    case("2pass, P: final with every sentence", PY, "P", told.PY_P, LEADING_MARK),
    case("online, A: nothing left to flush", PY, "A", told.PY_ONLINE_A, mode="online"),
    case("online, P", PY, "P", told.PY_ONLINE_P, mode="online"),
    case("offline, P: two messages", PY, "P", told.PY_OFFLINE_P, LEADING_MARK, mode="offline"),
    case(
        "offline, P and silence: a third message without text",
        PY,
        "P",
        [*told.PY_OFFLINE_P[:2], told.py_sentence("", mode="offline"), told.ack("offline")],
        LEADING_MARK,
        mode="offline",
    ),
    case("8 kHz: the rate never reaches the models", PY, "A", told.PY_NOTHING, audio_fs=8000),
    case("2 s of silence", PY, "silence", told.PY_NOTHING),
    case("2 s of silence, online", PY, "silence", [told.ack("online")], mode="online"),
    case("20 ms of audio", PY, "short", told.PY_NOTHING),
)
