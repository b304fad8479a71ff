"""Faults that act only while many speak: what a check with a few sessions cannot see.

A session speaks from its first audio until its terminating message. The requirements that catch these faults
are judged by load runs (`asrgate load`), not by `asrgate check`.
"""

from collections.abc import Callable, Iterable

from asrgate.faults.acts import Act, Crash, Pause
from asrgate.faults.fault import SERVER_DIALECTS, fault
from asrgate.faults.talk import Breaking, Fields, Talk, built, talking

Replies = Iterable[Fields | Act]

MANY = 8
"""Sessions that may speak at once before a fault acts; `asrgate check` has fewer that do so."""

DEADLY = 20

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


def _is_every_tenth(talk: Talk) -> bool:
    """Whether this is the connection of a caller who is put last, known by its name from call to call."""
    return sum(talk.name.encode()) % 10 == 0


def _speaking(talk: Talk) -> int:
    """How many sessions speak or wait for their end, this one among them."""
    return sum(
        each.audio_bytes > 0 and (not each.ended or each.terminators < each.ends) for each in talk.crowd
    )
