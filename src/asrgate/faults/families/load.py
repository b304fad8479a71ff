"""Faults that act only while many speak, after that, or for hours: no check of a few sessions sees them.

A session speaks from its first audio until its terminating message. The requirements that catch these faults
are judged by load runs (`asrgate load`), not by `asrgate check`.
"""

import time
from collections.abc import Callable, Iterable

from asrgate.faults.acts import Abort, Act, Crash, Hooks, Pause, Raw
from asrgate.faults.families.stamps import Stamps, on_stamps
from asrgate.faults.fault import SERVER_DIALECTS, fault
from asrgate.faults.talk import (
    Breaking,
    Fields,
    Open,
    Talk,
    built,
    on_audio,
    on_reply,
    on_sentence,
    on_terminator,
    talking,
)

Replies = Iterable[Fields | Act]

MANY = 8
"""Sessions that may speak at once before a fault acts; `asrgate check` has fewer that do so."""

DEADLY = 20

LONG_S = 20
"""Speech without an end frame from which on a session is a long one: no other caller speaks for so long."""

_AHEAD_S = 2.0
_HELD_UP_S = 3.0
"""How much more audio than time makes an upload, and how long the others are held up after it."""

_OVER_SESSION = ("funasr-2pass", "funasr-2pass-0.1")
"""Those that talk JSON, and whose stamps count from the beginning of a session, sentence by sentence."""

_MARKS = "，。？！、,.?!"
_SLOW_STEP_S = 1.2
"""Twice as long as the audio between two partials lasts: what waits grows by a second in each second."""


def under_load(change: Callable[[Talk, Fields], Replies]) -> Breaking:
    """Let `change` have the replies while more than `MANY` sessions speak."""
    return talking(
        reply=lambda talk, reply: change(talk, reply) if _speaking(talk) > MANY else [reply],
    )


@fault("LOAD-10", "LOAD-02", by=under_load)
def sessions_cross_under_load(talk: Talk, reply: Fields) -> Replies:
    """While more than eight sessions speak, each gets the sentence that another one got before it."""
    if not talk.is_sentence(reply):
        yield reply
        return
    before: tuple[int, str] | None = talk.shared.get("said")
    talk.shared["said"] = (talk.number, reply["text"])
    yield reply if before is None or before[0] == talk.number else reply | {"text": before[1]}


@fault("LOAD-02", by=under_load)
def tails_lost_under_load(talk: Talk, reply: Fields) -> Replies:
    """While more than eight sessions speak, sentence results lack their last two characters."""
    yield reply | {"text": reply["text"].rstrip(_MARKS)[:-2]} if talk.is_sentence(reply) else reply


@fault("LOAD-01", by=built)
def dies_of_twenty_sessions() -> Breaking:
    """The process dies when the twentieth session begins to speak beside nineteen others."""
    return talking(audio=lambda talk, data: [Crash() if _speaking(talk) >= DEADLY else data])


@fault("LOAD-11", by=under_load, dialects=SERVER_DIALECTS)
def falls_behind_under_load(talk: Talk, reply: Fields) -> Replies:
    """While more than eight sessions speak, a partial takes 1.2 s each; what waits is made up at the end."""
    if talk.is_partial(reply) and not talk.ended:
        yield Pause(_SLOW_STEP_S)
    yield reply


@fault("LOAD-08", by=under_load)
def one_in_ten_starves_under_load(talk: Talk, reply: Fields) -> Replies:
    """While more than eight sessions speak, every tenth caller gets its terminating message 5 s late."""
    if talk.terminates(reply) and _is_every_tenth(talk):
        yield Pause(5.0)
    yield reply


@fault("LOAD-07", by=on_reply)
def last_word_lost_after_load(talk: Talk, reply: Fields) -> Replies:
    """Once more than eight sessions have spoken at once, one that speaks alone loses its last character."""
    beside = _speaking(talk) - 1
    if beside >= MANY:
        talk.shared["was under load"] = True
    talk.memory["beside others"] = talk.memory.get("beside others", False) or beside > 0
    alone = talk.shared.get("was under load") and not talk.memory["beside others"]
    lost = alone and talk.is_sentence(reply)
    yield reply | {"text": reply["text"].rstrip(_MARKS)[:-1]} if lost else reply


@fault("LOAD-05", by=on_terminator)
def stays_slow_after_twenty_sessions(talk: Talk, reply: Fields) -> Replies:
    """Once twenty sessions have spoken at once, every terminating message comes 2 s late, for ever."""
    if _speaking(talk) >= DEADLY:
        talk.shared["was overloaded"] = True
    if talk.shared.get("was overloaded"):
        yield Pause(2.0)
    yield reply


@fault("LOAD-09", by=built)
def uploads_hold_up_the_others() -> Breaking:
    """While audio comes faster than it is spoken, the terminating messages of other sessions come late."""
    return talking(audio=_noting_uploads, reply=_held_up)


def _noting_uploads(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
    """Note who sent more audio than there was time for, and when."""
    now_s = time.monotonic()
    if talk.audio_bytes == len(data):
        talk.memory["spoke from"] = now_s
    if talk.audio_s > now_s - talk.memory.get("spoke from", now_s) + _AHEAD_S:
        talk.shared["uploaded"] = (talk.number, now_s)
    yield data


def _held_up(talk: Talk, reply: Fields) -> Replies:
    by, at_s = talk.shared.get("uploaded", (talk.number, 0.0))
    if by != talk.number and talk.terminates(reply) and time.monotonic() - at_s < _HELD_UP_S:
        yield Pause(1.0)
    yield reply


@fault("LOAD-04", by=on_terminator)
def slows_with_every_utterance(talk: Talk, reply: Fields) -> Replies:
    """Each utterance of the process makes every later terminating message 4 ms later, up to 8 s."""
    talk.shared["utterances"] = talk.shared.get("utterances", 0) + 1
    yield Pause(min(0.004 * talk.shared["utterances"], 8.0))
    yield reply


@fault("LOAD-06", by=built)
def slows_with_every_connection() -> Breaking:
    """Each connection of the process makes every later handshake 0.2 ms slower, up to 2 s."""

    def breaking() -> Open:
        came = 0

        def opened() -> Hooks:
            nonlocal came
            came += 1
            wait = Pause(min(0.0002 * came, 2.0))
            return Hooks(response=lambda head: [wait, Raw(head)])

        return opened

    return lambda dialect: breaking()


@fault("LOAD-03", by=on_audio, dialects=SERVER_DIALECTS)
def long_sessions_are_cut(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
    """A session in which somebody has spoken for 20 s without an end is cut off."""
    yield Abort() if talk.audio_s > LONG_S else data


@fault("LOAD-03", by=on_stamps, dialects=_OVER_SESSION)
def stamps_start_anew_in_long_sessions(talk: Talk, stamps: Stamps) -> Stamps:
    """In a session in which somebody has spoken for 20 s without an end, stamps begin at 0 again."""
    anew_ms = LONG_S * 1000 if stamps[0][0] > LONG_S * 1000 else 0
    return [[start - anew_ms, end - anew_ms] for start, end in stamps]


@fault("LAT-06", by=on_sentence, dialects=_OVER_SESSION)
def falls_behind_in_long_sessions(talk: Talk, reply: Fields) -> Replies:
    """After 20 s of speech without an end, sentences come 2 ms later with each second, up to 5 s."""
    yield Pause(min(max(0.0, 0.002 * (talk.audio_s - LONG_S)), 5.0))
    yield reply


def _is_every_tenth(talk: Talk) -> bool:
    """Whether this is the connection of a caller who is put last, known by its name from call to call."""
    return sum(talk.name.encode()) % 10 == 0


def _speaking(talk: Talk) -> int:
    """How many sessions speak or wait for their end, this one among them."""
    return sum(
        each.audio_bytes > 0 and (not each.ended or each.terminators < each.ends) for each in talk.crowd
    )
