"""Faults of word time stamps (docs/protocol.md section 4.8)."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from asrgate.faults.acts import Act
from asrgate.faults.fault import fault
from asrgate.faults.talk import Breaking, Fields, Talk, built, on_sentence, talking

Replies = Iterable[Fields | Act]
Stamps = list[list[int]]

_SENTENCE_BY_SENTENCE = ("funasr-2pass", "funasr-2pass-0.1")
_STRINGS = (*_SENTENCE_BY_SENTENCE, "funasr-offline")


def on_stamps(change: Callable[[Talk, Stamps], Stamps]) -> Breaking:
    """Let `change` have the stamps of every sentence, in whichever form they come; stamp_sents follow."""

    def sentence(talk: Talk, reply: Fields) -> Replies:
        stamps = stamps_of(reply)
        yield reply if stamps is None else with_stamps(reply, change(talk, stamps))

    return on_sentence(sentence)


def stamps_of(reply: Fields) -> Stamps | None:
    """The stamps of a reply, None when it has none."""
    value: Any = reply.get("timestamp")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, list) and value else None


def with_stamps(reply: Fields, stamps: Stamps) -> Fields:
    """The reply with other stamps, in the form that it had; stamp_sents are given their share of them."""
    as_string = isinstance(reply["timestamp"], str)
    value: Any = json.dumps(stamps, separators=(",", ":")) if as_string else stamps
    changed = reply | {"timestamp": value}
    if isinstance(reply.get("stamp_sents"), list):
        changed["stamp_sents"] = _shared_out(reply["stamp_sents"], stamps)
    return changed


def _shared_out(items: list[Fields], stamps: Stamps) -> list[Fields]:
    left = list(stamps)
    shared = []
    for item in items:
        own, left = left[: len(item.get("ts_list", []))], left[len(item.get("ts_list", [])) :]
        shared.append(item | {"ts_list": own, "start": own[0][0], "end": own[-1][1]} if own else item)
    return shared


def on_stamp_sents(change: Callable[[list[Fields]], Any]) -> Breaking:
    """Let `change` have the stamp_sents of every sentence."""

    def sentence(talk: Talk, reply: Fields) -> Replies:
        items = reply.get("stamp_sents")
        yield reply | {"stamp_sents": change(items)} if isinstance(items, list) and items else reply

    return on_sentence(sentence)


@fault("SCH-07", by=on_sentence, dialects=_STRINGS)
def timestamp_cut_short(talk: Talk, reply: Fields) -> Replies:
    """The timestamp string lacks its last bracket."""
    stamps = reply.get("timestamp")
    yield reply | {"timestamp": stamps[:-1]} if isinstance(stamps, str) else reply


@fault("SCH-07", by=on_sentence, dialects=_STRINGS)
def timestamp_in_seconds(talk: Talk, reply: Fields) -> Replies:
    """The timestamp string holds seconds with decimals."""
    stamps = stamps_of(reply)
    seconds = [[start / 1000, end / 1000] for start, end in stamps or []]
    yield reply | {"timestamp": json.dumps(seconds)} if stamps else reply


@fault("TS-01", by=on_stamps)
def stamps_swapped(talk: Talk, stamps: Stamps) -> Stamps:
    """Every pair has its end before its start."""
    return [[end, start] for start, end in stamps]


@fault("TS-01", by=on_stamps)
def stamps_negative(talk: Talk, stamps: Stamps) -> Stamps:
    """The first stamp starts before the audio."""
    return [[-120, stamps[0][1]], *stamps[1:]]


@fault("TS-02", by=on_stamps)
def stamps_reversed(talk: Talk, stamps: Stamps) -> Stamps:
    """The stamps of a sentence come in reverse order."""
    return stamps[::-1]


@fault("TS-02", by=on_stamps, dialects=_SENTENCE_BY_SENTENCE)
def stamps_restart_with_each_sentence(talk: Talk, stamps: Stamps) -> Stamps:
    """Stamps count from the beginning of their sentence instead of the utterance."""
    first = stamps[0][0]
    return [[start - first, end - first] for start, end in stamps]


@fault("TS-03", by=on_stamps)
def stamps_one_short(talk: Talk, stamps: Stamps) -> Stamps:
    """The last token has no stamp."""
    return stamps[:-1]


@fault("TS-03", by=on_stamps)
def stamps_one_too_many(talk: Talk, stamps: Stamps) -> Stamps:
    """The last stamp comes twice."""
    return [*stamps, stamps[-1]]


@fault("TS-04", by=on_stamps)
def stamps_out_of_range(talk: Talk, stamps: Stamps) -> Stamps:
    """Stamps lie a minute too late."""
    return _moved(stamps, 60_000)


@fault("TS-09", by=on_stamps, dialects=_STRINGS)
def stamps_count_without_silence(talk: Talk, stamps: Stamps) -> Stamps:
    """Stamps count from the first word instead of the beginning of the audio."""
    zero = talk.memory.setdefault(talk.ends, stamps[0][0])
    return _moved(stamps, -zero)


@fault("TS-09", by=on_stamps, dialects=_STRINGS)
def stamps_at_double_speed(talk: Talk, stamps: Stamps) -> Stamps:
    """Stamps run at half the time, as for 8 kHz audio that is taken for 16 kHz."""
    return [[start // 2, end // 2] for start, end in stamps]


@fault("TS-11", by=on_stamps, dialects=_STRINGS)
def stamps_shifted_a_little(talk: Talk, stamps: Stamps) -> Stamps:
    """Stamps lie 400 ms too late."""
    return _moved(stamps, 400)


@fault("END-10", by=on_stamps, dialects=_STRINGS)
def stamps_go_on_in_second_utterance(talk: Talk, stamps: Stamps) -> Stamps:
    """The stamps of a second utterance go on from the end of the first."""
    zero = talk.memory.get(("until", talk.terminators - 1), 0) if talk.terminators else 0
    moved = _moved(stamps, zero)
    talk.memory["until", talk.terminators] = moved[-1][1]
    return moved


@fault("CHUNK-01", by=built, dialects=_STRINGS)
def stamps_follow_the_frames() -> Breaking:
    """Stamps lie the later, the smaller the audio frames are."""

    def audio(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
        talk.memory.setdefault("size", max(len(data), 1))
        yield data

    def reply(talk: Talk, reply: Fields) -> Replies:
        stamps = stamps_of(reply) if talk.is_sentence(reply) else None
        yield with_stamps(reply, _moved(stamps, 16_000 // talk.memory.get("size", 1600))) if stamps else reply

    return talking(audio=audio, reply=reply)


@fault("SCH-09", by=on_stamp_sents, dialects=_STRINGS)
def stamp_sents_as_string(items: list[Fields]) -> Any:
    """stamp_sents come as a string."""
    return str(items)


@fault("SCH-09", by=on_stamp_sents, dialects=_STRINGS)
def stamp_sents_empty_string(items: list[Fields]) -> Any:
    """stamp_sents come as an empty string."""
    return ""


@fault("SCH-09", by=on_stamp_sents, dialects=_STRINGS)
def stamp_sents_without_punctuation_field(items: list[Fields]) -> Any:
    """The items of stamp_sents lack the field punc."""
    return [{key: value for key, value in item.items() if key != "punc"} for item in items]


@fault("TS-05", by=on_stamp_sents, dialects=_STRINGS)
def stamp_sents_bounds_off(items: list[Fields]) -> Any:
    """Start and end of the items of stamp_sents lie 300 ms beside their words."""
    return [
        item | {"start": item["start"] + 300, "end": item["end"] + 300} if item.get("text_seg") else item
        for item in items
    ]


@fault("TS-06", by=on_stamp_sents, dialects=_STRINGS)
def ts_list_off(items: list[Fields]) -> Any:
    """The ts_list of the items of stamp_sents holds other times than timestamp."""
    return [
        item
        | {"ts_list": [[start + 1, end + 1] for start, end in item.get("ts_list", [])]}
        | ({"start": item["start"] + 1, "end": item["end"] + 1} if item.get("ts_list") else {})
        for item in items
    ]


@fault("TS-07", by=on_stamp_sents, dialects=("funasr-2pass", "funasr-offline"))
def ts_list_one_short(items: list[Fields]) -> Any:
    """The ts_list of every item lacks its last pair."""
    return [item | {"ts_list": item["ts_list"][:-1]} if item.get("ts_list") else item for item in items]


@fault("TS-08", by=on_stamp_sents, dialects=_STRINGS)
def text_seg_of_other_words(items: list[Fields]) -> Any:
    """The text_seg of every item lacks its first token."""
    return [item | {"text_seg": _without_first(item.get("text_seg", ""))} for item in items]


@fault("TS-10", by=on_sentence, dialects=_STRINGS)
def timestamps_glued(talk: Talk, reply: Fields) -> Replies:
    """Two timestamp lists are glued into one string."""
    stamps = reply.get("timestamp")
    yield reply | {"timestamp": stamps + stamps} if isinstance(stamps, str) else reply


def _moved(stamps: Stamps, by_ms: int) -> Stamps:
    return [[start + by_ms, end + by_ms] for start, end in stamps]


def _without_first(text: str) -> str:
    return " ".join(text.split(" ")[1:])
