"""Habits: how callers behave between and within their calls, apart from what they say."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from websockets.frames import Frame, Opcode

from asrgate.load.shapes import Lengths
from asrgate.load.speech import Speech

FRAME_MS = 60
"""Length of a frame as FunASR's own clients cut them."""

BYTES_PER_SAMPLE = 2

Starts = Literal["staggered", "synchronised"]
Pauses = Literal["idle", "silence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How callers behave.

    `pause_s` lies between the calls of one caller. `starts` says whether callers begin spread over time, or
    all at the same instants, which is the hardest. `speech_ratio` is the share of a call in which somebody
    speaks; in the rest of it, after each utterance, the caller sends nothing on the open connection (`idle`)
    or sends silence (`silence`), which the server has to listen to. With `lengths` a call goes on, utterance
    after utterance on one connection, until its length is over; without, it is one utterance.
    """

    pause_s: float = 0.0
    starts: Starts = "staggered"
    speech_ratio: float = 1.0
    pauses: Pauses = "idle"
    lengths: Lengths | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance of a call, and how long the caller is idle before it, in s."""

    speech: Speech
    after_s: float = 0.0


def turns_of_call(
    speeches: Iterator[Speech], habits: Habits, chance: random.Random, now_s: Callable[[], float]
) -> Iterator[Turn]:
    """The utterances of one call; each is decided when it is asked for, at `now_s()`."""
    until_s = now_s() + (habits.lengths.draw_s(chance) if habits.lengths else 0.0)
    speech = next(speeches)
    rest_s = _rest_s(speech, habits, chance)
    yield _turn(speech, rest_s, 0.0, habits)
    while now_s() < until_s:
        idle_s = rest_s if habits.pauses == "idle" else 0.0
        speech = next(speeches)
        rest_s = _rest_s(speech, habits, chance)
        yield _turn(speech, rest_s, idle_s, habits)


def followed_by_silence(speech: Speech, length_ms: float) -> Speech:
    """The same speech with silence after it, in frames of 60 ms; what is less than a frame is left out."""
    count = int(length_ms // FRAME_MS)
    if not count:
        return speech
    samples = speech.sample_rate_hz * FRAME_MS // 1000
    silence = Frame(Opcode.BINARY, bytes(samples * BYTES_PER_SAMPLE)).serialize(mask=True)
    last_ns, frame_ns = speech.due_ns[-1], FRAME_MS * 1_000_000
    return replace(
        speech,
        frames=(*speech.frames, *(silence,) * count),
        due_ns=(*speech.due_ns, *(last_ns + frame_ns * (number + 1) for number in range(count))),
    )


def stagger_s(number: int, over_s: float) -> float:
    """When the caller of this number, from 1, begins: however many there are, they lie evenly in `over_s`."""
    golden = 0.6180339887498949
    return over_s * ((number - 1) * golden % 1)


def _rest_s(speech: Speech, habits: Habits, chance: random.Random) -> float:
    """How long nobody speaks after this speech, at random, so that callers do not fall into step."""
    share = habits.speech_ratio
    mean_s = speech.length_ns / 1e9 * (1 - share) / share
    return chance.expovariate(1 / mean_s) if mean_s else 0.0


def _turn(speech: Speech, rest_s: float, idle_s: float, habits: Habits) -> Turn:
    said = followed_by_silence(speech, rest_s * 1000) if habits.pauses == "silence" else speech
    return Turn(speech=said, after_s=idle_s)
